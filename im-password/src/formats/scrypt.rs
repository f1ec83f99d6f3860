//! scrypt (RFC 7914) in the PHC string format, as passlib writes it:
//! `$scrypt$ln=16,r=8,p=1$salt$digest`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use scrypt::Params;
use zeroize::Zeroizing;

use super::Named;
use super::computed::{Compute, Computed, Found};
use super::digits::decimal;
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "scrypt",
    description: "scrypt as a PHC string",
    weak: false,
    recognise,
};

/// N, r and p.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    params: Params,
    work: Work,
}

impl Cost {
    /// With N as a logarithm. `None` for what scrypt does not define.
    pub(super) fn new(log2: u32, block: u32, lanes: u32) -> Option<Self> {
        // Far over all limits, and what the product below can hold.
        if !(1..=40).contains(&log2) || block.checked_mul(lanes)? >= 1 << 30 {
            return None;
        }
        let params = Params::new(u8::try_from(log2).ok()?, block, lanes).ok()?;
        // A block has 128 r bytes, and there are N of them.
        let memory_kib = (u64::from(block) << log2).div_ceil(8);
        Some(Self {
            params,
            work: Work::Scrypt {
                memory_kib: u32::try_from(memory_kib).unwrap_or(u32::MAX),
                lanes,
            },
        })
    }

    pub(super) fn work(self) -> Work {
        self.work
    }

    /// `len` bytes of output for what is typed.
    pub(super) fn compute<'a>(self, salt: Vec<u8>, len: usize) -> Compute<'a> {
        Box::new(move |material| {
            let mut digest = Zeroizing::new(vec![0; len]);
            let computed = ::scrypt::scrypt(material.password, &salt, &self.params, &mut digest);
            if computed.is_err() {
                digest.clear();
            }
            digest
        })
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (log2, params) = (self.params.log_n(), &self.params);
        write!(f, "scrypt, N=2^{log2}, r={}, p={}", params.r(), params.p())
    }
}

fn recognise(stored: &[u8]) -> Found<'_> {
    let text = std::str::from_utf8(stored).ok()?;
    let mut fields = text.strip_prefix("$scrypt$")?.split('$');
    let mut costs = fields.next()?.split(',');
    let mut cost = |name| decimal(costs.next()?.strip_prefix(name)?.as_bytes());
    let (log2, block, lanes) = (cost("ln=")?, cost("r=")?, cost("p=")?);
    let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    let digest = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
    if costs.next().is_some()
        || fields.next().is_some()
        || salt.len() > 64
        || !(16..=64).contains(&digest.len())
    {
        return None;
    }
    let cost = Cost::new(log2, block, lanes)?;
    let [blank_salt, blank_digest] =
        [&salt, &digest].map(|bytes| STANDARD_NO_PAD.encode(vec![0; bytes.len()]));
    Computed {
        label: cost.to_string(),
        blank: format!("$scrypt$ln={log2},r={block},p={lanes}${blank_salt}${blank_digest}")
            .into_bytes(),
        work: cost.work(),
        compute: cost.compute(salt, digest.len()),
        digest,
    }
    .found()
}

//! Argon2 in the PHC string format: `$argon2id$v=19$m=65536,t=4,p=1$salt$digest`.

use argon2::{Algorithm, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::Named;
use super::computed::Found;
use super::digits::decimal;
use crate::cost::{CostLimits, at_most};
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) static FORMAT: Named = Named {
    name: "argon2",
    description: "Argon2 (i, d or id) as a PHC string",
    weak: false,
    recognise,
};

/// The variants, by the name their strings begin with.
const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("argon2id", Algorithm::Argon2id),
    ("argon2i", Algorithm::Argon2i),
    ("argon2d", Algorithm::Argon2d),
];

struct Stored {
    name: &'static str,
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

pub(super) fn recognise(stored: &[u8]) -> Found<'static> {
    Some(Box::new(Stored::parse(std::str::from_utf8(stored).ok()?)?))
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix('$')?.split('$');
        let name = fields.next()?;
        let (name, algorithm) = *ALGORITHMS.iter().find(|(known, _)| *known == name)?;
        let mut field = fields.next()?;
        // The first version wrote no number.
        let mut version = Version::V0x10;
        if let Some(number) = field.strip_prefix("v=") {
            version = match number {
                "16" => Version::V0x10,
                "19" => Version::V0x13,
                _ => return None,
            };
            field = fields.next()?;
        }
        let mut costs = field.split(',');
        let memory = decimal(costs.next()?.strip_prefix("m=")?.as_bytes())?;
        let passes = decimal(costs.next()?.strip_prefix("t=")?.as_bytes())?;
        let lanes = decimal(costs.next()?.strip_prefix("p=")?.as_bytes())?;
        let salt = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
        let digest = STANDARD_NO_PAD.decode(fields.next()?).ok()?;
        if costs.next().is_some()
            || fields.next().is_some()
            || !(argon2::MIN_SALT_LEN..=64).contains(&salt.len())
            || !(16..=128).contains(&digest.len())
        {
            return None;
        }
        let params = Params::new(memory, passes, lanes, Some(digest.len())).ok()?;
        Some(Self {
            name,
            algorithm,
            version,
            params,
            salt,
            digest,
        })
    }
}

impl Recognised for Stored {
    fn label(&self) -> String {
        format!(
            "{}, v={}, m={}, t={}, p={}",
            self.name,
            self.version as u32,
            self.params.m_cost(),
            self.params.t_cost(),
            self.params.p_cost()
        )
    }

    fn blank(&self) -> Vec<u8> {
        encode(
            self.name,
            self.version,
            &self.params,
            &vec![0; self.salt.len()],
            &vec![0; self.digest.len()],
        )
        .into_bytes()
    }

    fn memory(&self) -> usize {
        memory(&self.params)
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        allowed(&self.params, limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let computed = raw(
            self.algorithm,
            self.version,
            &self.params,
            &self.salt,
            material.password,
        );
        compare::equal(&computed, &self.digest)
    }
}

/// The limits for what a value of Argon2 asks for.
pub(super) fn allowed(params: &Params, limits: &CostLimits) -> Result<(), VerifyError> {
    at_most(
        "argon2 memory in KiB",
        params.m_cost(),
        limits.argon2_memory_kib,
    )?;
    at_most("argon2 passes", params.t_cost(), limits.argon2_passes)?;
    at_most(
        "argon2 memory over all passes in KiB",
        params.m_cost().saturating_mul(params.t_cost()),
        limits.argon2_work_kib,
    )?;
    at_most("argon2 lanes", params.p_cost(), limits.argon2_lanes)
}

/// Bytes of memory.
pub(super) fn memory(params: &Params) -> usize {
    params.block_count().saturating_mul(argon2::Block::SIZE)
}

/// The raw digest, or nothing when the salt is too short or the password over 4 GiB.
pub(super) fn raw(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    salt: &[u8],
    password: &[u8],
) -> Zeroizing<Vec<u8>> {
    let len = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut digest = Zeroizing::new(vec![0; len]);
    let computed = argon2::Argon2::new(algorithm, version, params.clone()).hash_password_into(
        password,
        salt,
        &mut digest,
    );
    if computed.is_err() {
        digest.clear();
    }
    digest
}

fn encode(name: &str, version: Version, params: &Params, salt: &[u8], digest: &[u8]) -> String {
    format!(
        "${name}$v={}$m={},t={},p={}${}${}",
        version as u32,
        params.m_cost(),
        params.t_cost(),
        params.p_cost(),
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(digest)
    )
}

/// A new Argon2id string.
pub(crate) fn hash(password: &[u8], salt: &[u8], params: Params) -> Result<String, argon2::Error> {
    let version = Version::V0x13;
    let mut digest = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2::Argon2::new(Algorithm::Argon2id, version, params.clone()).hash_password_into(
        password,
        salt,
        &mut digest,
    )?;
    Ok(encode("argon2id", version, &params, salt, &digest))
}

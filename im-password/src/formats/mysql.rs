//! MySQL's `PASSWORD()`: since 4.1 a star and the SHA-1 of the raw SHA-1, before that 16 hex
//! digits of a sum.

use sha1::Sha1;
use zeroize::Zeroizing;

use super::Named;
use super::computed::{Computed, Found, raw_digest};
use super::digits::unhex;
use crate::cost::Work;

pub(super) static MYSQL323: Named = Named {
    name: "mysql323",
    description: "MySQL's PASSWORD() before 4.1, 16 hex digits",
    weak: true,
    recognise: recognise_323,
};

pub(super) static MYSQL41: Named = Named {
    name: "mysql41",
    description: "MySQL's PASSWORD() since 4.1, a star and 40 hex digits",
    weak: true,
    recognise: recognise_41,
};

fn recognise_323(stored: &[u8]) -> Found<'_> {
    let digest = unhex(stored)?;
    // The highest bit of each half is left out.
    if digest.len() != 8 || digest[0] > 0x7f || digest[4] > 0x7f {
        return None;
    }
    Computed {
        label: "MySQL PASSWORD() before 4.1".to_owned(),
        blank: b"0".repeat(16),
        digest,
        work: Work::Little,
        compute: Box::new(|material| sum(material.password)),
    }
    .found()
}

fn recognise_41(stored: &[u8]) -> Found<'_> {
    let digest = unhex(stored.strip_prefix(b"*")?)?;
    if digest.len() != 20 {
        return None;
    }
    let mut blank = b"*".to_vec();
    blank.resize(41, b'0');
    Computed {
        label: "MySQL PASSWORD()".to_owned(),
        blank,
        digest,
        work: Work::Little,
        compute: Box::new(|material| {
            raw_digest::<Sha1>(&[&raw_digest::<Sha1>(&[material.password])])
        }),
    }
    .found()
}

fn sum(password: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(halves(password).map(u32::to_be_bytes).concat())
}

/// Two numbers of 31 bits that all bytes but blanks and tabs are mixed into.
pub(super) fn halves(password: &[u8]) -> [u32; 2] {
    let (mut first, mut second, mut add) = (1_345_345_333_u32, 0x1234_5671_u32, 7_u32);
    for byte in password.iter().filter(|byte| !b" \t".contains(byte)) {
        let byte = u32::from(*byte);
        first ^= (first & 63)
            .wrapping_add(add)
            .wrapping_mul(byte)
            .wrapping_add(first << 8);
        second = second.wrapping_add((second << 8) ^ first);
        add = add.wrapping_add(byte);
    }
    [first, second].map(|half| half & 0x7fff_ffff)
}

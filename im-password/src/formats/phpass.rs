//! phpass' portable hashes: `$P$` and phpBB 3.0's `$H$`, 34 characters. Iterated MD5.

use md5::Md5;
use md5::digest::{Digest, Output};
use zeroize::{Zeroize, Zeroizing};

use super::Named;
use super::computed::{Computed, Found, Limited};
use super::digits::{are_digits, digit, encode};
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "phpass",
    description: "phpass' portable hashes: MD5 in many rounds",
    weak: false,
    recognise,
};

/// phpass, WordPress and phpBB take no longer passwords, in bytes.
pub(super) const LONGEST: usize = 4096;

pub(super) fn recognise(stored: &[u8]) -> Found<'static> {
    Limited {
        longest: LONGEST,
        inner: iterated(stored)?,
    }
    .found()
}

fn iterated(stored: &[u8]) -> Found<'static> {
    let [b'$', letter @ (b'P' | b'H'), b'$', rest @ ..] = stored else {
        return None;
    };
    // 22 digits have four bits more than 16 bytes: they are 0.
    if rest.len() != 31 || !are_digits(rest, 3) {
        return None;
    }
    let log2 = rounds(rest[0])?;
    let (salt, digest) = rest[1..].split_at(8);
    let mut blank = vec![b'$', *letter, b'$', rest[0]];
    blank.resize(34, b'.');
    Computed {
        label: format!("phpass ${}$, 2^{log2} rounds", char::from(*letter)),
        blank,
        digest: digest.to_vec(),
        work: Work::Phpass { log2 },
        compute: {
            let salt = salt.to_vec();
            Box::new(move |material| phpass(log2, &salt, material.password))
        },
    }
    .found()
}

/// The logarithm of the number of rounds: what phpass and its kin take for one.
pub(super) fn rounds(byte: u8) -> Option<u32> {
    digit(byte).filter(|log2| (7..=30).contains(log2))
}

/// The 22 digits of a portable hash.
pub(super) fn phpass(log2: u32, salt: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    encode(&iterate::<Md5>(log2, salt, password))
}

/// The digest of the salt and the password, then 2^log2 times of the digest and the password.
pub(super) fn iterate<D: Digest>(log2: u32, salt: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut digest: Output<D> = D::new()
        .chain_update(salt)
        .chain_update(password)
        .finalize();
    for _ in 0..1_u64 << log2 {
        digest = D::new()
            .chain_update(&digest)
            .chain_update(password)
            .finalize();
    }
    let bytes = Zeroizing::new(digest.to_vec());
    digest.as_mut_slice().zeroize();
    bytes
}

//! phpass' portable hashes: `$P$` and phpBB 3.0's `$H$`, 34 characters. Iterated MD5.

use md5::{Digest, Md5};
use zeroize::{Zeroize, Zeroizing};

use super::Scheme;
use crate::cost::{CostLimits, at_most};
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) struct Phpass;

/// Digits of phpass' own base 64, lowest first.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct Stored<'a> {
    letter: u8,
    log2: u32,
    salt: &'a [u8],
    digest: &'a [u8],
}

impl Scheme for Phpass {
    fn name(&self) -> &'static str {
        "phpass"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        let [b'$', letter @ (b'P' | b'H'), b'$', count, rest @ ..] = stored else {
            return None;
        };
        if rest.len() != 30 {
            return None;
        }
        let values = rest
            .iter()
            .map(|byte| digit(*byte))
            .collect::<Option<Vec<_>>>()?;
        // 22 digits have four bits more than 16 bytes: they are 0.
        if values.last().is_none_or(|last| *last > 3) {
            return None;
        }
        let log2 = digit(*count).filter(|log2| (7..=30).contains(log2))?;
        let (salt, digest) = rest.split_at(8);
        Some(Box::new(Stored {
            letter: *letter,
            log2,
            salt,
            digest,
        }))
    }
}

fn digit(byte: u8) -> Option<u32> {
    DIGITS
        .iter()
        .position(|digit| *digit == byte)
        .and_then(|value| value.try_into().ok())
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        format!(
            "phpass ${}$, 2^{} rounds",
            char::from(self.letter),
            self.log2
        )
    }

    fn blank(&self) -> Vec<u8> {
        let mut blank = vec![b'$', self.letter, b'$', DIGITS[self.log2 as usize]];
        blank.resize(34, b'.');
        blank
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        at_most("phpass log2 of rounds", self.log2, limits.phpass_log2)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        compare::equal(
            &*phpass(self.log2, self.salt, material.password),
            self.digest,
        )
    }
}

fn phpass(log2: u32, salt: &[u8], password: &[u8]) -> Zeroizing<[u8; 22]> {
    let mut digest = Md5::new()
        .chain_update(salt)
        .chain_update(password)
        .finalize();
    for _ in 0..1_u64 << log2 {
        digest = Md5::new()
            .chain_update(digest)
            .chain_update(password)
            .finalize();
    }
    let mut text = Zeroizing::new([0; 22]);
    for (digits, bytes) in text.chunks_mut(4).zip(digest.chunks(3)) {
        let mut value = bytes
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | usize::from(*byte));
        for place in digits {
            *place = DIGITS[value & 63];
            value >>= 6;
        }
    }
    digest.zeroize();
    text
}

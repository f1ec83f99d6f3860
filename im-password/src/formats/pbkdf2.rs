//! PBKDF2 (RFC 8018), for the formats that spell it in their own ways.

use base64::alphabet::Alphabet;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use zeroize::Zeroizing;

use super::computed::Compute;
use crate::cost::Work;
use crate::formula::Hash;

/// passlib's base 64: `.` for `+`, no padding.
pub(super) const AB64: GeneralPurpose = GeneralPurpose::new(&AB64_ALPHABET, NO_PAD);

const AB64_ALPHABET: Alphabet =
    match Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") {
        Ok(alphabet) => alphabet,
        Err(_) => base64::alphabet::STANDARD,
    };

/// The digest it is built on, one that can be keyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prf(Hash);

impl Prf {
    pub(super) const SHA1: Self = Self(Hash::Sha1);
    pub(super) const SHA256: Self = Self(Hash::Sha256);
    pub(super) const SHA512: Self = Self(Hash::Sha512);

    /// By the name PHP has for it.
    pub(super) fn by_name(name: &[u8]) -> Option<Self> {
        let hash = Hash::by_name(std::str::from_utf8(name).ok()?)?;
        hash.has_hmac().then_some(Self(hash))
    }

    /// As documentation calls it.
    pub(super) fn title(self) -> &'static str {
        self.0.title()
    }

    /// Bytes of its digest.
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// What an output of `len` bytes asks for: each block of it takes all rounds.
    pub(super) fn work(self, rounds: u32, len: usize) -> Work {
        let blocks = u32::try_from(len.div_ceil(self.len())).unwrap_or(u32::MAX);
        Work::Pbkdf2 {
            rounds: rounds.saturating_mul(blocks),
        }
    }

    /// `len` bytes of output for what is typed.
    pub(super) fn compute<'a>(self, salt: Vec<u8>, rounds: u32, len: usize) -> Compute<'a> {
        Box::new(move |material| {
            let mut out = Zeroizing::new(vec![0; len]);
            self.0.pbkdf2(material.password, &salt, rounds, &mut out);
            out
        })
    }
}

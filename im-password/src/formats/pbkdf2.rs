//! PBKDF2 (RFC 8018), for the formats that spell it in their own ways.

use base64::alphabet::Alphabet;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use md5::Md5;
use md5::digest::Digest;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::computed::Compute;
use crate::cost::Work;

/// passlib's base 64: `.` for `+`, no padding.
pub(super) const AB64: GeneralPurpose = GeneralPurpose::new(&AB64_ALPHABET, NO_PAD);

const AB64_ALPHABET: Alphabet =
    match Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") {
        Ok(alphabet) => alphabet,
        Err(_) => base64::alphabet::STANDARD,
    };

/// The digest it is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prf {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Prf {
    /// By the name PHP has for it.
    pub(super) fn by_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"md5" => Self::Md5,
            b"sha1" => Self::Sha1,
            b"sha224" => Self::Sha224,
            b"sha256" => Self::Sha256,
            b"sha384" => Self::Sha384,
            b"sha512" => Self::Sha512,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Bytes of its digest.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Md5 => <Md5 as Digest>::output_size(),
            Self::Sha1 => <Sha1 as Digest>::output_size(),
            Self::Sha224 => <Sha224 as Digest>::output_size(),
            Self::Sha256 => <Sha256 as Digest>::output_size(),
            Self::Sha384 => <Sha384 as Digest>::output_size(),
            Self::Sha512 => <Sha512 as Digest>::output_size(),
        }
    }

    /// What an output of `len` bytes asks for: each block of it takes all rounds.
    pub(super) fn work(self, rounds: u32, len: usize) -> Work {
        let blocks = u32::try_from(len.div_ceil(self.len())).unwrap_or(u32::MAX);
        Work::Pbkdf2 {
            rounds: rounds.saturating_mul(blocks),
        }
    }

    /// `len` bytes of output.
    pub(super) fn derive(
        self,
        password: &[u8],
        salt: &[u8],
        rounds: u32,
        len: usize,
    ) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(vec![0; len]);
        match self {
            Self::Md5 => pbkdf2::pbkdf2_hmac::<Md5>(password, salt, rounds, &mut out),
            Self::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut out),
            Self::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>(password, salt, rounds, &mut out),
            Self::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut out),
            Self::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>(password, salt, rounds, &mut out),
            Self::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, &mut out),
        }
        out
    }

    /// [`derive`](Self::derive) of what is typed.
    pub(super) fn compute<'a>(self, salt: Vec<u8>, rounds: u32, len: usize) -> Compute<'a> {
        Box::new(move |material| self.derive(material.password, &salt, rounds, len))
    }
}

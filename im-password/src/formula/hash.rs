use hmac::digest::{FixedOutput, Update};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use ripemd::{Ripemd128, Ripemd160};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use whirlpool::Whirlpool;

use super::haval::haval;

/// The digests of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Ripemd128,
    Ripemd160,
    Whirlpool,
    /// HAVAL of so many bits and passes, 4 or 5. There is no keyed digest of it.
    Haval(u16, u8),
    /// CRC-32 of ISO 3309 (PHP's `crc32b`), highest byte first. No digest to be compared alone:
    /// it is too short.
    Crc32,
}

/// Calls a generic function for the algorithm, or gives the other values for those without one.
macro_rules! with_algorithm {
    ($hash:expr, $function:ident($($argument:expr),*), $haval:expr, $crc32:expr) => {
        match $hash {
            Hash::Md5 => $function::<Md5>($($argument),*),
            Hash::Sha1 => $function::<Sha1>($($argument),*),
            Hash::Sha224 => $function::<Sha224>($($argument),*),
            Hash::Sha256 => $function::<Sha256>($($argument),*),
            Hash::Sha384 => $function::<Sha384>($($argument),*),
            Hash::Sha512 => $function::<Sha512>($($argument),*),
            Hash::Ripemd128 => $function::<Ripemd128>($($argument),*),
            Hash::Ripemd160 => $function::<Ripemd160>($($argument),*),
            Hash::Whirlpool => $function::<Whirlpool>($($argument),*),
            Hash::Haval(bits, passes) => ($haval)(bits, passes),
            Hash::Crc32 => $crc32,
        }
    };
}

/// The same for the keyed digests, of which HAVAL and CRC-32 have none.
macro_rules! with_hmac {
    ($hash:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Md5 => $function::<Hmac<Md5>>($($argument),*),
            Hash::Sha1 => $function::<Hmac<Sha1>>($($argument),*),
            Hash::Sha224 => $function::<Hmac<Sha224>>($($argument),*),
            Hash::Sha256 => $function::<Hmac<Sha256>>($($argument),*),
            Hash::Sha384 => $function::<Hmac<Sha384>>($($argument),*),
            Hash::Sha512 => $function::<Hmac<Sha512>>($($argument),*),
            Hash::Ripemd128 => $function::<Hmac<Ripemd128>>($($argument),*),
            Hash::Ripemd160 => $function::<Hmac<Ripemd160>>($($argument),*),
            Hash::Whirlpool => $function::<Hmac<Whirlpool>>($($argument),*),
            Hash::Haval(..) | Hash::Crc32 => {}
        }
    };
}

impl Hash {
    pub(crate) const ALL: [Self; 20] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Ripemd128,
        Self::Ripemd160,
        Self::Whirlpool,
        Self::Haval(128, 4),
        Self::Haval(160, 4),
        Self::Haval(192, 4),
        Self::Haval(224, 4),
        Self::Haval(256, 4),
        Self::Haval(128, 5),
        Self::Haval(160, 5),
        Self::Haval(192, 5),
        Self::Haval(224, 5),
        Self::Haval(256, 5),
        Self::Crc32,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Ripemd128 => "ripemd128",
            Self::Ripemd160 => "ripemd160",
            Self::Whirlpool => "whirlpool",
            Self::Haval(128, 4) => "haval128-4",
            Self::Haval(128, _) => "haval128-5",
            Self::Haval(160, 4) => "haval160-4",
            Self::Haval(160, _) => "haval160-5",
            Self::Haval(192, 4) => "haval192-4",
            Self::Haval(192, _) => "haval192-5",
            Self::Haval(224, 4) => "haval224-4",
            Self::Haval(224, _) => "haval224-5",
            Self::Haval(_, 4) => "haval256-4",
            Self::Haval(..) => "haval256-5",
            Self::Crc32 => "crc32",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.name() == name)
    }

    /// As documentation calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Ripemd128 => "RIPEMD-128",
            Self::Ripemd160 => "RIPEMD-160",
            Self::Whirlpool => "Whirlpool",
            Self::Haval(128, _) => "HAVAL-128",
            Self::Haval(160, _) => "HAVAL-160",
            Self::Haval(192, _) => "HAVAL-192",
            Self::Haval(224, _) => "HAVAL-224",
            Self::Haval(..) => "HAVAL-256",
            Self::Crc32 => "CRC-32",
        }
    }

    /// Whether there is a keyed digest of it.
    pub(crate) fn has_hmac(self) -> bool {
        !matches!(self, Self::Crc32 | Self::Haval(..))
    }

    /// Bytes of the digest.
    pub(crate) fn len(self) -> usize {
        fn len<D: Digest>() -> usize {
            <D as Digest>::output_size()
        }
        let haval = |bits: u16, _| usize::from(bits) / 8;
        with_algorithm!(self, len(), haval, 4)
    }

    /// Appends the digest's bytes.
    pub(crate) fn digest(self, data: &[u8], out: &mut Vec<u8>) {
        fn digest<D: Digest>(data: &[u8], out: &mut Vec<u8>) {
            out.extend_from_slice(&D::digest(data));
        }
        let crc32 = |out: &mut Vec<u8>| {
            out.extend_from_slice(&crc32fast::hash(data).to_be_bytes());
        };
        let haval = |bits, passes| haval(bits, passes, data);
        with_algorithm!(
            self,
            digest(data, out),
            |bits, passes| out.extend_from_slice(&haval(bits, passes)),
            crc32(out)
        );
    }

    /// Appends the keyed digest's bytes.
    pub(crate) fn hmac(self, key: &[u8], data: &[u8], out: &mut Vec<u8>) {
        with_hmac!(self, mac(key, data, out));
    }

    /// Fills `out` by PBKDF2 with HMAC (RFC 8018).
    pub(crate) fn pbkdf2(self, password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8]) {
        with_hmac!(self, derive(password, salt, rounds, out));
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], data: &[u8], out: &mut Vec<u8>) {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes keys of every length (RFC 2104)"
    )]
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes every key");
    mac.update(data);
    out.extend_from_slice(&mac.finalize().into_bytes());
}

fn derive<M>(password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8])
where
    M: KeyInit + Update + FixedOutput + Clone,
{
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes keys of every length (RFC 2104)"
    )]
    pbkdf2::pbkdf2::<M>(password, salt, rounds, out).expect("HMAC takes every key");
}

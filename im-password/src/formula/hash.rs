use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// The digests of formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// Calls a generic function for the algorithm.
macro_rules! with_algorithm {
    ($hash:expr, $function:ident($($argument:expr),*)) => {
        match $hash {
            Hash::Md5 => $function::<Md5>($($argument),*),
            Hash::Sha1 => $function::<Sha1>($($argument),*),
            Hash::Sha224 => $function::<Sha224>($($argument),*),
            Hash::Sha256 => $function::<Sha256>($($argument),*),
            Hash::Sha384 => $function::<Sha384>($($argument),*),
            Hash::Sha512 => $function::<Sha512>($($argument),*),
        }
    };
}

impl Hash {
    pub(crate) const ALL: [Self; 6] = [
        Self::Md5,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.name() == name)
    }

    /// Bytes of the digest.
    pub(crate) fn len(self) -> usize {
        fn len<D: Digest>() -> usize {
            <D as Digest>::output_size()
        }
        with_algorithm!(self, len())
    }

    /// Appends the digest's bytes.
    pub(crate) fn digest(self, data: &[u8], out: &mut Vec<u8>) {
        fn digest<D: Digest>(data: &[u8], out: &mut Vec<u8>) {
            out.extend_from_slice(&D::digest(data));
        }
        with_algorithm!(self, digest(data, out));
    }

    /// Appends the keyed digest's bytes.
    pub(crate) fn hmac(self, key: &[u8], data: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Md5 => mac::<Hmac<Md5>>(key, data, out),
            Self::Sha1 => mac::<Hmac<Sha1>>(key, data, out),
            Self::Sha224 => mac::<Hmac<Sha224>>(key, data, out),
            Self::Sha256 => mac::<Hmac<Sha256>>(key, data, out),
            Self::Sha384 => mac::<Hmac<Sha384>>(key, data, out),
            Self::Sha512 => mac::<Hmac<Sha512>>(key, data, out),
        }
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

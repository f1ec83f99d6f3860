//! Mahara since 1.5: bcrypt or sha512-crypt with a salt made of the MD5 of the site's salt and the
//! account's, and cut out of what crypt(3) says, as the site's salt is secret. What is stored
//! is `$2a$12$` and 31 digits of bcrypt, or `$6$$` and 86 digits of sha512-crypt over the SHA-1 of
//! salt and password, which is what Mahara stored before.

use md5::Md5;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::computed::{Found, hex_digest};
use super::{Scheme, bcrypt, sha_crypt};
use crate::format::{Material, Recognised};
use crate::{CostLimits, VerifyError};

pub(super) static FORMAT: Mahara = Mahara;

pub(super) struct Mahara;

impl Scheme for Mahara {
    fn name(&self) -> &'static str {
        "mahara"
    }

    fn description(&self) -> &'static str {
        "Mahara's bcrypt and sha512-crypt, whose salt is made of two others and not stored"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Found<'a> {
        let (kind, before, digest) = if let Some(digest) = stored.strip_prefix(b"$6$") {
            (Kind::Sha512, &stored[..3], digest)
        } else {
            (Kind::Bcrypt, stored.get(..7)?, stored.get(7..)?)
        };
        if kind == Kind::Bcrypt && (!before.starts_with(b"$2a$") || digest.len() != 31) {
            return None;
        }
        let found = Stored {
            kind,
            before,
            digest,
        };
        let is_one = found.ask(|_| true, false);
        is_one.then(|| Box::new(found) as Box<dyn Recognised + 'a>)
    }

    fn needs(&self) -> &[&'static str] {
        &["$salt", "$secret"]
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bcrypt,
    Sha512,
}

/// A stored value, at the place where its salt was cut out.
struct Stored<'a> {
    kind: Kind,
    before: &'a [u8],
    digest: &'a [u8],
}

impl Stored<'_> {
    /// The part of the MD5 that is the salt, as crypt(3) writes it.
    fn salt(&self, secret: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut digits = hex_digest::<Md5>(&[secret, salt]);
        match self.kind {
            Kind::Sha512 => digits.truncate(16),
            Kind::Bcrypt => {
                digits.truncate(22);
                // Of the last digit only two bits count, and the others come out as 0.
                if let Some(last) = digits.last_mut() {
                    *last = match last {
                        b'a'..=b'd' => b'O',
                        b'e' | b'f' => b'e',
                        _ => b'u',
                    };
                }
            }
        }
        digits
    }

    /// What crypt(3) said, with its salt.
    fn whole(&self, salt: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.before, salt, self.digest].concat())
    }

    /// Asks about the whole value, with whatever salt: shape and cost are the same with each.
    fn ask<T>(&self, ask: impl FnOnce(&dyn Recognised) -> T, otherwise: T) -> T {
        let whole = self.whole(&self.salt(b"", b""));
        match self.kind.recognise(&whole) {
            Some(found) => ask(&*found),
            None => otherwise,
        }
    }
}

impl Kind {
    fn recognise(self, whole: &[u8]) -> Found<'_> {
        match self {
            Self::Bcrypt => bcrypt::recognise(whole),
            Self::Sha512 => sha_crypt::recognise_sha512(whole),
        }
    }
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        format!("Mahara {}", self.ask(|found| found.label(), String::new()))
    }

    fn blank(&self) -> Vec<u8> {
        let between = usize::from(self.kind == Kind::Sha512);
        let mut blank = [self.before, &self.digest[..between]].concat();
        blank.resize(self.before.len() + self.digest.len(), b'.');
        blank
    }

    fn memory(&self) -> usize {
        self.ask(|found| found.memory(), 0)
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.ask(|found| found.allowed(limits), Ok(()))
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let own = material.salt.unwrap_or_default();
        let salt = self.salt(material.secret.unwrap_or_default(), own);
        let whole = self.whole(&salt);
        let password = match self.kind {
            Kind::Bcrypt => Zeroizing::new(material.password.to_vec()),
            Kind::Sha512 => hex_digest::<Sha1>(&[own, material.password]),
        };
        self.kind.recognise(&whole).is_some_and(|found| {
            found.matches(&Material {
                password: &password,
                ..*material
            })
        })
    }
}

//! What Symfony's native hasher writes and its "auto" setting means: bcrypt over the password itself
//! if that has at most 72 bytes and no NUL, over its SHA-512 in base 64 otherwise, so that bcrypt
//! never drops a part of it; or Argon2. It verifies whatever `password_verify` does, too.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Sha512;
use zeroize::Zeroizing;

use super::computed::{Found, Wrapped, as_it_is, raw_digest};
use super::{Named, argon2, bcrypt, crypt};
use crate::format::Material;

pub(super) static FORMAT: Named = Named {
    name: "symfony",
    description: "Symfony's native hashes: bcrypt, over SHA-512 if long, or Argon2",
    weak: false,
    recognise,
};

/// Of which bcrypt takes no more.
const LONGEST: usize = 72;

fn recognise(stored: &[u8]) -> Found<'_> {
    if let Some(inner) = bcrypt::recognise(stored) {
        return Wrapped {
            label: "Symfony ",
            before: b"",
            inner,
            password,
        }
        .found();
    }
    crypt::recognise(stored).or_else(|| argon2::recognise(stored))
}

fn password(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    let password = material.password;
    if password.len() <= LONGEST && !password.contains(&0) {
        return as_it_is(material);
    }
    let digest = raw_digest::<Sha512>(&[password]);
    Zeroizing::new(STANDARD.encode(&*digest).into_bytes())
}

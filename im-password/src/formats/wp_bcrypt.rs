//! WordPress 6.8 and later: `$wp` before a bcrypt value over a keyed SHA-384 of the password in
//! base 64, so that bcrypt's 72 bytes hold all of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::computed::{Found, Limited, Wrapped};
use super::{Named, bcrypt, phpass};
use crate::format::Material;
use crate::formula::Hash;

pub(super) static FORMAT: Named = Named {
    name: "wp-bcrypt",
    description: "bcrypt of WordPress 6.8 and later, over a keyed SHA-384 of the password",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let (before, inner) = stored.split_at_checked(3)?;
    if before != b"$wp" {
        return None;
    }
    let inner = Wrapped {
        label: "WordPress ",
        before,
        inner: bcrypt::recognise(inner)?,
        password,
    };
    Limited {
        longest: phpass::LONGEST,
        inner: inner.found()?,
    }
    .found()
}

fn password(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    let mut digest = Zeroizing::new(Vec::with_capacity(Hash::Sha384.len()));
    Hash::Sha384.hmac(b"wp-sha384", material.password, &mut digest);
    Zeroizing::new(STANDARD.encode(&*digest).into_bytes())
}

//! WordPress 6.8 and later: `$wp` before a bcrypt value over a keyed SHA-384 of the password in
//! base 64, so that bcrypt's 72 bytes hold all of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha384;
use zeroize::{Zeroize, Zeroizing};

use super::computed::{Found, Wrapped};
use super::{Named, bcrypt};
use crate::format::Material;

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
    Wrapped {
        label: "WordPress ",
        before,
        inner: bcrypt::recognise(inner)?,
        password,
    }
    .found()
}

fn password(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes keys of every length (RFC 2104)"
    )]
    let mut mac = <Hmac<Sha384> as KeyInit>::new_from_slice(b"wp-sha384").expect("any key");
    mac.update(material.password);
    let mut digest = mac.finalize().into_bytes();
    let text = Zeroizing::new(STANDARD.encode(digest).into_bytes());
    digest.as_mut_slice().zeroize();
    text
}

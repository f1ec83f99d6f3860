//! Drupal 7's hashes, `$S$`: phpass' loop with SHA-512, cut to 55 characters. And what its upgrade
//! from Drupal 6 made of MD5 rows: `U` before a hash over their hex digits.

use md5::Md5;
use sha2::Sha512;

use super::computed::{Computed, Found, Limited, Wrapped, hex_of};
use super::digits::{are_digits, encode};
use super::{Named, bcrypt, phpass};
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "drupal7",
    description: "Drupal 7's SHA-512 in many rounds, also over the MD5 of the password",
    weak: false,
    recognise,
};

/// Drupal takes no longer passwords, in bytes.
const LONGEST: usize = 512;

pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    let Some(inner) = stored.strip_prefix(b"U") else {
        return iterated(stored);
    };
    let inner = iterated(inner)
        .or_else(|| phpass::recognise(inner))
        .or_else(|| bcrypt::recognise(inner))?;
    Wrapped {
        label: "MD5 in ",
        before: b"U",
        inner,
        password: hex_of::<Md5>,
    }
    .found()
}

/// `$S$` alone.
pub(super) fn iterated(stored: &[u8]) -> Found<'_> {
    Limited {
        longest: LONGEST,
        inner: parsed(stored)?,
    }
    .found()
}

fn parsed(stored: &[u8]) -> Found<'_> {
    let rest = stored.strip_prefix(b"$S$")?;
    // 43 of the 86 digits are kept, so there are no unused bits.
    if rest.len() != 52 || !are_digits(rest, 63) {
        return None;
    }
    let log2 = phpass::rounds(rest[0])?;
    let (salt, digest) = rest[1..].split_at(8);
    let mut blank = b"$S$".to_vec();
    blank.push(rest[0]);
    blank.resize(55, b'.');
    Computed {
        label: format!("Drupal 7 $S$, 2^{log2} rounds"),
        blank,
        digest: digest.to_vec(),
        work: Work::Drupal7 { log2 },
        compute: Box::new(move |material| {
            let mut text = encode(&phpass::iterate::<Sha512>(log2, salt, material.password));
            text.truncate(43);
            text
        }),
    }
    .found()
}

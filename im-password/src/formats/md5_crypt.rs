//! md5-crypt of FreeBSD, `$1$`, and Apache's variety of it, `$apr1$`: a thousand rounds of MD5 in a
//! changing order. A password with a NUL in it is wrong, as crypt(3) would stop reading there.

use md5::Md5;
use md5::digest::Digest;
use zeroize::Zeroizing;

use super::Named;
use super::computed::{Computed, Found, finish, raw_digest};
use super::crypt::split_salt;
use super::digits::{append, are_digits};
use crate::cost::Work;

pub(super) static MD5_CRYPT: Named = Named {
    name: "md5-crypt",
    description: "md5-crypt of crypt(3), $1$",
    weak: false,
    recognise,
};

pub(super) static APR1: Named = Named {
    name: "apr1",
    description: "Apache's md5-crypt, $apr1$",
    weak: false,
    recognise: recognise_apr1,
};

const ROUNDS: usize = 1000;

pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    with_magic(b"$1$", "md5-crypt", stored)
}

fn recognise_apr1(stored: &[u8]) -> Found<'_> {
    with_magic(b"$apr1$", "apr1", stored)
}

fn with_magic<'a>(magic: &'static [u8], name: &str, stored: &'a [u8]) -> Found<'a> {
    let (salt, digest) = split_salt(stored.strip_prefix(magic)?, 8)?;
    // 22 digits have four bits more than 16 bytes: they are 0.
    if digest.len() != 22 || !are_digits(digest, 3) {
        return None;
    }
    let mut blank = magic.to_vec();
    blank.resize(blank.len() + salt.len(), b'.');
    blank.push(b'$');
    blank.resize(blank.len() + 22, b'.');
    Computed {
        label: name.to_owned(),
        blank,
        digest: digest.to_vec(),
        work: Work::Little,
        compute: Box::new(move |material| {
            let mut text = md5_crypt(magic, salt, material.password);
            if material.password.contains(&0) {
                text.clear();
            }
            text
        }),
    }
    .found()
}

/// The 22 digits of the digest.
fn md5_crypt(magic: &[u8], salt: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    let first = raw_digest::<Md5>(&[password, salt, password]);
    let mut hasher = Md5::new();
    hasher.update(password);
    hasher.update(magic);
    hasher.update(salt);
    for part in password.chunks(first.len()) {
        hasher.update(&first[..part.len()]);
    }
    // An old mistake that all writers share: for bits that are set a NUL, for others the
    // password's first byte.
    let mut bits = password.len();
    while bits > 0 {
        hasher.update(if bits & 1 == 1 { &[0] } else { &password[..1] });
        bits >>= 1;
    }
    let mut digest = finish(hasher);
    for round in 0..ROUNDS {
        let odd = round % 2 == 1;
        let [before, after] = if odd {
            [password, &digest[..]]
        } else {
            [&digest[..], password]
        };
        let salt = if round % 3 == 0 { &[] } else { salt };
        let again = if round % 7 == 0 { &[] } else { password };
        let next = raw_digest::<Md5>(&[before, salt, again, after]);
        digest = next;
    }
    let mut text = Zeroizing::new(Vec::with_capacity(22));
    for [high, middle, low] in [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]] {
        let value = [high, middle, low]
            .iter()
            .fold(0, |value, index| value << 8 | u32::from(digest[*index]));
        append(value, 4, &mut text);
    }
    append(u32::from(digest[11]), 2, &mut text);
    text
}

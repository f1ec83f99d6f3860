//! sha256-crypt and sha512-crypt, `$5$` and `$6$`, after Ulrich Drepper's "Unix crypt using SHA-256
//! and SHA-512". A password with a NUL in it is wrong, as crypt(3) would stop reading there.

use md5::digest::{Digest, Output};
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::Named;
use super::computed::{Computed, Found, finish, raw_digest};
use super::crypt::split_salt;
use super::digits::{append, are_digits, decimal};
use crate::cost::Work;

pub(super) static SHA256_CRYPT: Named = Named {
    name: "sha256-crypt",
    description: "sha256-crypt of crypt(3), $5$",
    weak: false,
    recognise: recognise_sha256,
};

pub(super) static SHA512_CRYPT: Named = Named {
    name: "sha512-crypt",
    description: "sha512-crypt of crypt(3), $6$",
    weak: false,
    recognise: recognise_sha512,
};

pub(super) static SHA512_CRYPT_64: Named = Named {
    name: "sha512-crypt-64",
    description: "sha512-crypt cut to 64 characters, as MantisBT's column does",
    weak: false,
    recognise: recognise_sha512_64,
};

/// Where a value says nothing.
pub(super) const DEFAULT_ROUNDS: u32 = 5000;

/// Of the digits that a cut value keeps: 22 are 132 bits, and with a salt of 16 and nine digits of
/// rounds 64 characters have 27.
const SHORTEST_CUT: usize = 22;

/// What the two differ in.
struct Method {
    name: &'static str,
    magic: &'static [u8],
    /// Digits of the digest, and the most that the last one can be.
    digits: usize,
    last: u32,
    compute: Digits,
}

/// The digits of a digest, for rounds, salt and password.
type Digits = fn(u32, &[u8], &[u8]) -> Zeroizing<Vec<u8>>;

static SHA256: Method = Method {
    name: "sha256-crypt",
    magic: b"$5$",
    digits: 43,
    last: 15,
    compute: |rounds, salt, password| {
        let digest = sha_crypt::<Sha256>(rounds, salt, password);
        in_order(&digest, &ORDER_256, [31, 30])
    },
};

static SHA512: Method = Method {
    name: "sha512-crypt",
    magic: b"$6$",
    digits: 86,
    last: 3,
    compute: sha512_digits,
};

/// The 86 digits of sha512-crypt.
pub(super) fn sha512_digits(rounds: u32, salt: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    let digest = sha_crypt::<Sha512>(rounds, salt, password);
    in_order(&digest, &ORDER_512, [63])
}

pub(super) fn recognise_sha256(stored: &[u8]) -> Found<'_> {
    recognise(&SHA256, stored)
}

pub(super) fn recognise_sha512(stored: &[u8]) -> Found<'_> {
    recognise(&SHA512, stored)
}

fn recognise_sha512_64(stored: &[u8]) -> Found<'_> {
    if stored.len() != 64 {
        return None;
    }
    take_apart(&SHA512, stored, true)
}

fn recognise<'a>(method: &'static Method, stored: &'a [u8]) -> Found<'a> {
    take_apart(method, stored, false)
}

/// `cut`: only the first digits of the digest are there.
fn take_apart<'a>(method: &'static Method, stored: &'a [u8], cut: bool) -> Found<'a> {
    let mut rest = stored.strip_prefix(method.magic)?;
    let mut blank = method.magic.to_vec();
    let mut rounds = DEFAULT_ROUNDS;
    if let Some(explicit) = rest.strip_prefix(b"rounds=") {
        let end = explicit.iter().position(|byte| *byte == b'$')?;
        rounds = decimal(&explicit[..end]).filter(|rounds| *rounds >= 1000)?;
        rest = &explicit[end + 1..];
        blank.extend_from_slice(format!("rounds={rounds}$").as_bytes());
    }
    let (salt, digest) = split_salt(rest, 16)?;
    let (shortest, last) = if cut {
        (SHORTEST_CUT, 63)
    } else {
        (method.digits, method.last)
    };
    if !(shortest..=method.digits).contains(&digest.len()) || !are_digits(digest, last) {
        return None;
    }
    blank.resize(blank.len() + salt.len(), b'.');
    blank.push(b'$');
    blank.resize(blank.len() + digest.len(), b'.');
    Computed {
        label: format!(
            "{}, {rounds} rounds{}",
            method.name,
            if cut { ", cut to 64 characters" } else { "" }
        ),
        blank,
        digest: digest.to_vec(),
        work: Work::ShaCrypt { rounds },
        compute: Box::new(move |material| {
            let mut text = (method.compute)(rounds, salt, material.password);
            text.truncate(digest.len());
            if material.password.contains(&0) {
                text.clear();
            }
            text
        }),
    }
    .found()
}

/// The bytes of the digest. The letters are those of the specification.
fn sha_crypt<D: Digest>(rounds: u32, salt: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    let b = raw_digest::<D>(&[password, salt, password]);
    let mut hasher = D::new().chain_update(password).chain_update(salt);
    for part in password.chunks(b.len()) {
        hasher.update(&b[..part.len()]);
    }
    let mut bits = password.len();
    while bits > 0 {
        hasher.update(if bits & 1 == 1 { &b[..] } else { password });
        bits >>= 1;
    }
    let mut a = finish(hasher);

    let mut hasher = D::new();
    for _ in 0..password.len() {
        hasher.update(password);
    }
    let p = stretched(&finish(hasher), password.len());
    let mut hasher = D::new();
    for _ in 0..16 + usize::from(a[0]) {
        hasher.update(salt);
    }
    let s = stretched(&finish(hasher), salt.len());

    let mut next = Output::<D>::default();
    for round in 0..rounds {
        let mut hasher = D::new();
        let odd = round % 2 == 1;
        hasher.update(if odd { &p[..] } else { &a[..] });
        if round % 3 != 0 {
            hasher.update(&s[..]);
        }
        if round % 7 != 0 {
            hasher.update(&p[..]);
        }
        hasher.update(if odd { &a[..] } else { &p[..] });
        hasher.finalize_into(&mut next);
        a.copy_from_slice(&next);
    }
    next.as_mut_slice().zeroize();
    a
}

/// A digest over and over, so many bytes of it.
fn stretched(digest: &[u8], len: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(digest.iter().copied().cycle().take(len).collect())
}

/// Which bytes share four digits, highest first.
const ORDER_256: [[usize; 3]; 10] = [
    [0, 10, 20],
    [21, 1, 11],
    [12, 22, 2],
    [3, 13, 23],
    [24, 4, 14],
    [15, 25, 5],
    [6, 16, 26],
    [27, 7, 17],
    [18, 28, 8],
    [9, 19, 29],
];

const ORDER_512: [[usize; 3]; 21] = [
    [0, 21, 42],
    [22, 43, 1],
    [44, 2, 23],
    [3, 24, 45],
    [25, 46, 4],
    [47, 5, 26],
    [6, 27, 48],
    [28, 49, 7],
    [50, 8, 29],
    [9, 30, 51],
    [31, 52, 10],
    [53, 11, 32],
    [12, 33, 54],
    [34, 55, 13],
    [56, 14, 35],
    [15, 36, 57],
    [37, 58, 16],
    [59, 17, 38],
    [18, 39, 60],
    [40, 61, 19],
    [62, 20, 41],
];

/// The digits of a digest whose bytes are taken in this order, `rest` last.
fn in_order<const N: usize>(
    digest: &[u8],
    order: &[[usize; 3]],
    rest: [usize; N],
) -> Zeroizing<Vec<u8>> {
    let value = |bytes: &[usize]| {
        bytes
            .iter()
            .fold(0, |value, index| value << 8 | u32::from(digest[*index]))
    };
    let mut text = Zeroizing::new(Vec::with_capacity(4 * order.len() + N + 1));
    for bytes in order {
        append(value(bytes), 4, &mut text);
    }
    append(value(&rest), N + 1, &mut text);
    text
}

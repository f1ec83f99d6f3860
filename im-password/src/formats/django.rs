//! Django's `algorithm$…`, every algorithm it has had. Its digests without an algorithm, 32 hex
//! digits, are MD5. Passwords that nobody has begin with `!`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use md5::digest::Digest;
use sha1::Sha1;
use sha2::Sha256;

use super::computed::{Computed, Found, Never, Wrapped, as_it_is, hex_of, raw_digest};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;
use super::scrypt::Cost;
use super::{Named, argon2, bcrypt, crypt};
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "django",
    description: "Django's pbkdf2_sha256$, bcrypt_sha256$, argon2$, scrypt$ and older ones",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    if let Some(mark) = stored.strip_prefix(b"!") {
        return unusable(mark);
    }
    let Some(end) = stored.iter().position(|byte| *byte == b'$') else {
        return digest::<Md5>("MD5", b"", b"", stored);
    };
    let (before, rest) = stored.split_at(end + 1);
    match &stored[..end] {
        b"pbkdf2_sha256" => pbkdf2(Prf::SHA256, before, rest),
        b"pbkdf2_sha1" => pbkdf2(Prf::SHA1, before, rest),
        // The `$` behind the algorithm is the first one of the PHC string.
        b"argon2" => Wrapped {
            label: "Django ",
            before: &stored[..end],
            inner: argon2::recognise(&stored[end..])?,
            password: as_it_is,
        }
        .found(),
        b"bcrypt" => Wrapped {
            label: "Django ",
            before,
            inner: bcrypt::recognise(rest)?,
            password: as_it_is,
        }
        .found(),
        b"bcrypt_sha256" => Wrapped {
            label: "Django SHA-256 in ",
            before,
            inner: bcrypt::recognise(rest)?,
            password: hex_of::<Sha256>,
        }
        .found(),
        b"scrypt" => scrypt(rest),
        b"md5" => salted::<Md5>("salted MD5", before, rest),
        b"sha1" => salted::<Sha1>("salted SHA-1", before, rest),
        b"crypt" => {
            let salt = rest.iter().position(|byte| *byte == b'$')? + 1;
            Wrapped {
                label: "Django ",
                before: &stored[..before.len() + salt],
                inner: crypt::recognise(&rest[salt..])?,
                password: as_it_is,
            }
            .found()
        }
        _ => None,
    }
}

/// `!` alone, or with 40 random letters and digits behind it so that no two are equal.
fn unusable(mark: &[u8]) -> Found<'static> {
    let random = mark.len() == 40 && mark.iter().all(u8::is_ascii_alphanumeric);
    if !mark.is_empty() && !random {
        return None;
    }
    Some(Box::new(Never {
        label: "Django's mark for no password",
        blank: b"!",
    }))
}

/// `rounds$salt$digest`, the salt as it is, the digest in base 64.
fn pbkdf2<'a>(prf: Prf, before: &[u8], rest: &[u8]) -> Found<'a> {
    let mut fields = rest.split(|byte| *byte == b'$');
    let rounds = decimal(fields.next()?).filter(|rounds| *rounds > 0)?;
    let salt = fields.next()?.to_vec();
    let digest = STANDARD.decode(fields.next()?).ok()?;
    if fields.next().is_some() || salt.is_empty() || digest.len() != prf.len() {
        return None;
    }
    let mut blank = [before, format!("{rounds}$").as_bytes()].concat();
    blank.resize(blank.len() + salt.len(), b'0');
    blank.push(b'$');
    blank.extend_from_slice(STANDARD.encode(vec![0; digest.len()]).as_bytes());
    Computed {
        label: format!("Django PBKDF2 with {}, {rounds} rounds", prf.title()),
        blank,
        work: prf.work(rounds, digest.len()),
        compute: prf.compute(salt, rounds, digest.len()),
        digest,
    }
    .found()
}

/// `N$salt$r$p$digest`, 64 bytes in base 64.
fn scrypt(rest: &[u8]) -> Found<'static> {
    let mut fields = rest.split(|byte| *byte == b'$');
    let count = decimal(fields.next()?).filter(|count| count.is_power_of_two())?;
    let salt = fields.next()?.to_vec();
    let (block, lanes) = (decimal(fields.next()?)?, decimal(fields.next()?)?);
    let digest = STANDARD.decode(fields.next()?).ok()?;
    if fields.next().is_some() || salt.is_empty() || digest.len() != 64 {
        return None;
    }
    let cost = Cost::new(count.ilog2(), block, lanes)?;
    let blank_salt = "0".repeat(salt.len());
    let blank_digest = STANDARD.encode([0; 64]);
    Computed {
        label: format!("Django scrypt, N={count}, r={block}, p={lanes}"),
        blank: format!("scrypt${count}${blank_salt}${block}${lanes}${blank_digest}").into_bytes(),
        work: cost.work(),
        compute: cost.compute(salt, digest.len()),
        digest,
    }
    .found()
}

/// `salt$digest`, of the salt and the password; the salt may be empty.
fn salted<'a, D: Digest>(name: &str, before: &[u8], rest: &'a [u8]) -> Found<'a> {
    let end = rest.iter().position(|byte| *byte == b'$')?;
    digest::<D>(name, before, &rest[..end], &rest[end + 1..])
}

fn digest<'a, D: Digest>(name: &str, before: &[u8], salt: &'a [u8], digits: &[u8]) -> Found<'a> {
    let digest = unhex(digits).filter(|digest| digest.len() == <D as Digest>::output_size())?;
    let mut blank = before.to_vec();
    if !before.is_empty() {
        blank.resize(blank.len() + salt.len(), b'0');
        blank.push(b'$');
    }
    blank.resize(blank.len() + digits.len(), b'0');
    Computed {
        label: format!("Django {name}"),
        blank,
        digest,
        work: Work::Little,
        compute: Box::new(move |material| raw_digest::<D>(&[salt, material.password])),
    }
    .found()
}

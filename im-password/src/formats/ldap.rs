//! `userPassword` values of LDAP (RFC 2307 and what servers added): a scheme in braces, whose
//! letter case does not matter, and what it says. EGroupware, Tine and others keep them in SQL.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use md5::digest::Digest;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::computed::{Computed, Found, Wrapped, as_it_is, raw_digest};
use super::digits::decimal;
use super::pbkdf2::{AB64, Prf};
use super::{Named, argon2, crypt};
use crate::cost::Work;
use crate::format::{Material, Recognised};
use crate::{CostLimits, VerifyError, compare};

pub(super) static LDAP: Named = Named {
    name: "ldap",
    description: "LDAP's userPassword: {SSHA}, {SHA512}, {CRYPT}, {PBKDF2} and their kin",
    weak: false,
    recognise,
};

pub(super) static LDAP_PLAIN: Named = Named {
    name: "ldap-plain",
    description: "clear text marked {PLAIN} or {CLEARTEXT}",
    weak: true,
    recognise: recognise_plain,
};

/// The salt of a `{SSHA}` and its kin has at most so many bytes.
const LONGEST_SALT: usize = 64;

/// The scheme in capitals, the braces with what is between them, and what follows.
fn split(stored: &[u8]) -> Option<(String, &[u8], &[u8])> {
    let end = stored.iter().position(|byte| *byte == b'}')?;
    let scheme = std::str::from_utf8(stored[..end].strip_prefix(b"{")?).ok()?;
    let (before, rest) = stored.split_at(end + 1);
    Some((scheme.to_ascii_uppercase(), before, rest))
}

fn recognise(stored: &[u8]) -> Found<'_> {
    let (scheme, before, rest) = split(stored)?;
    let wrapped = |inner| {
        Wrapped {
            label: "LDAP ",
            before,
            inner,
            password: as_it_is,
        }
        .found()
    };
    match scheme.as_str() {
        "MD5" => digest::<Md5>(before, rest, false),
        "SMD5" => digest::<Md5>(before, rest, true),
        "SHA" => digest::<Sha1>(before, rest, false),
        "SSHA" => digest::<Sha1>(before, rest, true),
        "SHA256" => digest::<Sha256>(before, rest, false),
        "SSHA256" => digest::<Sha256>(before, rest, true),
        "SHA384" => digest::<Sha384>(before, rest, false),
        "SSHA384" => digest::<Sha384>(before, rest, true),
        "SHA512" => digest::<Sha512>(before, rest, false),
        "SSHA512" => digest::<Sha512>(before, rest, true),
        "CRYPT" => wrapped(crypt::recognise(rest)?),
        "ARGON2" => wrapped(argon2::recognise(rest)?),
        "PBKDF2" | "PBKDF2-SHA1" => pbkdf2(Prf::SHA1, before, rest),
        "PBKDF2-SHA256" => pbkdf2(Prf::SHA256, before, rest),
        "PBKDF2-SHA512" => pbkdf2(Prf::SHA512, before, rest),
        "PBKDF2_SHA256" => directory_389(before, rest),
        _ => None,
    }
}

/// Base 64 of the digest, and of the salt behind it.
fn digest<'a, D: Digest + 'a>(before: &[u8], rest: &[u8], salted: bool) -> Found<'a> {
    let mut digest = STANDARD.decode(rest).ok()?;
    let len = <D as Digest>::output_size();
    let salt_len = digest.len().checked_sub(len)?;
    let right = if salted {
        (1..=LONGEST_SALT).contains(&salt_len)
    } else {
        salt_len == 0
    };
    if !right {
        return None;
    }
    let blank = [before, STANDARD.encode(vec![0; digest.len()]).as_bytes()].concat();
    let salt = digest.split_off(len);
    Computed {
        label: format!("LDAP {}", name(before)),
        blank,
        digest,
        work: Work::Little,
        compute: Box::new(move |material| raw_digest::<D>(&[material.password, &salt])),
    }
    .found()
}

/// The scheme with its braces, in capitals.
fn name(before: &[u8]) -> String {
    String::from_utf8_lossy(before).to_ascii_uppercase()
}

/// `rounds$salt$digest` in passlib's base 64, as OpenLDAP's and passlib's `{PBKDF2…}`.
fn pbkdf2<'a>(prf: Prf, before: &[u8], rest: &[u8]) -> Found<'a> {
    let mut fields = rest.split(|byte| *byte == b'$');
    let rounds = decimal(fields.next()?).filter(|rounds| *rounds > 0)?;
    let salt = AB64.decode(fields.next()?).ok()?;
    let digest = AB64.decode(fields.next()?).ok()?;
    if fields.next().is_some() || digest.len() != prf.len() {
        return None;
    }
    let [blank_salt, blank_digest] =
        [&salt, &digest].map(|bytes| AB64.encode(vec![0; bytes.len()]));
    let blank = format!("{rounds}${blank_salt}${blank_digest}");
    Computed {
        label: format!("LDAP {}, {rounds} rounds", name(before)),
        blank: [before, blank.as_bytes()].concat(),
        work: prf.work(rounds, digest.len()),
        compute: prf.compute(salt, rounds, digest.len()),
        digest,
    }
    .found()
}

/// `{PBKDF2_SHA256}` of 389 Directory Server: base 64 of four bytes of rounds, 64 of salt and 256
/// of digest.
fn directory_389<'a>(before: &[u8], rest: &[u8]) -> Found<'a> {
    let bytes = STANDARD.decode(rest).ok()?;
    let (rounds, tail) = bytes.split_first_chunk()?;
    let (salt, digest) = tail.split_at_checked(64)?;
    let rounds = u32::from_be_bytes(*rounds);
    if rounds == 0 || digest.len() != 256 {
        return None;
    }
    let mut blank = rounds.to_be_bytes().to_vec();
    blank.resize(bytes.len(), 0);
    let blank = STANDARD.encode(blank);
    Computed {
        label: format!("LDAP {}, {rounds} rounds", name(before)),
        blank: [before, blank.as_bytes()].concat(),
        digest: digest.to_vec(),
        work: Prf::SHA256.work(rounds, digest.len()),
        compute: Prf::SHA256.compute(salt.to_vec(), rounds, digest.len()),
    }
    .found()
}

/// Clear text behind a scheme.
struct Plain<'a> {
    before: &'a [u8],
    password: &'a [u8],
}

fn recognise_plain(stored: &[u8]) -> Found<'_> {
    let (scheme, before, password) = split(stored)?;
    // Nothing stored is no password.
    if !["PLAIN", "CLEARTEXT", "CLEAR"].contains(&scheme.as_str()) || password.is_empty() {
        return None;
    }
    Some(Box::new(Plain { before, password }))
}

impl Recognised for Plain<'_> {
    fn label(&self) -> String {
        format!("clear text {}", name(self.before))
    }

    fn blank(&self) -> Vec<u8> {
        [self.before, &b"0".repeat(8)].concat()
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        compare::equal_text(material.password, self.password)
    }
}

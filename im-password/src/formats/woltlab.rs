//! WoltLab's `type:hash:salt`: what Suite 5.4 and later write, and the rows that older versions and
//! importers brought, each with the name of where it came from. Letter case of the type does not
//! matter. The salt is everything behind the second colon.
//!
//! The bare double bcrypt of WCF 2 to Suite 5.3 is a format of its own, `wcf2`.

mod digest;

use md5::Md5;

use super::computed::{Computed, Found, Never, Wrapped, as_it_is, hex_of};
use super::digits::{decimal, unhex};
use super::pbkdf2::Prf;
use super::{Named, argon2, bcrypt, drupal7, md5_crypt, phpass, phpbb3, wcf2};

pub(super) static FORMAT: Named = Named {
    name: "woltlab",
    description: "WoltLab's type:hash:salt, Bcrypt: and the rows of importers",
    weak: false,
    recognise,
};

fn recognise(stored: &[u8]) -> Found<'_> {
    let end = stored.iter().position(|byte| *byte == b':')?;
    let (before, rest) = stored.split_at(end + 1);
    let kind = std::str::from_utf8(&stored[..end])
        .ok()?
        .to_ascii_lowercase();
    let wrapped = |inner, password| {
        Wrapped {
            label: "WoltLab ",
            before,
            inner,
            password,
        }
        .found()
    };
    // Importers left the colon before a salt that is not there.
    let alone = rest.strip_suffix(b":").unwrap_or(rest);
    match kind.as_str() {
        "bcrypt" | "xf12" => wrapped(bcrypt::recognise(alone)?, as_it_is),
        "wcf2" | "doublebcrypt" => wrapped(wcf2::recognise(alone)?, as_it_is),
        "vb5bcrypt" => wrapped(bcrypt::recognise(alone)?, hex_of::<Md5>),
        "argon2" => wrapped(argon2::recognise(alone)?, as_it_is),
        "vb5argon2" => wrapped(argon2::recognise(alone)?, hex_of::<Md5>),
        "cryptmd5" | "crypt_md5" => wrapped(md5_crypt::recognise(alone)?, as_it_is),
        "drupal8" => wrapped(drupal7::iterated(alone)?, as_it_is),
        // The salt of phpass is in the hash; another one behind it is not looked at.
        "phpass" | "phpbb3" => {
            let hash = rest.split(|byte| *byte == b':').next()?;
            let inner = phpass::recognise(hash).or_else(|| match kind.as_str() {
                "phpbb3" => phpbb3::recognise(hash),
                _ => None,
            });
            match inner {
                Some(inner) => wrapped(inner, as_it_is),
                None => digest::recognise(&kind, before, rest),
            }
        }
        "pbkdf2" => pbkdf2(before, rest),
        "invalid" => Some(Box::new(Never {
            label: "WoltLab's mark for no password",
            blank: b"invalid:",
        })),
        _ => digest::recognise(&kind, before, rest),
    }
}

/// `hash:salt:algorithm:rounds:length`, the hash in hex digits.
fn pbkdf2<'a>(before: &[u8], rest: &[u8]) -> Found<'a> {
    let fields: Vec<_> = rest.split(|byte| *byte == b':').collect();
    let [digits, salt, algorithm, rounds, len] = fields[..] else {
        return None;
    };
    let prf = Prf::by_name(algorithm)?;
    let rounds = decimal(rounds).filter(|rounds| *rounds > 0)?;
    let len = decimal(len)? as usize;
    let digest = unhex(digits)?;
    // PHP counts hex digits, others bytes.
    if salt.is_empty()
        || !(16..=64).contains(&digest.len())
        || ![digest.len(), digits.len()].contains(&len)
    {
        return None;
    }
    let mut blank = before.to_vec();
    blank.resize(blank.len() + digits.len(), b'0');
    blank.push(b':');
    blank.resize(blank.len() + salt.len(), b'0');
    let algorithm = String::from_utf8_lossy(algorithm);
    blank.extend_from_slice(format!(":{algorithm}:{rounds}:{len}").as_bytes());
    Computed {
        label: format!("WoltLab PBKDF2 with {}, {rounds} rounds", prf.title()),
        blank,
        work: prf.work(rounds, digest.len()),
        compute: prf.compute(salt.to_vec(), rounds, digest.len()),
        digest,
    }
    .found()
}

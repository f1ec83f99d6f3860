//! Clear text, for the few products that keep it. Only where it is named, and only for stored
//! values that neither another accepted format nor any other one recognises: else a stolen hash
//! would be a password.

use super::Scheme;
use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) struct Plain;

struct Stored<'a>(&'a [u8]);

impl Scheme for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        // Nothing stored is no password.
        let is_text = !stored.is_empty() && !is_hash(stored);
        is_text.then(|| Box::new(Stored(stored)) as Box<dyn Recognised + 'a>)
    }

    fn description(&self) -> &'static str {
        "clear text"
    }

    fn is_weak(&self) -> bool {
        true
    }

    fn is_last_resort(&self) -> bool {
        true
    }
}

/// Formats whose values are letters and digits that somebody may well have chosen: 13 characters,
/// 16 hex digits, small letters in a row. Clear text gives way to them only where they are
/// accepted.
const LIKE_WORDS: &[&str] = &["des-crypt", "mysql323", "silverstripe-old"];

/// Whether a value is what some product makes of a password, accepted here or not.
fn is_hash(stored: &[u8]) -> bool {
    let recognised = |like_words: bool| {
        super::ALL.iter().any(|scheme| {
            !scheme.is_last_resort()
                && LIKE_WORDS.contains(&scheme.name()) == like_words
                && scheme.recognise(stored).is_some()
        })
    };
    has_digest(stored) || has_mark(stored) || (!recognised(true) && recognised(false))
}

/// Whether the value, or a part of it beside a colon or a dollar sign, is nothing but the hex
/// digits of a usual digest.
fn has_digest(stored: &[u8]) -> bool {
    stored.split(|byte| b":$*".contains(byte)).any(|part| {
        matches!(part.len(), 32 | 40 | 56 | 64 | 96 | 128) && part.iter().all(u8::is_ascii_hexdigit)
    })
}

/// Whether it begins like crypt(3)'s `$…$` or LDAP's `{…}` and is long enough to be a hash, be it
/// of a method that no format here knows.
fn has_mark(stored: &[u8]) -> bool {
    let end = match stored {
        [b'$', ..] => b'$',
        [b'{', ..] => b'}',
        _ => return false,
    };
    let mark = stored[1..].split(|byte| *byte == end).next();
    let is_word = |word: &[u8]| {
        (1..=20).contains(&word.len())
            && word
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(byte))
    };
    stored.len() >= SHORTEST_MARKED && mark.is_some_and(is_word) && stored[1..].contains(&end)
}

/// `{CRYPT}` with the 13 characters of DES.
const SHORTEST_MARKED: usize = 20;

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        "clear text".to_owned()
    }

    fn blank(&self) -> Vec<u8> {
        b"0".repeat(8)
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        compare::equal_text(material.password, self.0)
    }
}

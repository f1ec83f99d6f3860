//! SilverStripe before 2.4: hex digits of a digest, converted to base 36 by PHP's `base_convert`,
//! which computes with a double and so loses most of them. Of the result only the first ten
//! characters are compared, as what follows differed between PHP of 32 and of 64 bits.
//!
//! The digest is the description's: `silverstripe-old(sha1($pass.$salt))`.

use zeroize::Zeroizing;

use super::Scheme;
use super::computed::Computed;
use crate::cost::Work;
use crate::format::{Material, Recognised};

pub(super) static FORMAT: Old = Old;

pub(super) struct Old;

/// What is compared.
const COMPARED: usize = 10;

/// A double has fewer digits in base 36 than that, unless it is larger than any digest.
const MOST_DIGITS: usize = 64;

/// Characters of a value: MD5 comes to 25 and SHA-1 to 31, unless digits at the front are zeros.
const LENGTHS: std::ops::RangeInclusive<usize> = 20..=31;

impl Scheme for Old {
    fn name(&self) -> &'static str {
        "silverstripe-old"
    }

    fn description(&self) -> &'static str {
        "the first characters in base 36, of SilverStripe before 2.4"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        let is_digit = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
        if !LENGTHS.contains(&stored.len()) || !stored.iter().all(is_digit) {
            return None;
        }
        Computed {
            label: "SilverStripe's base 36".to_owned(),
            blank: b"0".repeat(stored.len()),
            digest: stored[..COMPARED].to_vec(),
            work: Work::Little,
            compute: Box::new(beginning),
        }
        .found()
    }

    fn takes_digest(&self) -> bool {
        true
    }
}

/// The first characters of what `base_convert($digest, 16, 36)` comes to; nothing for what is no
/// hex digits.
fn beginning(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    let Some(mut value) = number(material.password) else {
        return Zeroizing::default();
    };
    // Not rounded down between the digits: that is how PHP does it.
    let mut text = Zeroizing::new(Vec::with_capacity(MOST_DIGITS));
    while text.is_empty() || (*value >= 1.0 && text.len() < MOST_DIGITS) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a remainder of 36 is at least 0 and below 36"
        )]
        let digit = (*value % 36.0) as u32;
        text.extend(char::from_digit(digit, 36).map(|digit| digit as u8));
        *value /= 36.0;
    }
    text.reverse();
    text.truncate(COMPARED);
    text
}

/// Hex digits as PHP of 64 bits reads them: exact as long as they fit an integer, then a double.
fn number(digits: &[u8]) -> Option<Zeroizing<f64>> {
    let mut whole = Zeroizing::new(Some(0_i64));
    let mut value = Zeroizing::new(0_f64);
    for digit in digits {
        let digit = char::from(*digit).to_digit(16)?;
        let next = whole
            .and_then(|whole| whole.checked_mul(16))
            .and_then(|whole| whole.checked_add(digit.into()));
        #[expect(clippy::cast_precision_loss, reason = "as PHP loses it")]
        match next {
            Some(whole) => *value = whole as f64,
            None => *value = *value * 16.0 + f64::from(digit),
        }
        *whole = next;
    }
    Some(value)
}

//! Traditional Unix crypt(3): 13 characters, 25 rounds of DES over zeros, 12 bits of salt.
//!
//! Only the first eight characters of a password count, and of each only seven bits. Phorum 3
//! took the password's own first two characters as the salt, which no longer matters once it is
//! stored. A salt of other characters than the digits below is not recognised: today's `crypt()` of
//! PHP refuses it too. A password with a NUL in it is wrong, as crypt(3) would stop reading there.

mod des;

use zeroize::Zeroizing;

use super::Named;
use super::computed::{Computed, Found};
use super::digits::{DIGITS, are_digits, digit, number};
use crate::cost::Work;

pub(super) use des::Des;

pub(super) static FORMAT: Named = Named {
    name: "des-crypt",
    description: "traditional DES crypt(3), eight characters of the password",
    weak: false,
    recognise,
};

pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    if stored.len() != 13 || !are_digits(stored, 63) {
        return None;
    }
    // 11 digits have two bits more than 8 bytes: they are 0.
    if digit(stored[12])? & 3 != 0 {
        return None;
    }
    let salt = number(&stored[..2])?;
    Computed {
        label: "DES crypt".to_owned(),
        blank: b".".repeat(13),
        digest: stored[2..].to_vec(),
        work: Work::Little,
        compute: Box::new(move |material| {
            let mut text = des_crypt(salt, material.password);
            if material.password.contains(&0) {
                text.clear();
            }
            text
        }),
    }
    .found()
}

fn des_crypt(salt: u32, password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new([0; 8]);
    for (place, byte) in key.iter_mut().zip(password) {
        // DES leaves the lowest bit of each byte out: it was meant for parity.
        *place = byte << 1;
    }
    let block = Des::new(u64::from_be_bytes(*key), salt).encrypt_often(0, 25);
    Zeroizing::new(digits_of_block(block).to_vec())
}

/// 64 bits and two zeros as 11 digits, highest first.
pub(super) fn digits_of_block(block: u64) -> [u8; 11] {
    let bits = u128::from(block) << 2;
    std::array::from_fn(|index| DIGITS[(bits >> (60 - 6 * index)) as usize & 63])
}

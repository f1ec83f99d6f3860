//! Traditional Unix crypt(3): 13 characters, 25 rounds of DES over zeros, 12 bits of salt.
//!
//! Only the first eight characters of a password count, and of each only seven bits. Phorum 3
//! took the password's own first two characters as the salt, which no longer matters once it is
//! stored. A salt of other characters than the digits below is not recognised: today's `crypt()` of
//! PHP refuses it too. A password with a NUL in it is wrong, as crypt(3) would stop reading there.

mod des;

use zeroize::Zeroizing;

use super::Scheme;
use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) struct DesCrypt;

/// Digits of crypt(3)'s base 64.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct Stored<'a> {
    salt: u32,
    digest: &'a [u8],
}

impl Scheme for DesCrypt {
    fn name(&self) -> &'static str {
        "des-crypt"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        if stored.len() != 13 {
            return None;
        }
        let values = stored
            .iter()
            .map(|byte| digit(*byte))
            .collect::<Option<Vec<_>>>()?;
        // 11 digits have two bits more than 8 bytes: they are 0.
        if values[12] & 3 != 0 {
            return None;
        }
        Some(Box::new(Stored {
            salt: values[0] | values[1] << 6,
            digest: &stored[2..],
        }))
    }
}

fn digit(byte: u8) -> Option<u32> {
    DIGITS
        .iter()
        .position(|digit| *digit == byte)
        .and_then(|value| value.try_into().ok())
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        "DES crypt".to_owned()
    }

    fn blank(&self) -> Vec<u8> {
        b".".repeat(13)
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let computed = des_crypt(self.salt, material.password);
        compare::equal(&computed[..], self.digest) && !material.password.contains(&0)
    }
}

fn des_crypt(salt: u32, password: &[u8]) -> Zeroizing<[u8; 11]> {
    let mut key = Zeroizing::new([0; 8]);
    for (place, byte) in key.iter_mut().zip(password) {
        // DES leaves the lowest bit of each byte out: it was meant for parity.
        *place = byte << 1;
    }
    let des = des::Des::new(u64::from_be_bytes(*key), salt);
    let block = (0..25).fold(0, |block, _| des.encrypt(block));
    let mut text = Zeroizing::new([0; 11]);
    // 64 bits and two zeros are 11 digits, highest first.
    let bits = u128::from(block) << 2;
    for (index, place) in text.iter_mut().enumerate() {
        *place = DIGITS[(bits >> (60 - 6 * index)) as usize & 63];
    }
    text
}

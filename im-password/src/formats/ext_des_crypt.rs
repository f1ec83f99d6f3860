//! Extended DES crypt(3) of BSDi: `_`, four digits of rounds, four of salt, eleven of the digest.
//!
//! Unlike traditional crypt(3) every byte of a password counts, still without its highest bit: the
//! key is encrypted with itself and the next eight bytes are laid over it. A password with a NUL in
//! it is wrong, as crypt(3) would stop reading there.

use zeroize::Zeroizing;

use super::Named;
use super::computed::{Computed, Found};
use super::des_crypt::{Des, digits_of_block};
use super::digits::{append, are_digits, digit, number};
use crate::cost::Work;

pub(super) static FORMAT: Named = Named {
    name: "ext-des-crypt",
    description: "extended DES crypt(3) of BSDi",
    weak: false,
    recognise,
};

pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    let rest = stored.strip_prefix(b"_")?;
    if rest.len() != 19 || !are_digits(rest, 63) {
        return None;
    }
    let (rounds, salt) = (number(&rest[..4])?, number(&rest[4..8])?);
    // 11 digits have two bits more than 8 bytes: they are 0.
    if rounds == 0 || digit(rest[18])? & 3 != 0 {
        return None;
    }
    let mut blank = b"_".to_vec();
    append(rounds, 4, &mut blank);
    blank.resize(20, b'.');
    Computed {
        label: format!("extended DES crypt, {rounds} rounds"),
        blank,
        digest: rest[8..].to_vec(),
        work: Work::ExtDes { rounds },
        compute: Box::new(move |material| {
            let mut text = ext_des(rounds, salt, material.password);
            if material.password.contains(&0) {
                text.clear();
            }
            text
        }),
    }
    .found()
}

fn ext_des(rounds: u32, salt: u32, password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(0_u64);
    for (index, part) in password.chunks(8).enumerate() {
        if index > 0 {
            *key = Des::new(*key, 0).encrypt(*key);
        }
        // DES leaves the lowest bit of each byte out: it was meant for parity.
        for (byte, shift) in part.iter().zip((0..8).rev()) {
            *key ^= u64::from(byte << 1) << (8 * shift);
        }
    }
    let block = Des::new(*key, salt).encrypt_often(0, rounds);
    Zeroizing::new(digits_of_block(block).to_vec())
}

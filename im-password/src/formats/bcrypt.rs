//! bcrypt as PHP computes it (crypt_blowfish): `$2a$`, `$2b$`, `$2x$`, `$2y$`.
//!
//! * The password ends at 72 bytes; what follows is not looked at (PHP's `password_verify`,
//!   vectors `bcrypt.tsv`). Products that pre-hash are formats of their own.
//! * A password with a NUL in it is wrong. PHP 8.2's `password_hash` refuses one, its
//!   `password_verify` would stop reading there.
//! * `$2x$` marks hashes made by crypt_blowfish before 1.1, which extended the sign of each byte:
//!   a byte above 0x7f overwrote the ones before it in its word of the key.
//! * `$2a$` is correct, except that crypt_blowfish changes one bit of the first round for some
//!   passwords with the byte 0xff, so that those found equal by the old mistake differ.

use base64::Engine;
use base64::alphabet::BCRYPT;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use blowfish::Blowfish;
use zeroize::{Zeroize, Zeroizing};

use super::Named;
use super::computed::Found;
use crate::cost::{CostLimits, at_most};
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) static FORMAT: Named = Named {
    name: "bcrypt",
    description: "bcrypt, as PHP's password_hash writes it",
    weak: false,
    recognise,
};

/// Strict: unused bits of the last digit must be 0, as every writer leaves them.
const BASE64: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD);

/// Words of the key.
const WORDS: usize = 18;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    A,
    B,
    X,
    Y,
}

/// A bcrypt value taken apart.
pub(super) struct Stored {
    variant: Variant,
    cost: u32,
    salt: [u8; 16],
    digest: [u8; 23],
}

pub(super) fn recognise(stored: &[u8]) -> Found<'static> {
    Some(Box::new(Stored::parse(stored)?))
}

impl Stored {
    pub(super) fn parse(stored: &[u8]) -> Option<Self> {
        let [
            b'$',
            b'2',
            variant,
            b'$',
            tens @ b'0'..=b'3',
            ones @ b'0'..=b'9',
            b'$',
            rest @ ..,
        ] = stored
        else {
            return None;
        };
        let variant = match variant {
            b'a' => Variant::A,
            b'b' => Variant::B,
            b'x' => Variant::X,
            b'y' => Variant::Y,
            _ => return None,
        };
        let cost = u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
        if !(4..=31).contains(&cost) || rest.len() != 53 {
            return None;
        }
        let (salt, digest) = rest.split_at(22);
        Some(Self {
            variant,
            cost,
            salt: BASE64.decode(salt).ok()?.try_into().ok()?,
            digest: BASE64.decode(digest).ok()?.try_into().ok()?,
        })
    }

    /// What crypt(3) says for a password and the setting of this value: a whole bcrypt string.
    pub(super) fn crypt(&self, password: &[u8]) -> Zeroizing<String> {
        let digest = bcrypt(self.variant, self.cost, &self.salt, password);
        Zeroizing::new(format!(
            "$2{}${:02}${}{}",
            self.variant.letter(),
            self.cost,
            BASE64.encode(self.salt),
            *Zeroizing::new(BASE64.encode(digest))
        ))
    }
}

impl Variant {
    fn letter(self) -> char {
        match self {
            Self::A => 'a',
            Self::B => 'b',
            Self::X => 'x',
            Self::Y => 'y',
        }
    }
}

impl Recognised for Stored {
    fn label(&self) -> String {
        format!("bcrypt $2{}$, cost {}", self.variant.letter(), self.cost)
    }

    fn blank(&self) -> Vec<u8> {
        let dots = ".".repeat(53);
        format!("$2{}${:02}${dots}", self.variant.letter(), self.cost).into_bytes()
    }

    fn memory(&self) -> usize {
        4 * 1024
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        at_most("bcrypt cost", self.cost, limits.bcrypt_cost)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let computed = bcrypt(self.variant, self.cost, &self.salt, material.password);
        let equal = compare::equal(&computed[..], &self.digest);
        equal && !material.password.contains(&0)
    }
}

/// The words of the key: the password with a NUL behind it, over and over. The flag says whether
/// `$2a$` changes a bit of the first round.
fn key(variant: Variant, password: &[u8]) -> (Zeroizing<[u32; WORDS]>, bool) {
    let mut key = Zeroizing::new([0; WORDS]);
    let mut bytes = password.iter().chain([&0]).cycle();
    // Whether a sign was extended over a byte of its word, and whether that changed any word.
    let (mut extended, mut differ) = (false, false);
    for word in key.iter_mut() {
        let (mut right, mut wrong) = (0_u32, 0_u32);
        for place in 0..4 {
            // The iterator has no end.
            let byte = bytes.next().copied().unwrap_or_default();
            right = right << 8 | u32::from(byte);
            wrong = wrong << 8 | i32::from(byte.cast_signed()).cast_unsigned();
            extended |= place > 0 && byte >= 0x80;
        }
        differ |= right != wrong;
        *word = if variant == Variant::X { wrong } else { right };
    }
    (key, variant == Variant::A && extended && !differ)
}

fn bcrypt(variant: Variant, cost: u32, salt: &[u8; 16], password: &[u8]) -> Zeroizing<[u8; 23]> {
    let (words, changed) = key(variant, password);
    let mut bytes = Zeroizing::new([0; 4 * WORDS]);
    for (place, word) in bytes.chunks_exact_mut(4).zip(words.iter()) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let mut state: Blowfish = Blowfish::bc_init_state();
    let mut first = bytes.clone();
    if changed {
        first[1] ^= 1;
    }
    state.salted_expand_key(salt, &first[..]);
    for _ in 0..1_u64 << cost {
        state.bc_expand_key(&bytes[..]);
        state.bc_expand_key(salt);
    }
    let mut text = *b"OrpheanBeholderScryDoubt";
    for block in text.chunks_exact_mut(8) {
        let mut halves = [&block[..4], &block[4..]].map(|half| {
            half.iter()
                .fold(0, |word, byte| word << 8 | u32::from(*byte))
        });
        for _ in 0..64 {
            halves = state.bc_encrypt(halves);
        }
        block[..4].copy_from_slice(&halves[0].to_be_bytes());
        block[4..].copy_from_slice(&halves[1].to_be_bytes());
    }
    // The last byte is left out, as in the first bcrypt there was.
    let mut digest = Zeroizing::new([0; 23]);
    digest.copy_from_slice(&text[..23]);
    text.zeroize();
    digest
}

//! What phpBB 3.1 and later make of older rows without knowing the password: bcrypt over the
//! digits of a phpass hash, `$H\2y$` and the settings of both, with `\` for the `$` inside them.

use zeroize::Zeroizing;

use super::computed::Found;
use super::digits::{are_digits, digit};
use super::{Named, bcrypt, phpass};
use crate::VerifyError;
use crate::cost::{CostLimits, Work};
use crate::format::{Material, Recognised};

pub(super) static FORMAT: Named = Named {
    name: "phpbb3",
    description: "bcrypt over phpass, phpBB's combined hashes, $H\\2y$",
    weak: false,
    recognise,
};

struct Combined {
    phpass: u8,
    variant: [u8; 2],
    log2: u32,
    /// The digit of the rounds and the salt.
    settings: [u8; 9],
    outer: bcrypt::Stored,
    /// The cost as written, two digits.
    cost: [u8; 2],
}

pub(super) fn recognise(stored: &[u8]) -> Found<'static> {
    let [
        b'$',
        phpass @ (b'H' | b'P'),
        b'\\',
        b'2',
        kind @ (b'a' | b'y'),
        b'$',
        rest @ ..,
    ] = stored
    else {
        return None;
    };
    let (settings, rest) = rest.split_first_chunk::<9>()?;
    let [b'$', tens, ones, b'\\', rest @ ..] = rest else {
        return None;
    };
    let (salt, digest) = rest.split_at_checked(22)?;
    let digest = digest.strip_prefix(b"$")?;
    if !are_digits(settings, 63) || digit(settings[0]).is_none() {
        return None;
    }
    let outer = [&[b'$', b'2', *kind, b'$', *tens, *ones, b'$'], salt, digest].concat();
    Some(Box::new(Combined {
        phpass: *phpass,
        variant: [b'2', *kind],
        log2: phpass::rounds(settings[0])?,
        settings: *settings,
        outer: bcrypt::Stored::parse(&outer)?,
        cost: [*tens, *ones],
    }))
}

impl Recognised for Combined {
    fn label(&self) -> String {
        format!(
            "phpBB combined: phpass ${}$, 2^{} rounds, in {}",
            char::from(self.phpass),
            self.log2,
            self.outer.label()
        )
    }

    fn blank(&self) -> Vec<u8> {
        [
            &[b'$', self.phpass, b'\\'][..],
            &self.variant,
            b"$",
            &self.settings[..1],
            b"........$",
            &self.cost,
            b"\\",
            &b".".repeat(22),
            b"$",
            &b".".repeat(31),
        ]
        .concat()
    }

    fn memory(&self) -> usize {
        self.outer.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        Work::Phpass { log2: self.log2 }.allowed(limits)?;
        self.outer.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        if material.password.len() > phpass::LONGEST {
            return false;
        }
        let password: Zeroizing<Vec<u8>> =
            phpass::phpass(self.log2, &self.settings[1..], material.password);
        self.outer.matches(&Material {
            password: &password,
            ..*material
        })
    }
}

use std::fmt;

use crate::{Attempt, Format, Policy};

/// What a stored value is, without any secret: its format and its cost.
///
/// Equal for two values of the same format and cost, so that values can be counted by it: the
/// commonest shape of a table is what a decoy should look like.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    format: Format,
    /// A stored value of this shape with blank salt and digest.
    blank: Box<[u8]>,
    label: Box<str>,
}

impl Shape {
    pub(crate) fn new(format: Format, blank: Vec<u8>, label: String) -> Self {
        Self {
            format,
            blank: blank.into(),
            label: label.into(),
        }
    }

    /// The format that recognised it.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// A stored value of this shape that belongs to nobody.
    #[must_use]
    pub fn blank(&self) -> &[u8] {
        &self.blank
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shape({self})")
    }
}

/// Stands for a value that the account would have and nobody has: as long as products make salts,
/// and, where one is hex digits of bytes, long enough for Argon2 to be computed.
const NOBODY: &[u8] = b"0000000000000000";

/// Rounds of an account that tells none: what formulas with rounds in a column begin with.
const ROUNDS: u32 = 1_000;

impl Policy {
    /// The same work as [`verify`](Policy::verify) does for a wrong password on a stored value of
    /// the shape `like`: for a name that does not exist. It goes through the same code with a
    /// blank stored value, so it stays the same when that code changes.
    ///
    /// Salt, name, secret and rounds that the attempt does not carry are replaced by typical ones.
    pub fn verify_decoy(&self, attempt: &Attempt<'_>, like: &Shape) {
        let attempt = Attempt {
            password: attempt.password,
            salt: attempt.salt.or(Some(NOBODY)),
            username: attempt.username.or(Some(NOBODY)),
            secret: attempt.secret.or(Some(NOBODY)),
            rounds: attempt.rounds.or(Some(ROUNDS)),
            of: attempt.of,
        };
        // Whatever it says, nobody is signed in by it.
        let _outcome = std::hint::black_box(self.verify(&attempt, &like.blank));
    }
}

//! The named formats. A new one is a file here with one unit struct, and its two words below.

use crate::format::Recognised;

mod argon2;
mod bcrypt;
mod des_crypt;
mod phpass;
mod plain;

pub(crate) use argon2::hash as argon2_hash;

/// Names to formats: one line per format.
pub(crate) static ALL: &[&dyn Scheme] = &[
    &bcrypt::Bcrypt,
    &phpass::Phpass,
    &argon2::Argon2,
    &des_crypt::DesCrypt,
    &plain::Plain,
];

/// A named format.
pub(crate) trait Scheme: Send + Sync {
    /// As it is written in configurations and system files.
    fn name(&self) -> &'static str;

    /// Takes `stored` apart if it has exactly this shape; `None` for anything else. Strict: what
    /// no writer of this format can have written is not of this format.
    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>>;

    /// Which of `$salt`, `$username` and `$secret` it cannot do without.
    fn needs(&self) -> &[&'static str] {
        &[]
    }

    /// Whether it is tried only on values that no other accepted format recognises.
    fn is_last_resort(&self) -> bool {
        false
    }
}

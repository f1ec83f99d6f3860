//! Bytes that may be a password.

use std::fmt;

use zeroize::Zeroizing;

/// A value out of a configuration file: possibly a password, so never shown by `Debug` and wiped from memory when dropped.
///
/// Bytes, because a file need not be UTF-8 and a password must not change on the way.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes, in the clear.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The text, in the clear; `None` if the bytes are not UTF-8.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// A copy as text that is wiped when dropped; `None` if the bytes are not UTF-8.
    pub fn to_text(&self) -> Option<Zeroizing<String>> {
        self.expose_str()
            .map(|text| Zeroizing::new(text.to_owned()))
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

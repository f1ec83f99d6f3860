//! What somebody typed.

use std::fmt;
use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::Realm;

/// A name and password as typed, and where from.
///
/// ```
/// use im_core::Login;
/// let login = Login::new("Alice", "correct horse").from_address([203, 0, 113, 7]);
/// assert!(!format!("{login:?}").contains("horse"));
/// ```
#[derive(Clone)]
pub struct Login {
    name: String,
    password: Password,
    address: Option<IpAddr>,
    realm: Option<Realm>,
}

impl Login {
    /// A login with the name and password exactly as typed: adapters, not callers, trim and clean.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            address: None,
            realm: None,
        }
    }

    /// Adds the client's address, for address bans and throttles.
    #[must_use]
    pub fn from_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Names the realm to sign in to, where a chain offers several.
    #[must_use]
    pub fn in_realm(mut self, realm: Realm) -> Self {
        self.realm = Some(realm);
        self
    }

    /// The name as typed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The password as typed.
    #[must_use]
    pub fn password(&self) -> &Password {
        &self.password
    }

    /// The client's address, if known.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The realm the user chose, if they did.
    #[must_use]
    pub fn realm(&self) -> Option<&Realm> {
        self.realm.as_ref()
    }
}

/// Hand-written so that no password ever reaches a log.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("name", &self.name)
            .field("password", &self.password)
            .field("address", &self.address)
            .field("realm", &self.realm)
            .finish()
    }
}

/// A password: zeroized on drop, never in `Debug`.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The text, for the one place that hashes it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

//! What an authenticator says about itself, and what it finds when it looks.

use crate::Realm;

/// What an authenticator is. Never the product of I/O.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdapterInfo {
    /// Stable id of the system, such as `phpbb2`; for a wrapper, that of what it wraps.
    pub system: String,
    /// The product's name for people, such as `phpBB 2`.
    pub name: String,
    /// The realms it answers for: one, except for a chain.
    pub realms: Vec<Realm>,
}

impl AdapterInfo {
    /// An authenticator for one realm.
    #[must_use]
    pub fn new(system: impl Into<String>, name: impl Into<String>, realm: Realm) -> Self {
        Self {
            system: system.into(),
            name: name.into(),
            realms: vec![realm],
        }
    }
}

/// What [`probe`](crate::ExternalAuthenticator::probe) found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// The product's version as the database tells it, such as `2.0.23`.
    pub version: Option<String>,
    /// How many accounts could sign in at most (rows, without guests and bots).
    pub accounts: Option<u64>,
    /// The formats of stored passwords, commonest first.
    pub formats: Vec<FormatCount>,
    /// The database server and its version, such as `MariaDB 10.11.6`.
    pub server: Option<String>,
    /// What the owner should know: one sentence each, with what to do.
    pub warnings: Vec<String>,
}

/// How many stored passwords have one format.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatCount {
    /// The format's name, such as `md5($pass)`, or what an unknown one looks like.
    pub format: String,
    /// How many rows have it.
    pub accounts: u64,
    /// Whether this realm can verify it.
    pub supported: bool,
}

impl FormatCount {
    /// `accounts` rows have `format`.
    pub fn new(format: impl Into<String>, accounts: u64, supported: bool) -> Self {
        Self {
            format: format.into(),
            accounts,
            supported,
        }
    }
}

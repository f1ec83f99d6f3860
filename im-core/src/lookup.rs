//! Asking for accounts without a password.

use std::net::IpAddr;

use crate::{ExternalId, ExternalUser, Realm, Rejection};

/// One account to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lookup {
    /// By id or by name.
    pub key: LookupKey,
    /// The realm it belongs to; a chain needs it, a single authenticator ignores it.
    pub realm: Option<Realm>,
    /// The last address the account came from, for address bans.
    pub address: Option<IpAddr>,
}

/// How an account is named in a [`Lookup`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LookupKey {
    /// By the product's own id.
    Id(ExternalId),
    /// By name, compared as at sign-in.
    Name(String),
}

impl Lookup {
    /// By the product's own id.
    pub fn by_id(id: impl Into<ExternalId>) -> Self {
        Self {
            key: LookupKey::Id(id.into()),
            realm: None,
            address: None,
        }
    }

    /// By name, compared as at sign-in.
    pub fn by_name(name: impl Into<String>) -> Self {
        Self {
            key: LookupKey::Name(name.into()),
            realm: None,
            address: None,
        }
    }

    /// Says which realm the account belongs to.
    #[must_use]
    pub fn in_realm(mut self, realm: Realm) -> Self {
        self.realm = Some(realm);
        self
    }

    /// Says where the account was last seen.
    #[must_use]
    pub fn from_address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }
}

/// An account that exists, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Who it is.
    pub user: ExternalUser,
    /// Whether they may come in.
    pub standing: Standing,
}

impl Found {
    /// An account and its standing.
    #[must_use]
    pub fn new(user: ExternalUser, standing: Standing) -> Self {
        Self { user, standing }
    }
}

/// Whether an account may come in, the password aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// May come in.
    Good,
    /// May not, and why.
    Refused(Rejection),
}

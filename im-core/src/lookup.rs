//! Asking for accounts without a password.

use std::net::IpAddr;

use crate::{ExternalId, ExternalUser, Identity, Realm, Rejection};

/// One account to look up.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use im_core::{ExternalAuthenticator, Lookup, MemoryAuthenticator, Realm, Standing};
///
/// let forum = MemoryAuthenticator::new(Realm::new("forum")?).account("42", "Alice", "correct horse");
/// // Whoever has a session, by the identity that was kept, and where they were last seen.
/// let sessions = ["forum:42".parse()?, "forum:43".parse()?];
/// let lookups: Vec<Lookup> =
///     sessions.iter().map(|identity| Lookup::of(identity).from_address([203, 0, 113, 7])).collect();
/// for (identity, found) in sessions.iter().zip(forum.find(&lookups).await?) {
///     match found {
///         Some(found) if found.standing == Standing::Good => assert_eq!(found.user.name, "Alice"),
///         Some(found) => println!("{identity}: end the session, {:?}", found.standing),
///         // Deleted, unless very many are gone at once: then something is wrong with the table.
///         None => assert_eq!(identity.to_string(), "forum:43"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
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
    /// An account whose identity is known, in its own realm.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        Self::by_id(identity.id.clone()).in_realm(identity.realm.clone())
    }

    /// By the product's own id.
    #[must_use]
    pub fn by_id(id: impl Into<ExternalId>) -> Self {
        Self::new(LookupKey::Id(id.into()))
    }

    /// By name, compared as at sign-in.
    #[must_use]
    pub fn by_name(name: impl Into<String>) -> Self {
        Self::new(LookupKey::Name(name.into()))
    }

    fn new(key: LookupKey) -> Self {
        Self {
            key,
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
    pub fn from_address(mut self, address: impl Into<IpAddr>) -> Self {
        self.address = Some(address.into());
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

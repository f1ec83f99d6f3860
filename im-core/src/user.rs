//! Who somebody is in the foreign system.

use std::fmt;
use std::str::FromStr;

use crate::Timestamp;

/// The name of a source of accounts, as the configuration calls it: `[a-z0-9-]{1,32}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Realm(String);

impl Realm {
    /// The realm of the messenger's own accounts.
    pub const LOCAL: &'static str = "local";

    /// Checks and takes a name.
    ///
    /// # Errors
    /// When the name is not `[a-z0-9-]{1,32}`.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidRealm> {
        let name = name.into();
        let fits = (1..=32).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(name))
        } else {
            Err(InvalidRealm(name))
        }
    }

    /// The realm of the messenger's own accounts.
    #[must_use]
    pub fn local() -> Self {
        Self(Self::LOCAL.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Realm {
    type Err = InvalidRealm;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

/// A realm name that is not `[a-z0-9-]{1,32}`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("realm name {0:?} must be 1 to 32 of a-z, 0-9 and -")]
pub struct InvalidRealm(String);

/// The product's own id of an account, as text. Compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId(String);

impl ExternalId {
    /// An id as the product writes it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }
    /// The id as the product writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for ExternalId {
    fn from(id: T) -> Self {
        Self::new(id)
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who an account is: the realm and the product's own id in it. Names are only labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The source of accounts.
    pub realm: Realm,
    /// The product's own id.
    pub id: ExternalId,
}

impl Identity {
    /// An identity.
    pub fn new(realm: Realm, id: impl Into<ExternalId>) -> Self {
        Self {
            realm,
            id: id.into(),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.realm, self.id)
    }
}

/// What a foreign system knows of an account that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalUser {
    /// Who it is.
    pub identity: Identity,
    /// The name in its canonical spelling, plain text (entities decoded).
    pub name: String,
    /// When the account was made. The same id with another moment is another person: phpBB 2 reuses ids.
    pub registered_at: Option<Timestamp>,
    /// The name to show, where it differs from `name`. Plain text.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The picture.
    pub avatar: Option<Avatar>,
    /// The language as a BCP 47 tag where the product's own word could be mapped, such as `fr`.
    pub language: Option<String>,
    /// Names of groups the account is a full member of.
    pub groups: Vec<String>,
    /// Administrator of the foreign system.
    pub is_admin: bool,
    /// Moderator of the foreign system, in any part of it.
    pub is_moderator: bool,
}

impl ExternalUser {
    /// A user of whom only identity and name are known.
    pub fn new(identity: Identity, name: impl Into<String>) -> Self {
        Self {
            identity,
            name: name.into(),
            registered_at: None,
            display_name: None,
            email: None,
            avatar: None,
            language: None,
            groups: Vec::new(),
            is_admin: false,
            is_moderator: false,
        }
    }

    /// The name to show.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.name)
    }
}

/// Where an account's picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Avatar {
    /// A complete `http` or `https` address.
    Url(String),
    /// A path below the product's own address, without a leading slash: `images/avatars/42.png`.
    Path(String),
}

//! Who somebody is in the foreign system.

use std::borrow::Borrow;
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

impl TryFrom<String> for Realm {
    type Error = InvalidRealm;
    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(name)
    }
}

impl TryFrom<&str> for Realm {
    type Error = InvalidRealm;
    fn try_from(name: &str) -> Result<Self, Self::Error> {
        Self::new(name)
    }
}

impl AsRef<str> for Realm {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Maps by realm can be asked with a name.
impl Borrow<str> for Realm {
    fn borrow(&self) -> &str {
        &self.0
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
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }
    /// The id as the product writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ExternalId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for ExternalId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        /// Most products number their accounts.
        impl From<$number> for ExternalId {
            fn from(id: $number) -> Self {
                Self(id.to_string())
            }
        }
    )* };
}
numbers!(i32 i64 u32 u64);

impl AsRef<str> for ExternalId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who an account is: the realm and the product's own id in it. Names are only labels.
///
/// Written `realm:id`, and read back from that: what to keep in a table of one's own.
///
/// ```
/// use im_core::{Identity, Realm};
///
/// let alice = Identity::new(Realm::new("forum")?, 42);
/// assert_eq!(alice.to_string(), "forum:42");
/// assert_eq!("forum:42".parse::<Identity>()?, alice);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The source of accounts.
    pub realm: Realm,
    /// The product's own id.
    pub id: ExternalId,
}

impl Identity {
    /// An identity.
    #[must_use]
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

impl FromStr for Identity {
    type Err = InvalidIdentity;

    /// The first colon ends the realm; an id may have more of them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once(':').filter(|(_, id)| !id.is_empty());
        let (realm, id) = parts.ok_or_else(|| InvalidIdentity(text.to_owned()))?;
        let realm = Realm::new(realm).map_err(|_| InvalidIdentity(text.to_owned()))?;
        Ok(Self::new(realm, id))
    }
}

/// A text that is not `realm:id`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no identity: write a realm, a colon and the id of the account there, such as \"forum:42\""
)]
pub struct InvalidIdentity(String);

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
    #[must_use]
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

//! Settings of a directory realm.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use im_core::{Clock, Realm, SystemClock};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::preset::Preset;

/// Everything a [`Directory`](crate::Directory) is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The realm its accounts belong to.
    pub realm: Realm,
    /// The server.
    pub server: Server,
    /// What is in it, and how to ask.
    pub options: Options,
    /// The time, which decides what has expired.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// A directory with these options.
    #[must_use]
    pub fn new(realm: Realm, server: Server, options: Options) -> Self {
        Self {
            realm,
            server,
            options,
            clock: Arc::new(SystemClock),
        }
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// Where a directory is, and how long to wait for it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Server {
    /// `ldaps://host`, `ldap://host`, with `:port` where it is not the usual one. No name or password inside.
    pub url: String,
    /// The password of the service account that [`Options::bind_dn`] names.
    pub password: Option<SecretString>,
    /// Connections at most: as many for searches, and as many for sign-ins at the same time. Default 4.
    pub max_connections: u32,
    /// How long making a connection may take, with TLS and the service account's own sign-in. Default 2 s.
    pub connect_timeout: Duration,
    /// How long to wait for a free connection. Default 2 s.
    pub acquire_timeout: Duration,
    /// How long one question to the server may take. Default 2 s.
    pub operation_timeout: Duration,
}

impl Server {
    /// The server at `url`, without a service account, with the default limits.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            password: None,
            max_connections: 4,
            connect_timeout: Duration::from_secs(2),
            acquire_timeout: Duration::from_secs(2),
            operation_timeout: Duration::from_secs(2),
        }
    }

    /// With the password of the service account.
    #[must_use]
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }
}

/// Hand-written: no password, and no address, in case somebody wrote one into it.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("has_password", &self.password.is_some())
            .field("max_connections", &self.max_connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .finish_non_exhaustive()
    }
}

/// The table `[realm.NAME.ldap]`: what is in the directory, and how to ask for it.
///
/// ```toml
/// preset = "openldap"                             # or "active-directory", "freeipa", "389ds", "lldap"
/// base = "ou=people,dc=example,dc=org"
/// filter = "(&(objectClass=inetOrgPerson)(uid={name}))"
/// bind_dn = "cn=messenger,ou=services,dc=example,dc=org"
/// group_base = "ou=groups,dc=example,dc=org"
/// admin_groups = ["messenger-admins"]
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Options {
    /// The kind of server; it decides what the other keys are when they are not set.
    pub preset: Preset,
    /// Below which entry the accounts are.
    pub base: Option<String>,
    /// Whether accounts are searched in the whole tree below the base, or directly below it only.
    pub scope: Scope,
    /// Which entry is the account of `{name}`.
    pub filter: Option<String>,
    /// Which entries are accounts at all; not set: the filter with any name.
    pub accounts_filter: Option<String>,
    /// The service account that searches; or, with `{name}` in it, whom the member signs in as. Not set: searches are
    /// anonymous.
    pub bind_dn: Option<String>,
    /// StartTLS on `ldap://`. Not set: yes.
    pub starttls: Option<bool>,
    /// A PEM file with the certificates to trust, instead of those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// The attribute that identifies an account for ever.
    pub id_attribute: Option<String>,
    /// The attribute with the name to sign in with.
    pub name_attribute: Option<String>,
    /// The attributes with the name to show; the first that an entry has counts.
    pub display_name_attribute: Option<OneOrMore>,
    /// The attributes with the e-mail address.
    pub email_attribute: Option<OneOrMore>,
    /// The attributes with the language.
    pub language_attribute: Option<OneOrMore>,
    /// The attributes with the moment at which the account was made.
    pub registered_attribute: Option<OneOrMore>,
    /// The attribute with the distinguished names of an account's groups. Not set: `memberOf`.
    pub group_attribute: Option<String>,
    /// Below which entry groups are meant by their bare names, and are searched where there is a `group_filter`. Not
    /// set: `base`.
    pub group_base: Option<String>,
    /// Which groups an account is in: `(member={dn})`, `(memberUid={name})`.
    pub group_filter: Option<String>,
    /// The attribute with a group's name. Not set: `cn`.
    pub group_name_attribute: Option<String>,
    /// Groups, by distinguished name or by a name below `group_base`, whose members are administrators.
    pub admin_groups: OneOrMore,
    /// Groups whose members are moderators.
    pub moderator_groups: OneOrMore,
    /// Only members of one of these groups may come in.
    pub required_group: OneOrMore,
    /// OpenLDAP: the entry of the default password policy, where locks end by time and entries do not name theirs.
    pub default_policy: Option<String>,
}

impl Options {
    /// The keys, for a configuration that explains or checks them.
    pub const KEYS: &'static [&'static str] = &[
        "preset",
        "base",
        "scope",
        "filter",
        "accounts_filter",
        "bind_dn",
        "starttls",
        "ca_file",
        "id_attribute",
        "name_attribute",
        "display_name_attribute",
        "email_attribute",
        "language_attribute",
        "registered_attribute",
        "group_attribute",
        "group_base",
        "group_filter",
        "group_name_attribute",
        "admin_groups",
        "moderator_groups",
        "required_group",
        "default_policy",
    ];
}

/// How deep accounts are searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scope {
    /// In the whole tree below the base: `sub`.
    #[default]
    Sub,
    /// Directly below the base: `one`.
    One,
}

/// A text or a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneOrMore(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(String),
            More(Vec<String>),
        }
        match Written::deserialize(from) {
            Ok(Written::One(text)) => Ok(Self(vec![text])),
            Ok(Written::More(texts)) => Ok(Self(texts)),
            Err(_) => Err(D::Error::custom("write a text, or a list of texts")),
        }
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for OneOrMore {
    fn from(texts: [T; N]) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

//! What a messenger is started with: realms, sites, roles, names.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use im_core::{ExternalAuthenticator, Realm};
use im_password::VerifyPool;

use crate::names;
use crate::option::{OptionOverrides, Options};

/// Everything a messenger is started with, beside its store.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Every realm that a site uses.
    pub realms: Vec<RealmSetup>,
    /// The addresses people connect to.
    pub sites: Vec<SiteSetup>,
    /// The roles, in order of precedence for members of several groups.
    pub roles: Vec<RoleSetup>,
    /// Names, or patterns (`*`, `?`), that nobody may take for an account of the messenger's own, compared as PRECIS
    /// `UsernameCaseMapped`.
    pub reserved_names: Vec<String>,
    /// Patterns (`*`, `?`, letter case ignored) of names that may not come in at all, from wherever.
    pub banned_names: Vec<String>,
    /// Accounts that several people use at once, by realm and name as it is written: those of a demonstration. Nobody who
    /// uses one can change its password or the name shown, or see and end the others' sessions; and whoever signs in when
    /// nobody else uses it finds it as it was at first: online, with its own preferences, hidden from no contact, and
    /// with no refusal between it and another one.
    pub shared_accounts: Vec<(Realm, String)>,
    /// Hashes and verifies the passwords of the messenger's own accounts.
    pub pool: VerifyPool,
    /// How often the store is asked for what other processes did.
    pub poll_interval: Duration,
    /// How many events may wait for a reader before its stream closes as slow.
    pub outbox: usize,
}

impl Setup {
    /// A setup without realms, sites and roles, to be filled in.
    #[must_use]
    pub fn new(pool: VerifyPool) -> Self {
        Self {
            realms: Vec::new(),
            sites: Vec::new(),
            roles: Vec::new(),
            reserved_names: Vec::new(),
            banned_names: Vec::new(),
            shared_accounts: Vec::new(),
            pool,
            poll_interval: Duration::from_millis(250),
            outbox: 256,
        }
    }

    /// Whether a name, or pattern, may be among the reserved ones.
    ///
    /// # Errors
    /// When no account could have such a name.
    pub fn check_reserved_name(name: &str) -> Result<(), SetupError> {
        names::reserved_key(name)
            .map(drop)
            .map_err(|_| SetupError::ReservedName(name.to_owned()))
    }

    /// Whether a role may be called so.
    ///
    /// # Errors
    /// When the name is empty or too long.
    pub fn check_role_name(name: &str) -> Result<(), SetupError> {
        if (1..=64).contains(&name.chars().count()) {
            return Ok(());
        }
        Err(SetupError::RoleName(name.to_owned()))
    }

    pub(crate) fn check(&self) -> Result<(), SetupError> {
        let mut realms = HashSet::new();
        for realm in &self.realms {
            if !realms.insert(&realm.name) {
                return Err(SetupError::RealmTwice(realm.name.clone()));
            }
        }
        let mut paths = HashSet::new();
        for site in &self.sites {
            let path = &site.path;
            let shape = path.starts_with('/') && path.ends_with('/') && path.len() <= 200;
            if !shape {
                return Err(SetupError::SitePath(path.clone()));
            }
            if !paths.insert(path) {
                return Err(SetupError::SiteTwice(path.clone()));
            }
            if let Some(realm) = site.realms.iter().find(|realm| !realms.contains(realm)) {
                return Err(SetupError::UnknownRealm {
                    site: path.clone(),
                    realm: realm.clone(),
                });
            }
        }
        for name in &self.reserved_names {
            Self::check_reserved_name(name)?;
        }
        let mut roles = HashSet::new();
        for role in &self.roles {
            Self::check_role_name(&role.name)?;
            if !roles.insert(&role.name) {
                return Err(SetupError::RoleTwice(role.name.clone()));
            }
        }
        Ok(())
    }
}

/// The setup contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// One realm, two definitions.
    #[error("realm `{0}` is defined twice")]
    RealmTwice(Realm),
    /// One path, two sites.
    #[error("two sites have the path `{0}`")]
    SiteTwice(String),
    /// A path must begin and end with a slash.
    #[error("the site path `{0}` must begin and end with `/` and have at most 200 bytes")]
    SitePath(String),
    /// A site names a realm that is not defined.
    #[error("the site `{site}` uses the realm `{realm}`, which is not defined")]
    UnknownRealm {
        /// The site's path.
        site: String,
        /// The realm.
        realm: Realm,
    },
    /// One role, two definitions.
    #[error("role `{0}` is defined twice")]
    RoleTwice(String),
    /// A role's name is empty or too long.
    #[error("the role name `{0}` must have 1 to 64 characters")]
    RoleName(String),
    /// A reserved name that no account could have: it would protect nothing.
    #[error(
        "the reserved name `{0}` cannot be a name: 1 to 64 letters, digits and common signs, with single spaces between words; `*` stands for anything"
    )]
    ReservedName(String),
}

/// A source of accounts.
#[derive(Clone)]
pub struct RealmSetup {
    /// Its name.
    pub name: Realm,
    /// What people call it.
    pub title: String,
    /// The system's stable id, such as `phpbb2`. The store remembers it.
    pub system: String,
    /// The table prefix. The store remembers it.
    pub prefix: String,
    /// Whether a changed system or prefix is meant: the ids still mean the same people.
    pub rebind: bool,
    /// The product's public address, put before the paths of its avatars.
    pub public_url: Option<String>,
    /// Answers re-checks of standing and unread counts.
    pub authenticator: Arc<dyn ExternalAuthenticator>,
}

impl RealmSetup {
    /// A realm with the name as its title and the system as its authenticator tells it.
    pub fn new(name: Realm, authenticator: Arc<dyn ExternalAuthenticator>) -> Self {
        Self {
            title: name.to_string(),
            system: authenticator.info().system.clone(),
            prefix: String::new(),
            rebind: false,
            public_url: None,
            name,
            authenticator,
        }
    }
}

impl fmt::Debug for RealmSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealmSetup")
            .field("name", &self.name)
            .field("title", &self.title)
            .field("system", &self.system)
            .field("prefix", &self.prefix)
            .field("rebind", &self.rebind)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// An address people connect to.
#[derive(Clone)]
pub struct SiteSetup {
    /// Its path, such as `/im-phpbb2/`.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its realms, in the order they are asked.
    pub realms: Vec<Realm>,
    /// Answers sign-ins: one authenticator, or a chain of them.
    pub authenticator: Arc<dyn ExternalAuthenticator>,
    /// Its options.
    pub options: Options,
}

impl SiteSetup {
    /// A site with default options, titled by its path.
    pub fn new(
        path: impl Into<String>,
        realms: Vec<Realm>,
        authenticator: Arc<dyn ExternalAuthenticator>,
    ) -> Self {
        let path = path.into();
        Self {
            title: path.trim_matches('/').to_owned(),
            path,
            realms,
            authenticator,
            options: Options::default(),
        }
    }
}

impl fmt::Debug for SiteSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SiteSetup")
            .field("path", &self.path)
            .field("title", &self.title)
            .field("realms", &self.realms)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A role: options for some users, on top of their site's. An account has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSetup {
    /// Its name.
    pub name: String,
    /// What it changes.
    pub options: OptionOverrides,
    /// Groups of foreign systems whose members have it, unless an administrator gave them another.
    pub groups: Vec<(Realm, String)>,
}

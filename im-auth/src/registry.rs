//! The adapters: ONE LINE PER ADAPTER CRATE.

use std::sync::Arc;

use im_auth_sql::DatabaseConfig;
use im_core::{AuthError, ExternalAuthenticator, Realm};

use crate::Shared;

/// The [`Adapter`] of an adapter crate on SQL: id, name, default prefix, the adapter's type, and what its configuration
/// wants beside the usual.
///
/// The crate has `Config::new(realm, database, pool).options(Options)` and `Options::KEYS`; the type has `new(Config)`.
#[cfg(any(feature = "phpbb2", feature = "phorum"))]
macro_rules! sql_system {
    ($id:literal, $name:literal, $prefix:literal, $krate:ident :: $adapter:ident) => {
        sql_system!($id, $name, $prefix, $krate::$adapter, |config, shared| {
            config
        })
    };
    ($id:literal, $name:literal, $prefix:literal, $krate:ident :: $adapter:ident,
        |$config:ident, $shared:ident| $more:expr) => {
        Adapter {
            id: $id,
            name: $name,
            category: "forum",
            default_prefix: $prefix,
            keys: $krate::Options::KEYS,
            about: $krate::ABOUT,
            readme: $krate::README,
            build: |settings| {
                let options: $krate::Options =
                    settings.options.try_into().map_err(options_error)?;
                let $shared = settings.shared;
                let pool = $shared.pool.clone();
                let $config =
                    $krate::Config::new(settings.realm, settings.database, pool).options(options);
                Ok(Arc::new($krate::$adapter::new($more)?))
            },
        }
    };
}

/// Every adapter in code that was compiled in.
#[rustfmt::skip]
pub(crate) const ADAPTERS: &[Adapter] = &[
    #[cfg(feature = "phpbb2")]
    sql_system!("phpbb2", "phpBB 2", "phpbb_", im_auth_phpbb2::Phpbb2, |config, shared| config.clock(Arc::clone(&shared.clock))),
    #[cfg(feature = "phorum")]
    sql_system!("phorum", "Phorum", "phorum", im_auth_phorum::Phorum),
    #[cfg(feature = "ldap")]
    crate::ldap::ADAPTER,
];

/// A system with code of its own.
pub(crate) struct Adapter {
    /// What the configuration calls it: `phpbb2`.
    pub(crate) id: &'static str,
    /// The product's name: `phpBB 2`.
    pub(crate) name: &'static str,
    /// What kind of product it is: `forum`, `directory`.
    pub(crate) category: &'static str,
    /// What its tables begin with unless the owner chose otherwise.
    pub(crate) default_prefix: &'static str,
    /// The keys of a `[realm.NAME]` block that are for this system.
    pub(crate) keys: &'static [&'static str],
    /// What is told of it without a database, in TOML.
    pub(crate) about: &'static str,
    /// The adapter's own front page.
    #[cfg_attr(
        not(feature = "cli"),
        expect(dead_code, reason = "the command shows it")
    )]
    pub(crate) readme: &'static str,
    pub(crate) build: Build,
}

/// Makes an authenticator of settings.
pub(crate) type Build = fn(Settings<'_>) -> Result<Arc<dyn ExternalAuthenticator>, AuthError>;

/// What every adapter on SQL is made of.
#[cfg_attr(
    not(any(feature = "phpbb2", feature = "phorum", feature = "ldap")),
    expect(dead_code, reason = "systems in files are made of their descriptions")
)]
pub(crate) struct Settings<'a> {
    pub(crate) realm: Realm,
    pub(crate) database: DatabaseConfig,
    /// The system's own keys, already known to be its own.
    pub(crate) options: toml::Table,
    pub(crate) shared: &'a Shared,
}

/// A value of a key that the adapter does not take, in its own words.
#[cfg(any(feature = "phpbb2", feature = "phorum", feature = "ldap"))]
pub(crate) fn options_error(error: toml::de::Error) -> AuthError {
    AuthError::configuration(error.message().trim())
}

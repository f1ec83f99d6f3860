#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
#[doc(hidden)] // the command's own, and no promise
pub mod cli;
mod config;
#[cfg(feature = "detect")]
pub mod detect;
mod from_config;
#[cfg(feature = "ldap")]
mod ldap;
mod registry;
mod system;

#[cfg(feature = "cli")]
pub(crate) use config::closest;
pub use config::{InvalidPeriod, Period, RealmConfig, RealmKey, realms};
pub use from_config::{Shared, build, protect, site};
pub use system::{About, AboutSecret, System, system, systems};

// What a program needs to ask and to understand the answer, so that this crate is its one dependency.
pub use im_core::wrappers::ThrottleLimits;
pub use im_core::{
    self, AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Found, Identity, Login,
    Lookup, Realm, Rejection, Standing, Verdict,
};
pub use secrecy::SecretString;

/// The front page of the project: what it shows must compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;

/// The page for integrators, likewise.
#[cfg(all(
    doctest,
    feature = "described",
    feature = "foreign-sqlite",
    feature = "phorum",
    feature = "phpbb2"
))]
#[doc = include_str!("../../docs/embed.md")]
struct EmbedPage;

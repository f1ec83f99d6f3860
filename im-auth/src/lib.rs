#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
pub mod cli;
mod config;
#[cfg(feature = "detect")]
pub mod detect;
mod from_config;
mod known;
#[cfg(feature = "ldap")]
mod ldap;
mod registry;

#[cfg(feature = "cli")]
pub(crate) use config::closest;
pub use config::{Period, RealmConfig, RealmKey};
pub use from_config::{Shared, build, site};
pub use known::{About, AboutSecret, KnownSystem, system, systems};
pub use registry::{SYSTEMS, System};

pub use im_core;

/// The front page of the project: what it shows must compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;

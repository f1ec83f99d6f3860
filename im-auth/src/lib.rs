#![doc = include_str!("../README.md")]

#[cfg(feature = "cli")]
pub mod cli;
mod config;
mod from_config;
#[cfg(feature = "ldap")]
mod ldap;
mod registry;

pub use config::{Period, RealmConfig, RealmKey};
pub use from_config::{Shared, build, site};
pub use registry::{SYSTEMS, System};

pub use im_core;

/// The front page of the project: what it shows must compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct FrontPage;

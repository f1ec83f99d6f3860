#![doc = include_str!("../README.md")]

mod account;
mod authenticator;
mod ban_source;
mod bans;
mod board;
mod config;
mod names;
mod password;
mod php;
mod probe;
mod query;
#[cfg(feature = "sample")]
pub mod sample;
mod text;
mod version;

pub use authenticator::Phorum;
pub use config::{BanPolicy, Config, Options};
pub use im_auth_sql::BoardCharset;

/// Versions, formats, tables and the product's configuration file, in TOML: what is told about this adapter without
/// a database, and what an installation is recognised by.
pub const ABOUT: &str = include_str!("../about.toml");

/// The front page of this crate: what the adapter reads and whom it refuses, for whoever shows it.
pub const README: &str = include_str!("../README.md");

#![doc = include_str!("../README.md")]

mod account;
mod as_member;
mod authenticator;
mod bind;
mod config;
mod connection;
mod dn;
mod entry;
mod error;
mod escape;
mod find;
mod groups;
mod id;
mod language;
mod moment;
mod plan;
mod pool;
mod preset;
mod probe;
mod standing;
mod tls;

pub use authenticator::Directory;
pub use config::{Config, OneOrMore, Options, Scope, Server};
pub use preset::Preset;

/// Versions and sources, in TOML: what is told about this adapter without a directory.
pub const ABOUT: &str = include_str!("../about.toml");

/// The front page of this crate: what the adapter reads and whom it refuses, for whoever shows it.
pub const README: &str = include_str!("../README.md");

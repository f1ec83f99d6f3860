#![doc = include_str!("../README.md")]

mod account;
mod authenticator;
mod bind;
mod config;
mod connection;
mod dn;
mod entry;
mod error;
mod escape;
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

#![doc = include_str!("../README.md")]

mod bytes;
mod config;
mod database;
mod error;
mod file;
mod key;
mod kind;
mod patience;
mod php;
mod secret;
mod text;
mod tree;
mod value;

pub use config::{ConfigFile, ReadOptions};
pub use database::{DatabaseUrl, Engine, Server, UrlError};
pub use error::ReadError;
pub use file::MAX_BYTES;
pub use kind::Kind;
pub use secret::Secret;
pub use text::{Doubt, Text};

#![doc = include_str!("../README.md")]
// A program that signs in with directories alone needs the configuration and no engine; every address of a database is
// then refused with the name of the feature that it wants.
#![cfg_attr(
    not(any(feature = "mysql", feature = "postgres", feature = "sqlite")),
    allow(
        dead_code,
        unreachable_code,
        unused_imports,
        unused_variables,
        reason = "without an engine, nothing asks"
    )
)]

mod board_charset;
mod catalogue;
mod charset;
mod commonest;
mod config;
mod database;
mod error;
mod explain;
mod ident;
mod language;
#[cfg(feature = "mysql")]
mod mysql;
mod name_cache;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod probe;
mod row;
mod rows;
#[cfg(feature = "sample")]
pub mod sample;
mod sign_in;
#[cfg(feature = "spec")]
pub mod spec;
#[cfg(feature = "spec")]
mod spec_authenticator;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statement;
mod target;
mod value;

pub use board_charset::BoardCharset;
pub use catalogue::ColumnInfo;
pub use charset::TextCharset;
pub use commonest::CommonestShape;
pub use config::DatabaseConfig;
pub use database::{Engine, ForeignDatabase};
pub use error::verify_error;
pub use ident::{Ident, Prefix};
pub use language::language_tag;
pub use name_cache::NameCache;
pub use probe::{LoginColumn, format_counts, probe};
pub use row::Row;
pub use sign_in::{Checked, NameLookup, PasswordCheck};
#[cfg(feature = "spec")]
pub use spec_authenticator::{SpecAuthenticator, SpecConfig};
pub use statement::Statement;
pub use value::Value;

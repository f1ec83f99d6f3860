#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
compile_error!(
    "im-auth-sql reads no database at all: switch on at least one of the features `mysql`, `postgres`, `sqlite`"
);

mod catalogue;
mod charset;
mod commonest;
mod config;
mod database;
mod error;
mod explain;
mod ident;
#[cfg(feature = "mysql")]
mod mysql;
mod name_cache;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod probe;
mod row;
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

pub use catalogue::ColumnInfo;
pub use charset::TextCharset;
pub use commonest::CommonestShape;
pub use config::DatabaseConfig;
pub use database::{Engine, ForeignDatabase};
pub use error::verify_error;
pub use ident::{Ident, Prefix};
pub use name_cache::NameCache;
pub use probe::{LoginColumn, format_counts, probe};
pub use row::Row;
pub use sign_in::{Checked, NameLookup, PasswordCheck};
#[cfg(feature = "spec")]
pub use spec_authenticator::{SpecAuthenticator, SpecConfig, language_tag};
pub use statement::Statement;
pub use value::Value;

//! Where an SQL system is set up.

use std::collections::BTreeMap;

use crate::{SqliteFile, TestDatabase};

/// Where the accounts are: the hands of [`SqlSubject`](crate::SqlSubject) read, change and delete there.
#[derive(Debug, Clone)]
pub struct Accounts {
    pub(super) table: String,
    pub(super) id: String,
    pub(super) password: String,
}

impl Accounts {
    /// The table of accounts, its column of ids, and its column of stored passwords.
    pub fn new(
        table: impl Into<String>,
        id: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self {
            table: table.into(),
            id: id.into(),
            password: password.into(),
        }
    }
}

/// The kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// MariaDB.
    MariaDb,
    /// SQLite.
    Sqlite,
}

/// Where a system is set up: the engine, and the character set and collation of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The kind of database.
    pub engine: Engine,
    /// `latin1`, `utf8mb3`, `utf8mb4`; SQLite has only `utf8`.
    pub charset: String,
    /// `latin1_swedish_ci`, …; SQLite's is each column's own.
    pub collation: String,
}

/// A database that a system is set up in, with all rights on it.
#[derive(Debug)]
pub enum ForeignPlace {
    /// On MariaDB.
    MariaDb(TestDatabase),
    /// In a file.
    Sqlite(SqliteFile),
}

impl ForeignPlace {
    /// Runs a script of any number of statements.
    pub async fn execute(&self, script: &str) {
        match self {
            Self::MariaDb(database) => database.execute(script).await,
            Self::Sqlite(file) => file.execute(script).await,
        }
    }

    /// The first column of the first row, as text.
    pub async fn value(&self, select: &str) -> Option<String> {
        match self {
            Self::MariaDb(database) => database.value(select).await,
            Self::Sqlite(file) => file.value(select).await,
        }
    }

    pub(super) async fn clear(&self) {
        match self {
            Self::MariaDb(database) => database.clear().await,
            Self::Sqlite(file) => file.clear().await,
        }
    }

    pub(super) async fn checksums(&self) -> BTreeMap<String, String> {
        match self {
            Self::MariaDb(database) => database.checksums().await,
            Self::Sqlite(file) => file.checksums().await,
        }
    }
}

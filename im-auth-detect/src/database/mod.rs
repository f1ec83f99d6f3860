//! Where a database is, in the spellings that configuration files use.

mod server;
mod url;

pub use server::Server;
pub use url::{DatabaseUrl, UrlError};

/// A database product, as far as one is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// MySQL or MariaDB.
    Mysql,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Engine {
    /// The engine by the name of a driver, as products and URLs spell it: `mysqli`, `pdo_pgsql`, `mysql2`, `sqlite3`,
    /// `SQLite3Database`, `phpbb\db\driver\postgres`, …. `None` for any other.
    pub fn from_driver(name: &str) -> Option<Self> {
        let name = name
            .rsplit(['\\', '/', ':'])
            .next()
            .unwrap_or(name)
            .to_ascii_lowercase();
        let name = name
            .strip_prefix("pdo")
            .unwrap_or(&name)
            .trim_start_matches(['_', '-']);
        if name.starts_with("mysql") || name.starts_with("mariadb") {
            Some(Self::Mysql)
        } else if name.starts_with("postgres") || name.starts_with("pgsql") || name == "pg" {
            Some(Self::Postgres)
        } else if name.starts_with("sqlite") {
            Some(Self::Sqlite)
        } else {
            None
        }
    }

    /// `mysql`, `postgres` or `sqlite`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        }
    }
}

//! Looking at a store without changing anything.

use secrecy::ExposeSecret;

use super::advice::advised;
#[cfg(feature = "mysql")]
use super::mysql;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Connection, OpenError, Store, StoreConfig, StoreKind, migrate};

/// What a store is like before anything is started on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// Which kind of database it is.
    pub kind: StoreKind,
    /// Whether it is there; a SQLite file is made at the first start.
    pub exists: bool,
    /// The migrations that the next start runs, oldest first.
    pub pending: Vec<&'static str>,
    /// What an administrator should know, one sentence each, with what to do.
    pub warnings: Vec<String>,
    /// The realms it knows.
    pub realms: Vec<RememberedRealm>,
}

/// Which accounts a realm meant when the messenger was last started with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedRealm {
    /// Its name.
    pub name: String,
    /// The system's stable id.
    pub system: String,
    /// The table prefix.
    pub prefix: String,
}

impl Store {
    /// Looks at a store: whether it can be reached, and what a start would do to it. Nothing is made, written or locked.
    ///
    /// # Errors
    /// What [`Store::open`] would fail with; not that another process has the file.
    pub async fn inspect(config: &StoreConfig) -> Result<Inspection, OpenError> {
        let inspected = Self::inspect_there(config).await;
        inspected.map_err(|error| advised(error, config.url.expose_secret()))
    }

    async fn inspect_there(config: &StoreConfig) -> Result<Inspection, OpenError> {
        let url = config.url.expose_secret();
        if let Some(path) = url.strip_prefix("sqlite:") {
            #[cfg(feature = "sqlite")]
            {
                let path = path.strip_prefix("//").unwrap_or(path);
                let connection = match path {
                    "" => return Err(OpenError::Address),
                    ":memory:" => None,
                    path => sqlite::Database::inspect(path).await?,
                };
                return look(connection, StoreKind::Sqlite, Vec::new()).await;
            }
            #[cfg(not(feature = "sqlite"))]
            {
                let _ = path;
                return Err(OpenError::NotBuiltIn("sqlite"));
            }
        }
        if url.starts_with("mysql://") || url.starts_with("mariadb://") {
            #[cfg(feature = "mysql")]
            {
                let (connection, warnings) = mysql::Database::inspect(config).await?;
                return look(Some(connection), StoreKind::MySql, warnings).await;
            }
            #[cfg(not(feature = "mysql"))]
            return Err(OpenError::NotBuiltIn("mysql"));
        }
        Err(OpenError::Address)
    }
}

async fn look(
    connection: Option<Connection>,
    kind: StoreKind,
    warnings: Vec<String>,
) -> Result<Inspection, OpenError> {
    let mut inspection = Inspection {
        kind,
        exists: connection.is_some(),
        pending: migrate::all(),
        warnings,
        realms: Vec::new(),
    };
    let Some(mut connection) = connection else {
        return Ok(inspection);
    };
    inspection.pending = migrate::pending(&mut connection, kind).await?;
    if migrate::is_there(&mut connection, kind, "im_realm").await? {
        let rows = connection
            .rows(
                "SELECT name, system_id, prefix FROM im_realm ORDER BY name",
                Vec::new(),
            )
            .await?;
        for row in &rows {
            inspection.realms.push(RememberedRealm {
                name: row.text("name")?,
                system: row.text("system_id")?,
                prefix: row.text("prefix")?,
            });
        }
    }
    Ok(inspection)
}

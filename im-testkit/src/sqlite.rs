//! A foreign SQLite database in a temporary file.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use tempfile::TempDir;

/// A SQLite database in a temporary file, removed with the value.
///
/// # Panics
/// Every method that opens the file, when SQLite refuses.
pub struct SqliteFile {
    folder: TempDir,
}

impl SqliteFile {
    /// A new, empty database.
    pub async fn create() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("im-sqlite-")
            .tempdir()
            .expect("a temporary folder");
        let file = Self { folder };
        // The file must exist: what is tested opens it read-only.
        file.execute("PRAGMA user_version = 1").await;
        file
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("foreign.sqlite")
    }

    /// `sqlite:…` for the configuration of what is tested.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    /// Runs a script of any number of statements.
    pub async fn execute(&self, script: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(script))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("script failed: {error}"));
        connection.close().await.ok();
    }

    /// The first column of the first row, as text; `None` for no row and for NULL.
    pub async fn value(&self, select: &str) -> Option<String> {
        let rows = self.rows(select).await;
        let value: Option<Vec<u8>> = rows.first().and_then(|row| row.get_unchecked(0));
        value.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names of the tables.
    pub async fn tables(&self) -> Vec<String> {
        self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
            .await
            .iter()
            .map(|row| row.get(0))
            .collect()
    }

    /// Drops every table, so that the schema can be made anew.
    pub async fn clear(&self) {
        let mut script = String::from("PRAGMA foreign_keys = OFF;\n");
        for table in self.tables().await {
            script += &format!("DROP TABLE \"{table}\";\n");
        }
        self.execute(&script).await;
    }

    /// A checksum of each table's rows, by table.
    pub async fn checksums(&self) -> BTreeMap<String, String> {
        let mut sums = BTreeMap::new();
        for table in self.tables().await {
            let mut hasher = DefaultHasher::new();
            for row in self.rows(&format!("SELECT * FROM \"{table}\"")).await {
                for column in 0..row.len() {
                    let value: Option<Vec<u8>> = row.get_unchecked(column);
                    value.hash(&mut hasher);
                }
            }
            sums.insert(table, format!("{:016x}", hasher.finish()));
        }
        sums
    }

    /// Holds the database's exclusive lock, as a product in the middle of its own maintenance does: nobody can read
    /// until the [`Blocked`] ends.
    pub async fn block(&self) -> Blocked {
        let mut holder = self.connect().await;
        sqlx::raw_sql("BEGIN EXCLUSIVE")
            .execute(&mut holder)
            .await
            .unwrap_or_else(|error| panic!("cannot lock {}: {error}", self.path().display()));
        Blocked { holder }
    }

    async fn rows(&self, select: &str) -> Vec<SqliteRow> {
        let mut connection = self.connect().await;
        let rows = sqlx::raw_sql(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{select}: {error}"));
        connection.close().await.ok();
        rows
    }

    async fn connect(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.path())
            .create_if_missing(true)
            .disable_statement_logging();
        SqliteConnection::connect_with(&options)
            .await
            .unwrap_or_else(|error| panic!("cannot open {}: {error}", self.path().display()))
    }
}

/// A [`SqliteFile`] that cannot be read for now.
#[must_use = "the block ends when this is dropped"]
pub struct Blocked {
    holder: SqliteConnection,
}

impl Blocked {
    /// The database can be read again. Returns when it is so.
    pub async fn end(self) {
        self.holder.close().await.ok();
    }
}

impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocked").finish_non_exhaustive()
    }
}

impl fmt::Debug for SqliteFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteFile")
            .field("path", &self.path())
            .finish()
    }
}

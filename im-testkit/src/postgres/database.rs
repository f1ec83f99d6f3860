//! One database on a PostgreSQL server, with an owner and a reader.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::Postgres;
use crate::background::background;
use crate::port::random;

/// A database of one's own on a [`Postgres`], dropped with the value.
///
/// Whoever plays the product uses [`execute`](Self::execute); what is tested gets
/// [`reader_url`](Self::reader_url), an account that has only SELECT.
///
/// # Panics
/// Every method that talks to the server, when the server refuses.
pub struct PostgresDatabase {
    name: String,
    port: u16,
    reader_password: String,
    /// As the administrator, in this database.
    options: PgConnectOptions,
    /// As the administrator, elsewhere: a database cannot be dropped from within.
    outside: PgConnectOptions,
}

impl PostgresDatabase {
    pub(super) async fn create(server: &Postgres) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}_{:08x}", random() as u32);
        let database = Self {
            port: server.port,
            reader_password: format!("reader-{:016x}", random()),
            options: server.options(&name),
            outside: server.options("postgres"),
            name,
        };
        let Self {
            name,
            reader_password,
            ..
        } = &database;
        // One at a time: two of these are no transaction.
        let outside = &database.outside;
        run(outside, &format!("CREATE DATABASE {name}")).await;
        run(
            &database.options,
            &format!(
                "CREATE ROLE {name} LOGIN PASSWORD '{reader_password}'; \
                 GRANT USAGE ON SCHEMA public TO {name}; \
                 ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {name}"
            ),
        )
        .await;
        database
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server's port on 127.0.0.1, to put a [`CutProxy`](crate::CutProxy) in front of.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `postgres://…` of the account that has only SELECT.
    #[must_use]
    pub fn reader_url(&self) -> String {
        self.reader_url_at(self.port)
    }

    /// [`reader_url`](Self::reader_url) by another port, such as a proxy's.
    #[must_use]
    pub fn reader_url_at(&self, port: u16) -> String {
        format!(
            "postgres://{0}:{1}@127.0.0.1:{port}/{0}",
            self.name, self.reader_password
        )
    }

    /// The reader's password: a secret that must appear nowhere.
    #[must_use]
    pub fn reader_password(&self) -> &str {
        &self.reader_password
    }

    /// The administrator, in this database.
    #[cfg(feature = "systems")]
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// Runs a script of any number of statements with all rights.
    pub async fn execute(&self, script: &str) {
        run(&self.options, script).await;
    }

    /// The first column of the first row, as text; `None` for no row and for NULL.
    pub async fn value(&self, select: &str) -> Option<String> {
        self.rows(select).await.first().and_then(text)
    }

    /// A checksum of each table's rows, by table.
    pub async fn checksums(&self) -> BTreeMap<String, String> {
        let mut sums = BTreeMap::new();
        for table in self.tables().await {
            let sum = self
                .value(&format!(
                    "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
                ))
                .await;
            sums.insert(table, sum.unwrap_or_default());
        }
        sums
    }

    /// The names of the tables.
    pub async fn tables(&self) -> Vec<String> {
        self.rows("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            .await
            .iter()
            .filter_map(text)
            .collect()
    }

    /// Drops every table, so that the schema can be made anew.
    pub async fn clear(&self) {
        let tables = self.tables().await;
        if !tables.is_empty() {
            let names: Vec<String> = tables.iter().map(|table| format!("\"{table}\"")).collect();
            self.execute(&format!("DROP TABLE {} CASCADE", names.join(", ")))
                .await;
        }
    }

    async fn rows(&self, select: &str) -> Vec<PgRow> {
        let mut connection = connect(&self.options).await;
        let rows = sqlx::raw_sql(AssertSqlSafe(select))
            .fetch_all(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{select}: {error}"));
        connection.close().await.ok();
        rows
    }
}

/// The simple protocol gives every value as text.
fn text(row: &PgRow) -> Option<String> {
    row.try_get_raw(0)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned).ok())
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options)
        .await
        .unwrap_or_else(|error| panic!("PostgreSQL refuses its administrator: {error}"))
}

async fn run(options: &PgConnectOptions, script: &str) {
    let mut connection = connect(options).await;
    sqlx::raw_sql(AssertSqlSafe(script))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("script failed: {error}"));
    connection.close().await.ok();
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let options = self.outside.clone();
        let (database, role) = (
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
            format!("DROP ROLE {}", self.name),
        );
        // Nobody waits: a server that is gone takes its databases with it.
        background().spawn(async move {
            if let Ok(mut connection) = PgConnection::connect_with(&options).await {
                for script in [database, role] {
                    sqlx::raw_sql(AssertSqlSafe(script))
                        .execute(&mut connection)
                        .await
                        .ok();
                }
            }
        });
    }
}

impl fmt::Debug for PostgresDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresDatabase")
            .field("name", &self.name)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

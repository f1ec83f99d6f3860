//! Small words for the tests.

use std::time::Duration;

use im_auth_sql::{DatabaseConfig, ForeignDatabase, Row, Statement, Value};
use im_testkit::{MariaDb, Postgres, PostgresDatabase, SqliteFile, TestDatabase};

pub(crate) fn statement(sql: &str) -> Statement {
    Statement::new(sql).unwrap()
}

/// With time limits that fail fast and still hold on a busy machine.
pub(crate) fn config(url: &str) -> DatabaseConfig {
    DatabaseConfig {
        connect_timeout: Duration::from_secs(5),
        acquire_timeout: Duration::from_secs(5),
        query_timeout: Duration::from_secs(5),
        ..DatabaseConfig::new(url)
    }
}

pub(crate) fn open(config: DatabaseConfig) -> ForeignDatabase {
    ForeignDatabase::new(config).unwrap()
}

/// A database on MariaDB with this script in it, and its reader.
pub(crate) async fn mariadb(
    charset: &str,
    collation: &str,
    script: &str,
) -> (TestDatabase, ForeignDatabase) {
    let database = MariaDb::shared()
        .await
        .create_database(charset, collation)
        .await;
    database.execute(script).await;
    let foreign = open(config(&database.reader_url()));
    (database, foreign)
}

/// A database on PostgreSQL with this script in it, and its reader.
pub(crate) async fn postgres(script: &str) -> (PostgresDatabase, ForeignDatabase) {
    let database = Postgres::shared().await.create_database().await;
    database.execute(script).await;
    let foreign = open(config(&database.reader_url()));
    (database, foreign)
}

/// A SQLite database with this script in it, and its reader.
pub(crate) async fn sqlite(script: &str) -> (SqliteFile, ForeignDatabase) {
    let file = SqliteFile::create().await;
    file.execute(script).await;
    let foreign = open(config(&file.url()));
    (file, foreign)
}

/// The only row of a statement without parameters.
pub(crate) async fn row(database: &ForeignDatabase, sql: &str) -> Row {
    database
        .fetch_optional(&statement(sql), &[])
        .await
        .unwrap()
        .unwrap_or_else(|| panic!("{sql}: no row"))
}

/// The ids of `members` that a name finds.
pub(crate) async fn ids_of(database: &ForeignDatabase, name: &str) -> Vec<i64> {
    let by_name = statement("SELECT id AS id FROM members WHERE name = :login ORDER BY id");
    let rows = database
        .fetch_all(&by_name, &[("login", Value::from(name))])
        .await
        .unwrap_or_else(|error| panic!("{name:?}: {error}"));
    rows.iter().map(|row| row.int("id").unwrap()).collect()
}

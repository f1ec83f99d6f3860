//! Time limits, read-only sessions, and few prepared statements.

use std::time::{Duration, Instant};

use im_auth_sql::DatabaseConfig;
use im_testkit::MariaDb;
use sqlx::{Connection, Executor};

use crate::support::{config, mariadb, open, row, sqlite, statement};

/// Takes minutes: a product of rows that no index helps with.
const SLOW: &str = "SELECT COUNT(*) AS n FROM seq a JOIN seq b JOIN seq c JOIN seq d WHERE a.x + b.x + c.x + d.x = :nothing";

fn seq() -> String {
    let rows: Vec<String> = (0..400).map(|x| format!("({x})")).collect();
    format!(
        "CREATE TABLE seq (x INT); INSERT INTO seq VALUES {};",
        rows.join(",")
    )
}

fn hurried(url: &str) -> DatabaseConfig {
    DatabaseConfig {
        query_timeout: Duration::from_millis(300),
        ..config(url)
    }
}

#[tokio::test]
async fn the_server_ends_a_statement_at_its_limit_and_the_connection_lives_on() {
    let (keep, _) = mariadb("utf8mb4", "utf8mb4_general_ci", &seq()).await;
    let mut limited = hurried(&keep.reader_url());
    limited.max_connections = 1;
    // Our own limit comes a quarter later: time enough for a busy server to notice that its own is over.
    limited.query_timeout = Duration::from_secs(3);
    let database = open(limited);
    let connection = row(&database, "SELECT CONNECTION_ID() AS id")
        .await
        .int("id")
        .unwrap();
    let start = Instant::now();
    let error = database
        .fetch_all(&statement(SLOW), &[("nothing", (-1).into())])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "unavailable", "{error}");
    assert!(
        error.to_string().contains("1969"),
        "the server's own limit, not ours: {error}"
    );
    assert!(start.elapsed() < Duration::from_secs(10));
    let after = row(&database, "SELECT CONNECTION_ID() AS id")
        .await
        .int("id")
        .unwrap();
    assert_eq!(after, connection);
}

#[tokio::test]
async fn nothing_runs_on_after_whoever_asked_has_gone() {
    let (keep, _) = mariadb("utf8mb4", "utf8mb4_general_ci", &seq()).await;
    let database = open(hurried(&keep.reader_url()));
    let slow = statement(SLOW);
    let values = [("nothing", (-1).into())];
    let asking = database.fetch_all(&slow, &values);
    tokio::time::timeout(Duration::from_millis(150), asking)
        .await
        .expect_err("still running");
    let running = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'SELECT COUNT(*) AS n%'";
    let deadline = Instant::now() + Duration::from_secs(10);
    while keep.value(running).await.as_deref() != Some("0") {
        assert!(Instant::now() < deadline, "the statement still runs");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn sqlite_ends_a_statement_at_its_limit() {
    let (file, _) = sqlite(&seq()).await;
    let database = open(hurried(&file.url()));
    let start = Instant::now();
    let error = database
        .fetch_all(&statement(SLOW), &[("nothing", (-1).into())])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "unavailable", "{error}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(
        row(&database, "SELECT COUNT(*) AS n FROM seq")
            .await
            .int("n")
            .unwrap(),
        400
    );
}

#[tokio::test]
async fn a_session_refuses_to_write_even_for_an_owner() {
    let (keep, _) = mariadb("utf8mb4", "utf8mb4_general_ci", "CREATE TABLE t (x INT); CREATE FUNCTION touch() RETURNS INT BEGIN INSERT INTO t VALUES (1); RETURN 1; END").await;
    let owner = open(config(&keep.owner_url()));
    let error = owner
        .fetch_all(&statement("SELECT touch() AS x"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "configuration", "{error}");
    assert_eq!(
        keep.value("SELECT COUNT(*) FROM t").await.as_deref(),
        Some("0")
    );
    let mut loose = config(&keep.owner_url());
    loose.read_only_session = false;
    open(loose)
        .fetch_all(&statement("SELECT touch() AS x"), &[])
        .await
        .unwrap();
    assert_eq!(
        keep.value("SELECT COUNT(*) FROM t").await.as_deref(),
        Some("1"),
        "the option does what it says"
    );
}

#[tokio::test]
async fn the_session_is_prepared_only_as_far_as_allowed() {
    let (keep, prepared) = mariadb("utf8mb4", "utf8mb4_general_ci", "CREATE TABLE t (x INT)").await;
    let session = "SELECT @@session.max_statement_time AS seconds, @@session.tx_read_only AS readonly, @@session.character_set_client AS charset, @@session.sql_mode AS mode";
    let row_ = row(&prepared, session).await;
    assert_eq!(row_.text("seconds").unwrap(), "5");
    assert!(row_.bool("readonly").unwrap());
    assert_eq!(row_.text("charset").unwrap(), "utf8mb4");
    let bare = open(DatabaseConfig {
        old_server: true,
        server_time_limit: false,
        read_only_session: false,
        ..config(&keep.reader_url())
    });
    let row_ = row(&bare, session).await;
    assert_eq!(row_.text("seconds").unwrap(), "0");
    assert!(!row_.bool("readonly").unwrap());
    assert!(row_.text("charset").unwrap().starts_with("utf8"));
    assert!(!row_.text("mode").unwrap().contains("PIPES_AS_CONCAT"));
}

#[tokio::test]
async fn sqlite_is_opened_read_only_while_somebody_else_writes() {
    let (file, database) = sqlite("PRAGMA journal_mode = WAL; CREATE TABLE t (x INT);").await;
    let options: sqlx::sqlite::SqliteConnectOptions = file.url().parse().unwrap();
    let mut product = sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap();
    for count in 1..=5 {
        product.execute("INSERT INTO t VALUES (1)").await.unwrap();
        assert_eq!(
            row(&database, "SELECT COUNT(*) AS n FROM t")
                .await
                .int("n")
                .unwrap(),
            count
        );
    }
    let pragma = row(&database, "SELECT query_only AS x FROM pragma_query_only").await;
    assert_eq!(pragma.int("x").unwrap(), 1);
}

#[tokio::test]
async fn a_statement_is_prepared_once_per_connection() {
    let server = MariaDb::start().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database
        .execute("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(25))")
        .await;
    let mut limited = config(&database.reader_url());
    limited.max_connections = 3;
    let foreign = open(limited);
    let asking = (0..300).map(|at| {
        let foreign = foreign.clone();
        tokio::spawn(async move {
            crate::support::ids_of(&foreign, &format!("name {at}")).await;
            foreign.columns(&"members".parse().unwrap()).await.unwrap();
        })
    });
    for one in asking.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let status = async |name: &str| -> u64 {
        let sql = format!(
            "SELECT variable_value FROM information_schema.global_status WHERE variable_name = '{name}'"
        );
        database.value(&sql).await.unwrap().parse().unwrap()
    };
    let prepared = status("Prepared_stmt_count").await;
    assert!(
        (2..=6).contains(&prepared),
        "{prepared} statements for 3 connections and 2 texts"
    );
    assert!(status("Com_stmt_prepare").await <= 6);
    assert_eq!(
        status("Com_stmt_close").await,
        0,
        "closing and preparing anew would cost 44 ms each"
    );
}

#[tokio::test]
async fn idle_connections_end_before_the_server_ends_them() {
    let server = MariaDb::start().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    // Only for sessions that begin from now on.
    database.execute("SET GLOBAL wait_timeout = 2").await;
    let foreign = open(config(&database.reader_url()));
    row(&foreign, "SELECT 1 AS x").await;
    let connections =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user LIKE 'reader%'";
    assert_eq!(database.value(connections).await.as_deref(), Some("1"));
    let deadline = Instant::now() + Duration::from_secs(10);
    while database.value(connections).await.as_deref() != Some("0") {
        assert!(Instant::now() < deadline, "the connection still rests");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let aborted = "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Aborted_clients'";
    assert_eq!(
        database.value(aborted).await.as_deref(),
        Some("0"),
        "we said goodbye, the server did not have to"
    );
    row(&foreign, "SELECT 1 AS x").await;
}

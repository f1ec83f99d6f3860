//! Errors say what is wrong and whose business it is.

use std::time::{Duration, Instant};

use im_auth_sql::{DatabaseConfig, Prefix, Statement};
use im_core::AuthError;
use im_testkit::{MariaDb, SqliteFile, free_port};

use crate::support::{config, mariadb, open, sqlite, statement};

async fn error(config: DatabaseConfig) -> AuthError {
    open(config)
        .fetch_all(&statement("SELECT 1 AS x"), &[])
        .await
        .expect_err("there is no such database")
}

const MEMBERS: &str =
    "CREATE TABLE forum_users (user_id INT PRIMARY KEY, username VARCHAR(25), user_regdate INT);";

#[tokio::test]
async fn a_refused_port_is_unavailable_at_once() {
    let start = Instant::now();
    let error = error(config(&format!("mysql://u:p@127.0.0.1:{}/d", free_port()))).await;
    assert_eq!(error.kind(), "unavailable");
    assert!(error.is_temporary());
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "not the whole time-out"
    );
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
}

#[tokio::test]
async fn a_silent_host_is_unavailable_within_the_limit() {
    // Accepts and never speaks.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let start = Instant::now();
    let error = error(DatabaseConfig {
        connect_timeout: Duration::from_millis(300),
        ..config(&format!("mysql://u:p@127.0.0.1:{port}/d"))
    })
    .await;
    assert_eq!(error.kind(), "unavailable");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn an_unknown_host_is_unavailable() {
    let error = error(config("mysql://u:p@no-such-host.invalid/d")).await;
    assert_eq!(error.kind(), "unavailable");
}

#[tokio::test]
async fn wrong_credentials_and_names_are_the_configuration() {
    let server = MariaDb::shared().await;
    let database = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    let port = server.port();
    let right = database.reader_url();
    for (url, word) in [
        (
            right.replace(database.reader_password(), "wrong-guess"),
            "wrong user name or password",
        ),
        (
            format!(
                "mysql://nobody:wrong-guess@127.0.0.1:{port}/{}",
                database.name()
            ),
            "wrong user name or password",
        ),
        (
            right.replace(database.name(), "no_such_database"),
            "database",
        ),
        (
            right.replace(database.name(), "mysql"),
            "may not read this database",
        ),
    ] {
        let error = error(config(&url)).await;
        assert_eq!(error.kind(), "configuration", "{error}");
        assert!(error.to_string().contains(word), "{error}");
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(
                !text.contains("wrong-guess") && !text.contains(database.reader_password()),
                "{text}"
            );
        }
    }
    let mut with_password = config(&right.replace(&format!(":{}", database.reader_password()), ""));
    with_password.password = Some(database.reader_password().into());
    let rows = open(with_password)
        .fetch_all(&statement("SELECT 1 AS x"), &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1, "a password beside the address");
}

#[tokio::test]
async fn a_wrong_prefix_is_named_with_the_right_one() {
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", MEMBERS).await;
    let (_file, sqlite) = sqlite(MEMBERS).await;
    for database in [mysql, sqlite] {
        let prefix = Prefix::new("phpbb_").unwrap();
        let statement =
            Statement::prefixed("SELECT user_id AS id FROM {prefix}users", &prefix).unwrap();
        let error = database.fetch_all(&statement, &[]).await.unwrap_err();
        assert_eq!(error.kind(), "schema");
        let text = error.to_string();
        assert!(
            text.contains("phpbb_users") && text.contains("set prefix = \"forum_\""),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_missing_column_is_named_with_the_closest_one() {
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", MEMBERS).await;
    let (_file, sqlite) = sqlite(MEMBERS).await;
    for database in [mysql, sqlite] {
        let statement = statement("SELECT u.user_regdat AS id FROM `forum_users` u");
        let error = database.fetch_all(&statement, &[]).await.unwrap_err();
        assert_eq!(error.kind(), "schema");
        let text = error.to_string();
        for word in ["user_regdat", "forum_users", "has a column user_regdate"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}

#[tokio::test]
async fn a_table_the_account_may_not_read_is_the_configuration() {
    let database = MariaDb::shared()
        .await
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database.execute(MEMBERS).await;
    database
        .execute(&format!(
            "CREATE OR REPLACE USER narrow_{0} IDENTIFIED BY 'narrow-secret'; CREATE TABLE other (x INT); GRANT SELECT ON {0}.other TO narrow_{0};",
            database.name()
        ))
        .await;
    let url = format!(
        "mysql://narrow_{0}:narrow-secret@127.0.0.1:{1}/{0}",
        database.name(),
        database.port()
    );
    let error = open(config(&url))
        .fetch_all(&statement("SELECT user_id AS id FROM forum_users"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("GRANT SELECT"), "{error}");
    database
        .execute(&format!("DROP USER narrow_{}", database.name()))
        .await;
}

#[tokio::test]
async fn a_statement_that_the_server_does_not_understand_is_the_configuration() {
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", MEMBERS).await;
    let (_file, sqlite) = sqlite(MEMBERS).await;
    for database in [mysql, sqlite] {
        let error = database
            .fetch_all(&statement("SELECT 1 AS x FROM WHERE"), &[])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "configuration", "{error}");
        database
            .fetch_all(&statement("SELECT 1 AS x"), &[])
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn two_rows_where_one_must_be_are_ambiguous() {
    let script = format!(
        "{MEMBERS} INSERT INTO forum_users VALUES (1, 'twin', 0), (2, 'twin', 0), (3, 'single', 0);"
    );
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", &script).await;
    let (_file, sqlite) = sqlite(&script).await;
    for database in [mysql, sqlite] {
        let by_name = statement("SELECT user_id AS id FROM forum_users WHERE username = :login");
        let fetch = async |name: &str| {
            database
                .fetch_optional(&by_name, &[("login", name.into())])
                .await
        };
        assert_eq!(fetch("twin").await.unwrap_err().kind(), "ambiguous");
        assert_eq!(
            fetch("single").await.unwrap().unwrap().int("id").unwrap(),
            3
        );
        assert!(fetch("nobody").await.unwrap().is_none());
        let scan = database
            .fetch_scan_optional(&by_name, &[("login", "twin".into())])
            .await;
        assert_eq!(scan.unwrap_err().kind(), "ambiguous");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.db");
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "this is not a database, it only says so at great length ".repeat(50),
    )
    .unwrap();
    for path in [missing, text] {
        let error = error(config(&format!("sqlite:{}", path.display()))).await;
        assert_eq!(error.kind(), "configuration", "{error}");
        assert!(
            error.to_string().contains(&path.display().to_string()),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_file_that_was_there_is_an_outage_and_comes_back() {
    let (file, database) = sqlite(MEMBERS).await;
    let ask = statement("SELECT COUNT(*) AS n FROM forum_users");
    let count = async || {
        database
            .fetch_all(&ask, &[])
            .await
            .map(|rows| rows[0].int("n").unwrap())
    };
    assert_eq!(count().await.unwrap(), 0);
    let away = file.path().with_extension("away");
    std::fs::rename(file.path(), &away).unwrap();
    assert_eq!(count().await.unwrap_err().kind(), "unavailable");
    std::fs::rename(&away, file.path()).unwrap();
    file.execute("INSERT INTO forum_users VALUES (1, 'x', 0)")
        .await;
    assert_eq!(count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_restored_copy_of_the_file_is_read_and_not_the_old_one() {
    let (file, database) = sqlite("CREATE TABLE t (x INT); INSERT INTO t VALUES (1);").await;
    let ask = statement("SELECT x AS x FROM t");
    assert_eq!(
        database.fetch_all(&ask, &[]).await.unwrap()[0]
            .int("x")
            .unwrap(),
        1
    );
    let backup = SqliteFile::create().await;
    backup
        .execute("CREATE TABLE t (x INT); INSERT INTO t VALUES (2);")
        .await;
    std::fs::rename(backup.path(), file.path()).unwrap();
    assert_eq!(
        database.fetch_all(&ask, &[]).await.unwrap()[0]
            .int("x")
            .unwrap(),
        2
    );
}

#[tokio::test]
async fn limits_of_zero_and_wrong_options_are_refused_at_the_start() {
    let refused = |change: fn(&mut DatabaseConfig)| {
        let mut config = DatabaseConfig::new("mysql://u@h/d");
        change(&mut config);
        im_auth_sql::ForeignDatabase::new(config)
            .expect_err("refused")
            .to_string()
    };
    assert!(refused(|c| c.max_connections = 0).contains("max_connections"));
    assert!(refused(|c| c.scans = 0).contains("scans"));
    assert!(refused(|c| c.max_connections = u32::MAX).contains("max_connections"));
    assert!(refused(|c| c.query_timeout = Duration::ZERO).contains("query_timeout"));
    assert!(refused(|c| c.query_timeout = Duration::MAX).contains("query_timeout"));
    assert!(
        refused(|c| {
            c.url = "sqlite:/x".into();
            c.charset = Some("bytes:utf-8".parse().unwrap());
        })
        .contains("charset")
    );
}

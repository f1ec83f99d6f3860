//! The same promises on PostgreSQL.

use std::time::{Duration, Instant};

use im_auth_sql::{Engine, Ident, LoginColumn, Prefix, Statement, Value, probe};
use im_core::Timestamp;
use im_testkit::Postgres;

use crate::sign_in::{lookup, members};
use crate::support::{config, ids_of, open, postgres, row, statement};

#[tokio::test]
async fn values_of_every_type_are_read() {
    let (_keep, database) = postgres("").await;
    assert_eq!(database.engine(), Engine::Postgres);
    let row = row(
        &database,
        "SELECT true AS yes, CAST(7 AS smallint) AS two, 70000 AS four, CAST(7000000000 AS bigint) AS eight, \
         CAST(0.5 AS real) AS real, SUM(v.x) AS sum, CAST(-12.50 AS numeric) AS exact, 'Zoé' || '' AS text, \
         CAST('abc' AS char(5)) AS padded, CAST('550e8400-e29b-41d4-a716-446655440000' AS uuid) AS uuid, \
         timestamp '2001-09-09 01:46:40' AS plain, timestamptz '2001-09-09 03:46:40+02' AS zoned, \
         date '2001-09-09' AS day, decode('ff00', 'hex') AS bytes, CAST('[1]' AS jsonb) AS json, NULL AS nothing \
         FROM (SELECT CAST(20 AS bigint) AS x UNION ALL SELECT 22) v"
            .replace("'Zoé' || ''", "CONCAT('Zo', chr(233))")
            .as_str(),
    )
    .await;
    assert!(row.bool("yes").unwrap());
    assert_eq!(row.int("two").unwrap(), 7);
    assert_eq!(row.int("four").unwrap(), 70_000);
    assert_eq!(row.int("eight").unwrap(), 7_000_000_000);
    assert_eq!(row.text("real").unwrap(), "0.5");
    assert_eq!(row.int("sum").unwrap(), 42);
    assert_eq!(row.text("exact").unwrap(), "-12.50");
    assert_eq!(row.text("text").unwrap(), "Zoé");
    assert_eq!(row.text("padded").unwrap().trim_end(), "abc");
    assert_eq!(
        row.text("uuid").unwrap(),
        "550e8400-e29b-41d4-a716-446655440000"
    );
    let moment = Timestamp::from_unix_timestamp(1_000_000_000).unwrap();
    assert_eq!(row.timestamp("plain").unwrap(), Some(moment));
    assert_eq!(row.timestamp("zoned").unwrap(), Some(moment));
    assert_eq!(
        row.timestamp("day").unwrap().map(|day| day.date()),
        Some(moment.date())
    );
    assert_eq!(row.bytes("bytes").unwrap(), [0xff, 0]);
    assert_eq!(row.text("json").unwrap(), "[1]");
    assert_eq!(row.opt_text("nothing").unwrap(), None);
}

#[tokio::test]
async fn names_are_found_exactly_and_by_id_also_after_a_null() {
    let (_keep, database) = postgres(&members("")).await;
    let lookup = lookup(&database);
    assert_eq!(ids_of(&database, "alice").await, [1]);
    assert_eq!(ids_of(&database, "Alice").await, [0_i64; 0]);
    // Not remembered: the id is NULL; then remembered: a number, in the same statement.
    for _ in 0..3 {
        let found = lookup.find("bob").await.unwrap().unwrap();
        assert_eq!(found.int("id").unwrap(), 2);
    }
    let both = statement("SELECT id AS id FROM members WHERE id = :id AND name = :login");
    for (id, rows) in [(Value::Null, 0), (Value::Int(2), 1), (Value::Null, 0)] {
        let values = [("id", id), ("login", "bob".into())];
        assert_eq!(
            database.fetch_all(&both, &values).await.unwrap().len(),
            rows
        );
    }
    assert_eq!(lookup.find("twin").await.unwrap_err().kind(), "ambiguous");
    for name in ["a\0b", "x' OR '1'='1", "%", "\u{1F98A}"] {
        assert!(lookup.find(name).await.unwrap().is_none(), "{name:?}");
    }
}

#[tokio::test]
async fn a_character_that_the_database_lacks_equals_nothing() {
    let (_keep, database) =
        postgres("CREATE TABLE members (id int PRIMARY KEY, name varchar(25))").await;
    assert_eq!(ids_of(&database, "\u{10FFFF}").await, [0_i64; 0]);
}

#[tokio::test]
async fn a_missing_table_and_column_are_named_with_a_suggestion() {
    let (_keep, database) = postgres("CREATE TABLE forum_users (user_id int, username text)").await;
    let prefixed =
        |sql: &str, prefix: &str| Statement::prefixed(sql, &Prefix::new(prefix).unwrap()).unwrap();
    let table = prefixed("SELECT 1 AS x FROM {prefix}users u", "phpbb_");
    let error = database.fetch_all(&table, &[]).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
    let text = error.to_string();
    assert!(
        text.contains("phpbb_users") && text.contains("forum_"),
        "{text}"
    );
    let column = prefixed("SELECT u.user_name AS x FROM {prefix}users u", "forum_");
    let error = database.fetch_all(&column, &[]).await.unwrap_err();
    assert_eq!(error.kind(), "schema");
    let text = error.to_string();
    assert!(
        text.contains("user_name") && text.contains("username"),
        "{text}"
    );
}

#[tokio::test]
async fn a_session_only_reads_and_ends_slow_statements() {
    let server = Postgres::shared().await;
    let place = server.create_database().await;
    place
        .execute("CREATE FUNCTION wait() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(20)'; CREATE TABLE t (x int); CREATE FUNCTION write() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING x'; GRANT ALL ON t TO PUBLIC")
        .await;
    let mut settings = config(&place.reader_url());
    settings.query_timeout = Duration::from_millis(300);
    let database = open(settings);
    let error = database
        .fetch_all(&statement("SELECT write() AS x"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "configuration", "{error}");
    let start = Instant::now();
    let error = database
        .fetch_all(&statement("SELECT wait() AS x"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "unavailable", "{error}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(row(&database, "SELECT 1 AS x").await.int("x").unwrap(), 1);
}

#[tokio::test]
async fn what_cannot_be_connected_to_says_why() {
    let place = Postgres::shared().await.create_database().await;
    let url = place.reader_url();
    for (url, kind) in [
        (url.replace(":reader-", ":wrong-"), "configuration"),
        (format!("{url}x"), "configuration"),
        (place.reader_url_at(im_testkit::free_port()), "unavailable"),
    ] {
        let error = open(config(&url))
            .fetch_all(&statement("SELECT 1 AS x"), &[])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains(place.reader_password()), "{text}");
    }
}

#[tokio::test]
async fn the_probe_tells_of_the_index_and_of_too_many_rights() {
    let (place, database) = postgres(&members("")).await;
    let table: Ident = "members".parse().unwrap();
    let login = LoginColumn::new(table.clone(), "name");
    let look = async || {
        probe(&database, &[(&table, &["id", "name"])], &login)
            .await
            .unwrap()
    };
    let warnings = look().await.warnings.join("\n");
    assert!(
        warnings.contains("CREATE INDEX im_login ON \"members\" (name)"),
        "{warnings}"
    );
    assert!(!warnings.contains("more than SELECT"), "{warnings}");
    place
        .execute("CREATE INDEX by_name ON members (name); GRANT UPDATE ON members TO PUBLIC")
        .await;
    let found = look().await;
    assert!(found.server.unwrap().starts_with("PostgreSQL "));
    let warnings = found.warnings.join("\n");
    assert!(!warnings.contains("CREATE INDEX"), "{warnings}");
    assert!(warnings.contains("more than SELECT"), "{warnings}");
}

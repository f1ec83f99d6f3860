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
async fn moments_beyond_the_year_9999_are_the_last_one_and_the_first_is_none() {
    let (_keep, database) = postgres("").await;
    let row = row(
        &database,
        "SELECT timestamp 'infinity' AS a, timestamptz 'infinity' AS b, date 'infinity' AS c, \
         timestamp '294276-12-31' AS d, timestamptz '20000-01-01 00:00+00' AS e, date '12000-01-01' AS f, \
         timestamp '-infinity' AS g, timestamptz '-infinity' AS h, date '-infinity' AS i, \
         timestamp '1969-12-31 23:59:59' AS before, date '4713-01-01 BC' AS first",
    )
    .await;
    for alias in ["a", "b", "c", "d", "e", "f"] {
        let moment = row.timestamp(alias).unwrap();
        assert_eq!(moment.map(|moment| moment.year()), Some(9_999), "{alias}");
    }
    for alias in ["g", "h", "i"] {
        assert_eq!(row.timestamp(alias).unwrap(), None, "{alias}");
    }
    let moment = |alias| row.timestamp(alias).unwrap().unwrap();
    assert_eq!(moment("before").unix_timestamp(), -1);
    assert_eq!(moment("first").year(), -4_712);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_an_error_that_names_the_column() {
    let (_keep, database) = postgres("").await;
    let row = row(
        &database,
        "SELECT CAST('NaN' AS numeric) AS locked_until, 1 AS fine",
    )
    .await;
    let error = row.opt_int("locked_until").unwrap_err();
    assert_eq!(error.kind(), "schema");
    assert!(error.to_string().contains("locked_until"), "{error}");
    assert!(row.opt_text("locked_until").is_err());
    assert_eq!(row.int("fine").unwrap(), 1);
}

#[tokio::test]
async fn a_text_that_the_type_of_a_column_lacks_equals_nothing() {
    let (_keep, database) = postgres(
        "CREATE TABLE t (id int, day date, name text); INSERT INTO t VALUES (7, '2001-09-09', 'alice'), (8, NULL, 'x')",
    )
    .await;
    let find = async |sql: &str, login: &str| {
        let found = database
            .fetch_all(
                &statement(sql),
                &[("login", login.into()), ("name", "x".into())],
            )
            .await;
        found.map(|rows| rows.len())
    };
    let by_id = "SELECT id AS id FROM t WHERE id = CAST(:login AS int)";
    assert_eq!(find(by_id, "7").await.unwrap(), 1);
    for login in ["alice", "", "99999999999", "Zoé", " 7'\"x"] {
        assert_eq!(find(by_id, login).await.unwrap(), 0, "{login:?}");
    }
    let by_day = "SELECT id AS id FROM t WHERE day = CAST(:login AS date)";
    for login in ["2001-02-30", "soon"] {
        assert_eq!(find(by_day, login).await.unwrap(), 0, "{login:?}");
    }
    let either = "SELECT id AS id FROM t WHERE id = CAST(:login AS int) OR name = :name";
    assert_eq!(
        find(either, "alice").await.unwrap(),
        1,
        "the rest still decides"
    );
    // What the column holds is not the stranger's doing, and no proof that nobody is locked.
    let held = "SELECT id AS id FROM t WHERE CAST(name AS int) = CAST(:login AS int)";
    let error = find(held, "7").await.unwrap_err();
    assert_eq!(error.kind(), "schema", "{error}");
    assert!(!format!("{error:?}").contains("alice"), "{error:?}");
    let error = find("SELECT 1 / (id - id) AS id FROM t", "7")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "configuration", "{error}");
}

#[tokio::test]
async fn a_session_is_what_the_configuration_says_whatever_the_owner_set() {
    let (place, _) = postgres(
        "CREATE TABLE t (x int); CREATE FUNCTION public.upper(text) RETURNS text LANGUAGE sql AS 'SELECT ''taken over''::text'",
    )
    .await;
    place
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); \
             EXECUTE format('ALTER DATABASE %I SET statement_timeout = 77', current_database()); END $$",
        )
        .await;
    let settings = async |on: bool| {
        let mut settings = config(&place.reader_url());
        settings.read_only_session = on;
        settings.server_time_limit = on;
        row(
            &open(settings),
            "SELECT upper('a') AS upper, current_setting('statement_timeout') AS timeout, \
             current_setting('transaction_read_only') AS readonly, current_setting('search_path') AS path",
        )
        .await
    };
    let on = settings(true).await;
    assert_eq!(on.text("upper").unwrap(), "A");
    assert_eq!(on.text("timeout").unwrap(), "5s");
    assert_eq!(on.text("readonly").unwrap(), "on");
    assert_eq!(on.text("path").unwrap(), "pg_catalog, public, pg_catalog");
    let off = settings(false).await;
    assert_eq!(off.text("upper").unwrap(), "A");
    assert_eq!(off.text("timeout").unwrap(), "77ms");
    assert_eq!(off.text("readonly").unwrap(), "off");
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
async fn a_domain_without_null_is_looked_in_for_no_name() {
    // As phpBB 3 keeps its names on PostgreSQL.
    let (_keep, database) = postgres(
        "CREATE DOMAIN varchar_ci AS varchar(255) NOT NULL DEFAULT ''; \
         CREATE FUNCTION ci_equal(varchar_ci, varchar_ci) RETURNS boolean AS 'SELECT LOWER($1) = LOWER($2)' LANGUAGE SQL STRICT; \
         CREATE OPERATOR = (PROCEDURE = ci_equal, LEFTARG = varchar_ci, RIGHTARG = varchar_ci); \
         CREATE TABLE users (id int PRIMARY KEY, name varchar_ci, born date); INSERT INTO users VALUES (1, 'alice', NULL)",
    )
    .await;
    let named = statement("SELECT id AS id FROM users WHERE name = :login");
    let both =
        statement("SELECT id AS id FROM users WHERE name = :login AND born = CAST(:login AS date)");
    for (statement, login, rows) in [
        (&named, Value::NoText, 0),
        (&named, "alice".into(), 1),
        (&named, "ALICE".into(), 0),
        (&named, "a\0b".into(), 0),
        (&both, "soon".into(), 0),
    ] {
        let found = database.fetch_all(statement, &[("login", login)]).await;
        assert_eq!(found.unwrap().len(), rows);
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

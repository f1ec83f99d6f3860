//! What an administrator is told.

use im_auth_sql::{DatabaseConfig, LoginColumn, Prefix, Statement, format_counts, probe};
use im_password::Policy;
use im_testkit::MariaDb;

use crate::support::{config, mariadb, open, sqlite};

fn login() -> LoginColumn {
    LoginColumn::new("forum_users".parse().unwrap(), "username")
}

const TABLE: &str = "CREATE TABLE forum_users (user_id INTEGER PRIMARY KEY, username VARCHAR(25), user_password VARCHAR(80));";

#[tokio::test]
async fn a_healthy_database_gives_no_warning() {
    let script = format!("{TABLE} CREATE INDEX by_name ON forum_users (username);");
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", &script).await;
    let (_file, sqlite) = sqlite(&script).await;
    for (database, server) in [(mysql, "MariaDB 10"), (sqlite, "SQLite 3")] {
        let users = Prefix::new("forum_").unwrap().table("users").unwrap();
        let found = probe(&database, &[(&users, &["user_id", "username"])], &login())
            .await
            .unwrap();
        assert_eq!(found.warnings, [] as [String; 0]);
        assert!(found.server.unwrap().starts_with(server));
    }
}

#[tokio::test]
async fn a_missing_index_comes_with_the_statement_that_makes_it() {
    let (keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", TABLE).await;
    let found = probe(&mysql, &[], &login()).await.unwrap();
    let [warning] = &*found.warnings else {
        panic!("{:?}", found.warnings)
    };
    let create = &warning[warning.find("CREATE INDEX").unwrap()..];
    keep.execute(create).await;
    let found = probe(&mysql, &[], &login()).await.unwrap();
    assert_eq!(found.warnings, [] as [String; 0]);
}

#[tokio::test]
async fn an_account_that_may_write_is_warned_of() {
    let (keep, _) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        &format!("{TABLE} CREATE INDEX i ON forum_users (username)"),
    )
    .await;
    let found = probe(&open(config(&keep.owner_url())), &[], &login())
        .await
        .unwrap();
    let [warning] = &*found.warnings else {
        panic!("{:?}", found.warnings)
    };
    assert!(
        warning.contains("more than SELECT") && warning.contains("GRANT SELECT ON"),
        "{warning}"
    );
}

#[tokio::test]
async fn missing_tables_and_columns_are_errors_with_their_names() {
    let (_keep, mysql) = mariadb("utf8mb4", "utf8mb4_general_ci", TABLE).await;
    let users = "forum_users".parse().unwrap();
    let error = probe(&mysql, &[(&users, &["user_id", "user_nam"])], &login())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "schema");
    assert!(error.to_string().contains("user_nam"), "{error}");
    let error = probe(
        &mysql,
        &[(&"phpbb_users".parse().unwrap(), &["user_id"])],
        &login(),
    )
    .await
    .unwrap_err();
    assert!(
        error.to_string().contains("there is a table forum_users"),
        "{error}"
    );
}

#[tokio::test]
async fn a_double_encoded_column_is_recognised() {
    for (bytes, word) in [
        (&b"Zo\xc3\xa9"[..], Some("bytes:utf-8")),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("another alphabet")),
        (b"Zo\xe9", None),
        (b"plain", None),
    ] {
        let keep = MariaDb::shared()
            .await
            .create_database("latin1", "latin1_swedish_ci")
            .await;
        let mut script = format!(
            "{TABLE} CREATE INDEX i ON forum_users (username); INSERT INTO forum_users VALUES (1, '"
        )
        .into_bytes();
        script.extend_from_slice(bytes);
        script.extend_from_slice(b"', ''), (2, 'plain', '');");
        keep.execute_bytes("latin1", &script).await;
        let found = probe(&open(config(&keep.reader_url())), &[], &login())
            .await
            .unwrap();
        assert_eq!(
            found.warnings.len(),
            usize::from(word.is_some()),
            "{:?}",
            found.warnings
        );
        if let Some(word) = word {
            assert!(found.warnings[0].contains(word), "{:?}", found.warnings);
        }
    }
}

#[tokio::test]
async fn a_charset_option_that_does_not_fit_is_warned_of() {
    let (keep, _) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        &format!("{TABLE} CREATE INDEX i ON forum_users (username)"),
    )
    .await;
    let database = open(DatabaseConfig {
        charset: Some("bytes:utf-8".parse().unwrap()),
        ..config(&keep.reader_url())
    });
    let found = probe(&database, &[], &login()).await.unwrap();
    let [warning] = &*found.warnings else {
        panic!("{:?}", found.warnings)
    };
    assert!(
        warning.contains("utf8mb4") && warning.contains("leave charset out"),
        "{warning}"
    );
}

#[tokio::test]
async fn formats_are_counted_over_the_whole_table() {
    let (_keep, mysql) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        &format!(
            "{TABLE} INSERT INTO forum_users SELECT seq, CONCAT('m', seq), MD5(seq) FROM seq_1_to_2500;
             INSERT INTO forum_users VALUES (-5, 'guest', ''), (3000, 'x', '$6$salt$seeded-hash-must-not-be-shown'), (3001, 'y', NULL);"
        ),
    )
    .await;
    let page = Statement::new(
        "SELECT user_id AS id, user_password AS password FROM forum_users WHERE user_id > :after ORDER BY user_id LIMIT 1000",
    )
    .unwrap();
    let policy = Policy::new(["md5($pass)".parse().unwrap()]);
    let counts = format_counts(&mysql, &page, &policy).await.unwrap();
    assert_eq!(counts[0].accounts, 2_500);
    assert!(counts[0].supported);
    assert_eq!(
        counts.iter().map(|count| count.accounts).sum::<u64>(),
        2_503
    );
    assert_eq!(
        counts
            .iter()
            .filter(|count| !count.supported)
            .map(|count| count.accounts)
            .sum::<u64>(),
        3
    );
    assert!(!format!("{counts:?}").contains("seeded-hash"));
}

#[tokio::test]
async fn formats_are_counted_whatever_type_the_ids_have() {
    for kind in ["MEDIUMINT", "INT UNSIGNED", "BIGINT UNSIGNED", "VARCHAR(9)"] {
        let (_keep, mysql) = mariadb(
            "utf8mb4",
            "utf8mb4_general_ci",
            &format!("CREATE TABLE m (id {kind} PRIMARY KEY, p CHAR(32)); INSERT INTO m SELECT seq, MD5(seq) FROM seq_0_to_9;"),
        )
        .await;
        let page = Statement::new(
            "SELECT id AS id, p AS password FROM m WHERE id > :after ORDER BY id LIMIT 4",
        )
        .unwrap();
        let policy = Policy::new(["md5($pass)".parse().unwrap()]);
        let counts = format_counts(&mysql, &page, &policy).await.unwrap();
        assert_eq!(counts[0].accounts, 10, "{kind}");
    }
}

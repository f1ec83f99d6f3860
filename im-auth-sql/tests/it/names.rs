//! The column's own collation decides which names are the same.

use im_testkit::MariaDb;

use crate::support::{config, ids_of, mariadb, open, sqlite};

fn members(column: &str, names: &[&str]) -> String {
    let mut script = format!(
        "SET sql_mode = ''; CREATE TABLE members (id INT PRIMARY KEY AUTO_INCREMENT, name {column});\n"
    );
    for name in names {
        script += &format!("INSERT INTO members (name) VALUES ('{name}');\n");
    }
    script
}

#[tokio::test]
async fn latin1_swedish_folds_case_and_accents() {
    let script = members("VARCHAR(25)", &["Zoé", "straße", "O''Brien"]);
    let (_keep, database) = mariadb("latin1", "latin1_swedish_ci", &script).await;
    for (typed, found) in [
        ("Zoé", vec![1]),
        ("zoe", vec![1]),
        ("ZOE ", vec![1]),
        ("straße", vec![2]),
        ("strasse", vec![]),
        ("o'brien", vec![3]),
        (" Zoé", vec![]),
    ] {
        assert_eq!(ids_of(&database, typed).await, found, "{typed:?}");
    }
}

#[tokio::test]
async fn utf8mb3_folds_what_its_collation_folds() {
    let script = members("VARCHAR(25)", &["Łukasz", "straße", "Привет"]);
    let (_keep, database) = mariadb("utf8mb3", "utf8mb3_general_ci", &script).await;
    for (typed, found) in [
        ("Łukasz", vec![1]),
        ("łukasz", vec![1]),
        ("lukasz", vec![]),
        ("strase", vec![2]),
        ("ПРИВЕТ", vec![3]),
    ] {
        assert_eq!(ids_of(&database, typed).await, found, "{typed:?}");
    }
}

#[tokio::test]
async fn utf8mb3_bin_folds_nothing_but_trailing_spaces() {
    let script = members("VARCHAR(25)", &["Zoé"]);
    let (_keep, database) = mariadb("utf8mb3", "utf8mb3_bin", &script).await;
    for (typed, found) in [
        ("Zoé", vec![1]),
        ("zoé", vec![]),
        ("Zoe", vec![]),
        ("Zoé ", vec![1]),
    ] {
        assert_eq!(ids_of(&database, typed).await, found, "{typed:?}");
    }
}

#[tokio::test]
async fn utf8mb4_knows_every_character() {
    let script = members("VARCHAR(25)", &["fox🦊", "Ł"]);
    let (_keep, database) = mariadb("utf8mb4", "utf8mb4_unicode_ci", &script).await;
    assert_eq!(ids_of(&database, "FOX🦊").await, [1]);
    assert_eq!(ids_of(&database, "ł").await, [2]);
}

#[tokio::test]
async fn varbinary_is_compared_byte_by_byte_and_read_as_text() {
    let script = members("VARBINARY(60)", &["Zoé"]);
    let (_keep, database) = mariadb("utf8mb4", "utf8mb4_general_ci", &script).await;
    assert_eq!(ids_of(&database, "Zoé").await, [1]);
    assert_eq!(ids_of(&database, "zoé").await, [] as [i64; 0]);
    assert_eq!(ids_of(&database, "Zoé ").await, [] as [i64; 0]);
    let row = crate::support::row(&database, "SELECT name AS name FROM members").await;
    assert_eq!(row.text("name").unwrap(), "Zoé");
}

#[tokio::test]
async fn a_name_the_column_cannot_hold_is_nobody() {
    for (charset, collation) in [
        ("latin1", "latin1_swedish_ci"),
        ("latin1", "latin1_bin"),
        ("ascii", "ascii_general_ci"),
        ("utf8mb3", "utf8mb3_general_ci"),
        ("utf8mb3", "utf8mb3_bin"),
        ("utf8mb4", "utf8mb4_unicode_520_ci"),
    ] {
        let names = ["alice", "?lice", "????", "?", ""];
        let (_keep, database) = mariadb(charset, collation, &members("VARCHAR(25)", &names)).await;
        for typed in ["Łlice", "🦊", "🦊lice", "\u{10ffff}", "日本"] {
            let found = ids_of(&database, typed).await;
            // Characters without weight equal the empty name in some collations: the product's business.
            assert!(
                found.iter().all(|id| *id == 5),
                "{collation} {typed:?}: {found:?}"
            );
        }
        assert_eq!(
            ids_of(&database, "ALICE").await.is_empty(),
            collation.ends_with("bin")
        );
    }
}

#[tokio::test]
async fn the_rest_of_a_condition_still_decides_when_a_text_cannot_be_held() {
    let script = members("VARCHAR(25)", &["alice"]);
    let (_keep, database) = mariadb("latin1", "latin1_swedish_ci", &script).await;
    let statement =
        crate::support::statement("SELECT id AS id FROM members WHERE name = :login OR id = :id");
    let rows = database
        .fetch_all(&statement, &[("login", "🦊".into()), ("id", 1.into())])
        .await
        .unwrap();
    assert_eq!(
        rows.len(),
        1,
        "a ban by address holds whatever the e-mail address looks like"
    );
}

#[tokio::test]
async fn columns_that_do_not_mix_are_a_schema_error_and_no_unknown_user() {
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE a (x VARCHAR(9) COLLATE utf8mb4_general_ci); CREATE TABLE b (x VARCHAR(9) COLLATE utf8mb4_unicode_ci);",
    )
    .await;
    let statement =
        crate::support::statement("SELECT a.x AS x FROM a JOIN b ON a.x = b.x WHERE a.x = :login");
    let error = database
        .fetch_all(&statement, &[("login", "plain".into())])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "schema");
    let error = database
        .fetch_all(&statement, &[("login", "Zoé".into())])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "schema");
}

#[tokio::test]
async fn quotes_wildcards_and_backslashes_are_only_characters() {
    let names = ["100%", "a_b", "a''b", "a\\\\b", "x; DROP TABLE members"];
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        &members("VARCHAR(25)", &names),
    )
    .await;
    for (typed, found) in [
        ("100%", vec![1]),
        ("%", vec![]),
        ("a_b", vec![2]),
        ("a'b", vec![3]),
        ("a\\b", vec![4]),
        ("x; DROP TABLE members", vec![5]),
        ("' OR 1=1 -- ", vec![]),
        ("\\' OR 1=1 -- ", vec![]),
        ("a\0b", vec![]),
        (&"x".repeat(100_000), vec![]),
    ] {
        assert_eq!(ids_of(&database, typed).await, found, "{typed:.40?}");
    }
}

#[tokio::test]
async fn sqlite_compares_as_the_column_says() {
    let (_keep, database) = sqlite(
        "CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
         INSERT INTO members (name) VALUES ('Alice'), ('Zoé🦊');",
    )
    .await;
    assert_eq!(ids_of(&database, "aLICE").await, [1]);
    assert_eq!(ids_of(&database, "zoé🦊").await, [2]);
    assert_eq!(ids_of(&database, "Alice ").await, [] as [i64; 0]);
}

#[tokio::test]
async fn an_old_server_is_asked_in_utf8_and_finds_no_question_marks() {
    let database = MariaDb::shared()
        .await
        .create_database("utf8mb3", "utf8mb3_general_ci")
        .await;
    database
        .execute(&members("VARCHAR(25)", &["Łukasz", "????"]))
        .await;
    let mut config = config(&database.reader_url());
    config.old_server = true;
    let foreign = open(config);
    assert_eq!(ids_of(&foreign, "łukasz").await, [1]);
    assert_eq!(ids_of(&foreign, "🦊").await, [] as [i64; 0]);
    assert_eq!(ids_of(&foreign, "????").await, [2]);
}

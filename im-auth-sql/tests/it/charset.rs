//! Tables whose columns are declared latin1 and hold something else.

use im_auth_sql::{DatabaseConfig, ForeignDatabase};
use im_testkit::{MariaDb, TestDatabase};

use crate::support::{config, ids_of, open, row};

async fn board(charset: &str, names: &[&[u8]]) -> (TestDatabase, ForeignDatabase) {
    let database = MariaDb::shared()
        .await
        .create_database("latin1", "latin1_swedish_ci")
        .await;
    let mut script =
        b"CREATE TABLE members (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(25));\n".to_vec();
    for name in names {
        script.extend_from_slice(b"INSERT INTO members (name) VALUES ('");
        script.extend_from_slice(name);
        script.extend_from_slice(b"');\n");
    }
    database.execute_bytes("latin1", &script).await;
    let foreign = open(DatabaseConfig {
        charset: Some(charset.parse().unwrap()),
        ..config(&database.reader_url())
    });
    (database, foreign)
}

#[tokio::test]
async fn windows_1251_in_latin1() {
    let (_keep, database) = board(
        "bytes:windows-1251",
        &[b"\xcf\xf0\xe8\xe2\xe5\xf2", b"plain"],
    )
    .await;
    assert_eq!(ids_of(&database, "Привет").await, [1]);
    assert_eq!(
        ids_of(&database, "PLAIN").await,
        [2],
        "the column's collation still decides"
    );
    assert_eq!(
        ids_of(&database, "Ïðèâåò").await,
        [] as [i64; 0],
        "what the bytes look like in latin1"
    );
    let row = row(&database, "SELECT name AS name FROM members WHERE id = 1").await;
    assert_eq!(row.text("name").unwrap(), "Привет");
    assert_eq!(row.bytes("name").unwrap(), b"\xcf\xf0\xe8\xe2\xe5\xf2");
}

#[tokio::test]
async fn utf8_in_latin1() {
    let (_keep, database) = board(
        "bytes:utf-8",
        &["Zoé".as_bytes(), "日本".as_bytes(), b"Zo\xeb"],
    )
    .await;
    assert_eq!(ids_of(&database, "Zoé").await, [1]);
    assert_eq!(ids_of(&database, "日本").await, [2]);
    let name = row(&database, "SELECT name AS name FROM members WHERE id = 1").await;
    assert_eq!(name.text("name").unwrap(), "Zoé");
    let name = row(&database, "SELECT name AS name FROM members WHERE id = 3").await;
    assert_eq!(
        name.text("name").unwrap(),
        "Zoë",
        "a row from before the board changed to UTF-8"
    );
}

#[tokio::test]
async fn letters_the_charset_lacks_are_compared_as_entities() {
    let (_keep, database) = board("bytes:windows-1252", &[b"&#321;ukasz", b"5 \x80"]).await;
    assert_eq!(ids_of(&database, "Łukasz").await, [1]);
    assert_eq!(ids_of(&database, "5 €").await, [2]);
}

#[tokio::test]
async fn every_byte_passes_both_ways() {
    let bytes: Vec<u8> = (0x80..=0xff).collect();
    let (_keep, database) = board(
        "bytes:windows-1252",
        &[
            &bytes[..25],
            &bytes[25..50],
            &bytes[50..75],
            &bytes[75..100],
            &bytes[100..125],
            &bytes[125..],
        ],
    )
    .await;
    let rows = database
        .fetch_all(
            &crate::support::statement("SELECT name AS name FROM members ORDER BY id"),
            &[],
        )
        .await
        .unwrap();
    let read: Vec<u8> = rows
        .iter()
        .flat_map(|row| row.bytes("name").unwrap())
        .collect();
    assert_eq!(read, bytes);
    for (at, row) in rows.iter().enumerate() {
        let name = row.text("name").unwrap();
        assert!(
            ids_of(&database, &name).await.contains(&(at as i64 + 1)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn without_the_option_the_database_converts() {
    let database = MariaDb::shared()
        .await
        .create_database("cp1251", "cp1251_general_ci")
        .await;
    database
        .execute("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(25)); INSERT INTO members VALUES (1, 'Привет')")
        .await;
    let foreign = open(config(&database.reader_url()));
    assert_eq!(ids_of(&foreign, "ПРИВЕТ").await, [1]);
    assert_eq!(ids_of(&foreign, "Zoé").await, [] as [i64; 0]);
    let row = row(&foreign, "SELECT name AS name FROM members").await;
    assert_eq!(row.text("name").unwrap(), "Привет");
}

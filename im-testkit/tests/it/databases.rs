use std::time::Duration;

use im_testkit::{MariaDb, SqliteFile};
use sqlx::mysql::MySqlConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Executor, SqliteConnection};

#[tokio::test]
async fn the_owner_writes_and_the_reader_only_reads() {
    let database = MariaDb::shared()
        .await
        .create_database("latin1", "latin1_swedish_ci")
        .await;
    let mut owner = MySqlConnection::connect(&database.owner_url())
        .await
        .unwrap();
    owner
        .execute("CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(25))")
        .await
        .unwrap();
    owner
        .execute("INSERT INTO members VALUES (1, 'Zoë')")
        .await
        .unwrap();

    let mut reader = MySqlConnection::connect(&database.reader_url())
        .await
        .unwrap();
    let found: (i32,) = sqlx::query_as("SELECT id FROM members WHERE name = 'zoe'")
        .fetch_one(&mut reader)
        .await
        .unwrap();
    assert_eq!(found.0, 1, "the collation decides");
    let refused = reader.execute("DELETE FROM members").await.unwrap_err();
    assert!(refused.to_string().contains("denied"), "{refused}");
    assert_eq!(
        database.value("SELECT name FROM members").await.unwrap(),
        "Zoë"
    );
}

#[tokio::test]
async fn bytes_of_another_character_set_are_stored_as_they_are() {
    let database = MariaDb::shared()
        .await
        .create_database("latin1", "latin1_swedish_ci")
        .await;
    database.execute("CREATE TABLE t (name VARCHAR(25))").await;
    // "Маша" in windows-1251, as a browser and an old forum sent it over a latin1 connection.
    database
        .execute_bytes("latin1", b"INSERT INTO t VALUES ('\xCC\xE0\xF8\xE0');")
        .await;
    let stored = database.value("SELECT HEX(name) FROM t").await.unwrap();
    assert_eq!(stored, "CCE0F8E0");
}

#[tokio::test]
async fn checksums_change_with_a_row_and_selects_are_counted() {
    let database = MariaDb::shared()
        .await
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    database
        .execute("CREATE TABLE a (x INT); CREATE TABLE b (x INT); INSERT INTO a VALUES (1);")
        .await;
    let before = database.checksums().await;
    assert_eq!(before.len(), 2);
    assert_eq!(before, database.checksums().await);
    database.execute("UPDATE a SET x = 2").await;
    let after = database.checksums().await;
    assert_ne!(before["a"], after["a"]);
    assert_eq!(before["b"], after["b"]);

    let mut reader = MySqlConnection::connect(&database.reader_url())
        .await
        .unwrap();
    let start = database.selects_by_reader().await;
    for _ in 0..3 {
        sqlx::query("SELECT x FROM a WHERE x = ?")
            .bind(2)
            .fetch_one(&mut reader)
            .await
            .unwrap();
    }
    assert_eq!(database.selects_by_reader().await - start, 3);

    database.clear().await;
    assert!(database.tables().await.is_empty());
}

#[tokio::test]
async fn a_stopped_server_refuses_and_comes_back_with_its_data() {
    let server = MariaDb::start().await;
    let database = server.create_database("utf8mb4", "utf8mb4_bin").await;
    database
        .execute("CREATE TABLE t (x INT) ENGINE=InnoDB; INSERT INTO t VALUES (42);")
        .await;
    server.stop().await;
    assert!(
        MySqlConnection::connect(&database.reader_url())
            .await
            .is_err()
    );
    server.restart().await;
    assert_eq!(database.value("SELECT x FROM t").await.unwrap(), "42");
    server.kill().await;
    assert!(
        MySqlConnection::connect(&database.reader_url())
            .await
            .is_err()
    );
    server.restart().await;
    assert_eq!(database.value("SELECT x FROM t").await.unwrap(), "42");
    let folder = database.socket().parent().unwrap().to_path_buf();
    drop(server);
    assert!(!folder.exists(), "the data folder goes with the server");
}

#[tokio::test]
async fn a_blocked_sqlite_file_cannot_be_read_until_the_block_ends() {
    let file = SqliteFile::create().await;
    file.execute("CREATE TABLE t (x TEXT, y); INSERT INTO t VALUES ('a', 7);")
        .await;
    let read = async || {
        let options: SqliteConnectOptions = file.url().parse().unwrap();
        let options = options
            .busy_timeout(Duration::from_millis(20))
            .read_only(true);
        let mut reader = SqliteConnection::connect_with(&options).await?;
        let row: (i64,) = sqlx::query_as("SELECT y FROM t")
            .fetch_one(&mut reader)
            .await?;
        Ok::<i64, sqlx::Error>(row.0)
    };
    let blocked = file.block().await;
    assert!(read().await.unwrap_err().to_string().contains("locked"));
    blocked.end().await;
    assert_eq!(read().await.unwrap(), 7);
}

#[tokio::test]
async fn a_sqlite_files_checksums_change_with_a_row() {
    let file = SqliteFile::create().await;
    file.execute("CREATE TABLE t (x TEXT, y); INSERT INTO t VALUES ('a', 7);")
        .await;
    let before = file.checksums().await;
    assert_eq!(file.checksums().await, before);
    assert_eq!(file.value("SELECT y FROM t").await.unwrap(), "7");
    file.execute("UPDATE t SET x = 'b'").await;
    assert_ne!(file.checksums().await, before);
    file.clear().await;
    assert!(file.tables().await.is_empty());
}

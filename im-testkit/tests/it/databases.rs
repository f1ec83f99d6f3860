use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use im_testkit::{MariaDb, SqliteFile};
use sqlx::mysql::MySqlConnection;
use sqlx::{Connection, Executor};

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

/// The other half of the next test: a process that starts a server, says where, and waits to be killed.
#[tokio::test]
async fn a_process_with_a_server() {
    if std::env::var_os("IM_TESTKIT_HOLD_A_SERVER").is_none() {
        return;
    }
    let server = MariaDb::shared().await;
    let database = server.create_database("latin1", "latin1_swedish_ci").await;
    eprintln!("socket {}", database.socket().display());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn the_server_ends_with_its_process_even_when_that_is_killed() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "databases::a_process_with_a_server",
            "--nocapture",
        ])
        .env("IM_TESTKIT_HOLD_A_SERVER", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stderr = std::io::BufReader::new(holder.stderr.take().unwrap());
    let socket = std::io::BufRead::lines(stderr)
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("socket ").map(PathBuf::from))
        .expect("the process says where its server is");
    assert!(socket.exists());
    holder.kill().unwrap(); // SIGKILL
    holder.wait().unwrap();
    let folder = socket.parent().unwrap();
    for _ in 0..500 {
        if !folder.exists() {
            assert!(std::os::unix::net::UnixStream::connect(&socket).is_err());
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} is still there", folder.display());
}

#[tokio::test]
async fn a_sqlite_file_can_be_taken_away_and_put_back() {
    let file = SqliteFile::create().await;
    file.execute("CREATE TABLE t (x TEXT, y); INSERT INTO t VALUES ('a', 7);")
        .await;
    let before = file.checksums().await;
    assert_eq!(file.value("SELECT y FROM t").await.unwrap(), "7");
    let blocked = file.block(true).await;
    assert!(!file.path().exists());
    blocked.end().await;
    assert_eq!(file.checksums().await, before);
    file.execute("UPDATE t SET x = 'b'").await;
    assert_ne!(file.checksums().await, before);
    file.clear().await;
    assert!(file.tables().await.is_empty());
}

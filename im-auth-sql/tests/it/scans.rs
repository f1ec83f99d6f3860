//! Statements that read a whole table: few at a time, whoever goes away.

use std::time::{Duration, Instant};

use im_auth_sql::Statement;
use im_testkit::TestDatabase;

use crate::sign_in::{always_a_row, lookup, members, try_in};
use crate::support::{config, mariadb, open, statement};

#[tokio::test]
async fn scans_leave_room_and_those_that_wait_too_long_are_told() {
    let (keep, _) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE seq (x INT); INSERT INTO seq SELECT seq FROM seq_1_to_400; CREATE TABLE members (id INT PRIMARY KEY); INSERT INTO members VALUES (1);",
    )
    .await;
    let mut config = config(&keep.reader_url());
    config.scan_timeout = Duration::from_millis(500);
    config.scans = 1;
    config.max_connections = 2;
    config.query_timeout = Duration::from_millis(1_500);
    let database = open(config);
    let slow = statement(
        "SELECT COUNT(*) AS n FROM seq a JOIN seq b JOIN seq c JOIN seq d WHERE a.x + b.x + c.x + d.x = -1",
    );
    // Whoever asked is gone; the server may still be busy.
    tokio::time::timeout(Duration::from_millis(100), database.fetch_scan(&slow, &[]))
        .await
        .unwrap_err();
    let error = database.fetch_scan(&slow, &[]).await.unwrap_err();
    assert_eq!(error.kind(), "busy", "{error}");
    let quick = statement("SELECT id AS id FROM members WHERE id = 1");
    assert_eq!(
        database.fetch_all(&quick, &[]).await.unwrap().len(),
        1,
        "others have room"
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    while database.fetch_scan(&quick, &[]).await.is_err() {
        assert!(Instant::now() < deadline, "the slot never comes back");
    }
}

#[tokio::test]
async fn while_scans_are_refused_a_remembered_name_costs_what_others_cost() {
    let script = format!(
        "{} CREATE TABLE seq (x INT); INSERT INTO seq SELECT seq FROM seq_1_to_400;",
        members("")
    );
    let (keep, _) = mariadb("utf8mb4", "utf8mb4_general_ci", &script).await;
    let mut config = config(&keep.reader_url());
    config.scans = 1;
    config.scan_timeout = Duration::from_millis(100);
    let database = open(config);
    let lookups = [lookup(&database), always_a_row(&database)];
    for lookup in &lookups {
        let first = try_in(&database, lookup, "alice", "secret of 1").await;
        assert_eq!(first.accepted(), "1");
    }
    let busy = {
        let database = database.clone();
        tokio::spawn(async move {
            let slow = "SELECT COUNT(*) AS n FROM seq a JOIN seq b JOIN seq c JOIN seq d WHERE a.x + b.x + c.x + d.x = -1";
            database.fetch_scan(&statement(slow), &[]).await
        })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    for lookup in &lookups {
        for name in ["alice", "bob", "nobody"] {
            let tried = try_in(&database, lookup, name, "wrong").await;
            assert_eq!((tried.statements, tried.verifications), (1, 1), "{name}");
            assert_eq!(tried.verdict.unwrap_err().kind(), "busy", "{name}");
        }
        let right = try_in(&database, lookup, "alice", "secret of 1").await;
        assert_eq!(right.accepted(), "1", "who was here before still comes in");
    }
    busy.abort();
}

/// A table that whoever reads it waits for.
async fn slow_to_read(reads: &str) -> (TestDatabase, Statement) {
    let script = format!(
        "CREATE TABLE members (id INT PRIMARY KEY); INSERT INTO members VALUES (1); \
         CREATE VIEW slow AS SELECT id FROM members WHERE SLEEP({reads}) = 0;"
    );
    let (keep, _) = mariadb("utf8mb4", "utf8mb4_general_ci", &script).await;
    (keep, statement("SELECT id AS id FROM slow"))
}

#[tokio::test]
async fn many_who_come_at_once_wait_for_their_turn() {
    let (keep, slow) = slow_to_read("0.1").await;
    let mut config = config(&keep.reader_url());
    // Each waits longer for the scans before its own than for anything else.
    config.acquire_timeout = Duration::from_secs(1);
    config.scan_timeout = Duration::from_secs(60);
    let database = open(config);
    let asked = (0..60).map(|_| database.fetch_scan(&slow, &[]));
    let started = Instant::now();
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer.unwrap().len(), 1);
    }
    assert!(started.elapsed() > Duration::from_secs(2), "two at a time");
}

#[tokio::test]
async fn the_queue_has_an_end() {
    let (keep, slow) = slow_to_read("1").await;
    let mut config = config(&keep.reader_url());
    config.scans = 1;
    config.query_timeout = Duration::from_secs(20);
    config.scan_timeout = Duration::from_secs(3);
    let database = open(config);
    let asked = (0..1_100).map(|_| async {
        let started = Instant::now();
        let answer = database.fetch_scan(&slow, &[]).await;
        (answer.map_err(|error| error.kind()), started.elapsed())
    });
    let answers = futures_util::future::join_all(asked).await;
    let refused = answers
        .iter()
        .filter(|(answer, _)| matches!(answer, Err("busy")));
    let (at_once, later): (Vec<_>, Vec<_>) =
        refused.partition(|(_, took)| *took < Duration::from_secs(3));
    // One runs, a thousand wait.
    assert_eq!(at_once.len(), 99);
    assert!(later.len() > 900, "{}", later.len());
    assert!(answers.iter().any(|(answer, _)| answer.is_ok()));
}

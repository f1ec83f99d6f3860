//! Networks break off in the middle, servers restart, people go away: the pool stays whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use im_auth_sql::{DatabaseConfig, ForeignDatabase};
use im_testkit::{CutProxy, MariaDb};

use crate::support::{config, open, row, statement};

const SLOTS: u32 = 4;
const WIDE: &str = "SELECT id AS id, filling AS filling FROM wide ORDER BY id";

fn wide() -> String {
    let mut script = "CREATE TABLE wide (id INT PRIMARY KEY, filling TEXT);".to_owned();
    for id in 0..40 {
        script += &format!("INSERT INTO wide VALUES ({id}, REPEAT('x', 1000));");
    }
    script
}

fn impatient(url: &str) -> DatabaseConfig {
    DatabaseConfig {
        max_connections: SLOTS,
        connect_timeout: Duration::from_secs(1),
        acquire_timeout: Duration::from_secs(2),
        query_timeout: Duration::from_secs(1),
        ..config(url)
    }
}

/// Small numbers that look random and are the same in every run.
struct Random(AtomicU64);

impl Random {
    fn below(&self, end: u64) -> u64 {
        let seed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (seed ^ (seed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 29)) % end
    }
}

/// For some seconds, questions that are dropped at any moment.
async fn drop_in_the_middle(database: &ForeignDatabase, seconds: u64) -> (u64, u64) {
    let random = Arc::new(Random(AtomicU64::new(7)));
    let end = Instant::now() + Duration::from_secs(seconds);
    let counts = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
    let people = (0..12).map(|_| {
        let (database, random, counts) =
            (database.clone(), Arc::clone(&random), Arc::clone(&counts));
        tokio::spawn(async move {
            let wide = statement(WIDE);
            while Instant::now() < end {
                let patience = Duration::from_millis(1 + random.below(40));
                match tokio::time::timeout(patience, database.fetch_all(&wide, &[])).await {
                    Ok(_) => counts.0.fetch_add(1, Ordering::Relaxed),
                    Err(_) => counts.1.fetch_add(1, Ordering::Relaxed),
                };
            }
        })
    });
    for one in people.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    (
        counts.0.load(Ordering::Relaxed),
        counts.1.load(Ordering::Relaxed),
    )
}

/// As many questions at once as there are slots, several times over: each must hold one.
async fn every_slot_answers(database: &ForeignDatabase) {
    for round in 0..5 {
        let asking: Vec<_> = (0..SLOTS)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move {
                    // Long enough for all to overlap.
                    let slow = statement("SELECT COUNT(*) AS n FROM wide a JOIN wide b JOIN wide c WHERE LENGTH(a.filling) > 0");
                    database.fetch_all(&slow, &[]).await.map(|rows| rows[0].int("n").unwrap())
                })
            })
            .collect();
        for one in asking {
            assert_eq!(one.await.unwrap().unwrap(), 64_000, "round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_go_away_in_the_middle_leave_every_slot_usable() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let proxy = CutProxy::to(server.port());
    let database = open(impatient(&keep.reader_url_at(proxy.port())));
    // As the packets of an Ethernet come, and not all at once.
    proxy.chunk(1_448);
    proxy.delay(Duration::from_micros(500));
    let (answered, dropped) = drop_in_the_middle(&database, 6).await;
    assert!(
        dropped > 100,
        "{dropped} were dropped, {answered} answered: nothing was tried"
    );
    proxy.restore().await;
    every_slot_answers(&database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_stop_in_the_middle_leave_every_slot_usable() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let proxy = CutProxy::to(server.port());
    let database = open(impatient(&keep.reader_url_at(proxy.port())));
    every_slot_answers(&database).await;
    for _ in 0..2 {
        proxy.stall_after(1_448);
        drop_in_the_middle(&database, 1).await;
        let start = Instant::now();
        let error = database.fetch_all(&statement(WIDE), &[]).await.unwrap_err();
        assert_eq!(error.kind(), "unavailable");
        assert!(
            start.elapsed() < Duration::from_secs(8),
            "every wait has a limit"
        );
        proxy.restore().await;
        every_slot_answers(&database).await;
        proxy.cut_after(1_448);
        let error = database.fetch_all(&statement(WIDE), &[]).await.unwrap_err();
        assert_eq!(error.kind(), "unavailable");
        proxy.restore().await;
        every_slot_answers(&database).await;
    }
}

#[tokio::test]
async fn a_cut_line_is_unavailable_and_recovers_by_itself() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let proxy = CutProxy::to(server.port());
    let database = open(impatient(&keep.reader_url_at(proxy.port())));
    row(&database, "SELECT 1 AS x").await;
    proxy.cut().await;
    for _ in 0..10 {
        let start = Instant::now();
        let error = database
            .fetch_all(&statement("SELECT 1 AS x"), &[])
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "unavailable");
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "a refused port is known at once"
        );
    }
    proxy.restore().await;
    row(&database, "SELECT 1 AS x").await;
}

#[tokio::test]
async fn connections_that_died_silently_are_replaced() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let proxy = CutProxy::to(server.port());
    let database = open(impatient(&keep.reader_url_at(proxy.port())));
    every_slot_answers(&database).await;
    let before = proxy.accepted();
    // As a firewall forgets them: the line is fine again, and nobody told these connections.
    proxy.stall();
    let start = Instant::now();
    assert!(database.fetch_all(&statement(WIDE), &[]).await.is_err());
    proxy.restore().await;
    row(&database, "SELECT 1 AS x").await;
    assert!(start.elapsed() < Duration::from_secs(8));
    assert!(proxy.accepted() > before);
}

#[tokio::test]
async fn a_server_that_was_killed_is_used_again_without_a_restart_of_ours() {
    let server = MariaDb::start().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let database = open(impatient(&keep.reader_url()));
    every_slot_answers(&database).await;
    server.kill().await;
    let error = database.fetch_all(&statement(WIDE), &[]).await.unwrap_err();
    assert_eq!(error.kind(), "unavailable", "{error}");
    server.restart().await;
    assert_eq!(
        database
            .fetch_all(&statement(WIDE), &[])
            .await
            .unwrap()
            .len(),
        40,
        "the very first question"
    );
    every_slot_answers(&database).await;
}

#[tokio::test]
async fn a_connection_that_the_server_kills_is_not_noticed() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let database = open(impatient(&keep.reader_url()));
    for _ in 0..5 {
        let id = row(&database, "SELECT CONNECTION_ID() AS id")
            .await
            .int("id")
            .unwrap();
        keep.execute(&format!("KILL {id}")).await;
        row(&database, "SELECT 1 AS x").await;
    }
}

#[tokio::test]
async fn no_more_connections_are_opened_than_allowed() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    keep.execute(&wide()).await;
    let proxy = CutProxy::to(server.port());
    let database = open(config(&keep.reader_url_at(proxy.port())));
    let asking: Vec<_> = (0..100)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                database
                    .fetch_all(&statement(WIDE), &[])
                    .await
                    .map(|rows| rows.len())
            })
        })
        .collect();
    for one in asking {
        assert_eq!(one.await.unwrap().unwrap(), 40);
    }
    assert_eq!(proxy.accepted(), 4);
}

#[tokio::test]
async fn nothing_is_connected_before_the_first_question() {
    let server = MariaDb::shared().await;
    let keep = server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await;
    let proxy = CutProxy::to(server.port());
    let database = open(config(&keep.reader_url_at(proxy.port())));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(proxy.accepted(), 0);
    row(&database, "SELECT 1 AS x").await;
    assert_eq!(proxy.accepted(), 1);
}

//! A database is gone for a while: the foreign one, or the messenger's own.

use std::time::{Duration, Instant};

use im_testkit::{CutProxy, MariaDb};

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Phpbb2, Site, Store, StoreKind, TestApp, User, on_both_stores};

on_both_stores!(an_outage_stops_sign_ins_and_nothing_else);

/// The time limits below, and what a busy machine may need on top.
const WITHIN: Duration = Duration::from_secs(5);

async fn refused_in_time(site: &Site) {
    let started = Instant::now();
    site.try_sign_in("Alice", "horse battery")
        .await
        .problem(503, "directory_unavailable");
    assert!(started.elapsed() < WITHIN, "{:?}", started.elapsed());
}

/// Signing in works again by itself.
async fn recovered(site: &Site) {
    for _ in 0..150 {
        if site.try_sign_in("Alice", "horse battery").await.status == 201 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("sign-ins do not recover");
}

async fn an_outage_stops_sign_ins_and_nothing_else(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Bob", "horse battery").await;
    let line = CutProxy::to(forum.database.port());
    let store = Store::new(kind).await;
    let url = forum.database.reader_url_at(line.port());
    // The usual limits on guessing: an outage must not use them up.
    let conf = Conf::new(&store)
        .throttle("")
        .table(&format!(
            "[realm.phpbb2]\nsystem = \"phpbb2\"\ndatabase = \"{url}\"\nprefix = \"phpbb_\"\n\
             connect_timeout = \"1s\"\nacquire_timeout = \"1s\"\nquery_timeout = \"1s\"\ntimeout = \"2s\"\n"
        ))
        .site("/im/", &["phpbb2"], "standing_interval = \"1s\"");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    let alice = site.sign_in("Alice", "horse battery").await;
    let bob = site.sign_in("Bob", "horse battery").await;
    befriend(&alice, &bob).await;
    let talk = conversation(&alice, &bob).await;
    let mut stream = bob.events(None).await;

    line.cut().await;
    for _ in 0..12 {
        refused_in_time(&site).await;
    }
    say(&alice, &talk, "still here").await;
    assert_eq!(stream.message().await, "still here");
    // Several rounds of re-checks go by; nobody is sent away because nobody can be asked.
    tokio::time::sleep(Duration::from_secs(3)).await;
    alice.get("api/v1/me").await.expect(200);
    line.restore().await;
    recovered(&site).await;

    line.stall();
    refused_in_time(&site).await;
    say(&alice, &talk, "and still").await;
    assert_eq!(stream.message().await, "and still");
    line.restore().await;
    recovered(&site).await;

    assert_eq!(history(&bob, &talk).await, ["still here", "and still"]);
    forum.run(&forum.board.ban(3)).await;
    assert_eq!(stream.closed().await, 4001, "re-checks have recovered too");
}

/// The store is said to be away, and soon.
async fn away(user: &User) {
    let started = Instant::now();
    user.get("api/v1/me")
        .await
        .problem(503, "store_unavailable");
    assert!(started.elapsed() < 2 * WITHIN, "{:?}", started.elapsed());
}

async fn back(user: &User) {
    for _ in 0..150 {
        if user.get("api/v1/me").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the store is not found again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_away_is_said_to_be_away_and_nothing_is_lost() {
    let server = MariaDb::shared().await;
    let database = server.create_database("utf8mb4", "utf8mb4_bin").await;
    let line = CutProxy::to(database.port());
    let url = database.owner_url();
    let through = url.replace(
        &format!(":{}/", database.port()),
        &format!(":{}/", line.port()),
    );
    assert_ne!(url, through);
    let conf = Conf::with_url(&through).site("/im/", &["local"], "");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let talk = conversation(&anna, &berta).await;
    let mut stream = berta.events(None).await;

    let root = app.site("/");
    for round in 0..2 {
        if round == 0 {
            line.cut().await;
        } else {
            line.stall();
        }
        away(&anna).await;
        site.try_sign_in("Anna", "long enough")
            .await
            .problem(503, "store_unavailable");
        root.get("readyz").await.problem(503, "not_ready");
        assert_eq!(root.get("healthz").await.text, "ok\n");
        site.get("api/v1/site").await.expect(200);
        line.restore().await;
        back(&anna).await;
        assert_eq!(root.get("readyz").await.text, "ready\n");
        // Who was there all the time has missed nothing.
        let text = format!("after round {round}");
        say(&anna, &talk, &text).await;
        assert_eq!(stream.message().await, text);
    }
}

//! The foreign database is gone for a while.

use std::time::{Duration, Instant};

use im_testkit::CutProxy;

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Phpbb2, Site, Store, StoreKind, TestApp, on_both_stores};

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

//! Coming back to the event stream.

use crate::support::talk::{befriend, conversation, say};
use crate::support::{Conf, Store, StoreKind, TestApp, json, on_both_stores};

on_both_stores!(who_comes_back_misses_nothing_and_sees_nothing_twice);

async fn who_comes_back_misses_nothing_and_sees_nothing_twice(kind: StoreKind) {
    let store = Store::new(kind).await;
    let app = TestApp::start(&Conf::new(&store).site("/im/", &["local"], "")).await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let talk = conversation(&anna, &berta).await;
    let mut stream = berta.events(None).await;
    let mut seen = Vec::new();
    for round in 0..5 {
        say(&anna, &talk, &format!("{round} while there")).await;
        seen.push(stream.message().await);
        let last = stream.last;
        drop(stream);
        say(&anna, &talk, &format!("{round} while away")).await;
        // The socket itself checks that no number is left out or comes twice.
        stream = berta.events(Some(last)).await;
        seen.push(stream.message().await);
    }
    let expected: Vec<String> = (0..5)
        .flat_map(|round| {
            [
                format!("{round} while there"),
                format!("{round} while away"),
            ]
        })
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_frame_says_who_is_there() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let _berta = berta.events(None).await;
    let stream = anna.events(None).await;
    assert_eq!(
        stream.snapshot["data"]["presence"][&berta.id]["state"],
        "online"
    );
    assert_eq!(
        stream.snapshot["data"]["me"],
        json!({ "state": "online", "reason": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_is_seen_by_contacts() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = site.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let mut stream = anna.events(None).await;
    berta.sign_out().await;
    stream.presence(&berta.id, "offline").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_from_the_future_or_nonsense_is_no_reason_to_fall_over() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let mut stream = anna.events(Some(1_000_000)).await;
    assert_eq!(stream.next("reset").await["last_event"], 0);
    let answer = anna
        .site
        .http
        .get(format!("{}api/v1/events?after=x", anna.site.url))
        .headers(anna.site.headers.clone())
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
}

//! A storm of sign-ins does not stall conversations.
//!
//! A program of its own, since what it measures would be spoilt by other tests that run beside it.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    unused_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "the helpers belong to the other tests, which use all of them"
)]

#[path = "it/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::talk::{befriend, conversation};
use support::{Conf, Phorum, Socket, Store, StoreKind, TestApp, User, json};

/// "correct horse 42", as Phorum 6 stores it.
const BCRYPT: &str = "$2y$10$/OK.fbVrR/bpIqNJ5ianF.IGcsXUFpAwltb/7Pen6LYR5w9KMZisO";
const SIGN_INS: i64 = 200;

/// A Phorum 6 whose members have bcrypt passwords.
async fn phorum_6() -> Phorum {
    let forum = Phorum::new().await;
    let script: String = (1..=SIGN_INS)
        .map(|number| {
            let member = im_auth_phorum::sample::Member::new(format!("member-{number}"), "x");
            forum.board.register(&member.id(number))
        })
        .collect();
    forum
        .run(&format!(
            "{script}\
             ALTER TABLE phorum_users MODIFY password varchar(255) NOT NULL DEFAULT '', \
             MODIFY password_temp varchar(255) NOT NULL DEFAULT '';\n\
             UPDATE phorum_users SET password = '{BCRYPT}', password_temp = '';\n"
        ))
        .await;
    forum
}

/// From the sending to the other's event, one message after the other, for as long as `going` says.
async fn deliveries(
    from: &User,
    stream: &mut Socket,
    talk: &str,
    name: &str,
    mut going: impl FnMut(usize) -> bool,
) -> Vec<Duration> {
    let path = format!("api/v1/conversations/{talk}/messages");
    let mut times = Vec::new();
    while going(times.len()) {
        let text = format!("{name} {}", times.len());
        let started = Instant::now();
        let sent = from.post(&path, json!({ "text": text, "client_id": text }));
        let (answer, seen) = tokio::join!(sent, stream.message());
        times.push(started.elapsed());
        answer.expect(201);
        assert_eq!(seen, text);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times.sort();
    times
}

fn p99(times: &[Duration]) -> Duration {
    times[times.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delivery_stays_within_three_times_its_quiet_time() {
    let forum = phorum_6().await;
    let store = Store::new(StoreKind::Sqlite).await;
    let url = forum.database.reader_url();
    let conf = Conf::new(&store)
        .limits("request_timeout = \"60s\"\nregistrations_per_address = 10")
        .table(&format!(
            "[realm.phorum]\nsystem = \"phorum\"\ndatabase = \"{url}\"\nprefix = \"phorum\"\ntimeout = \"60s\"\n\
             acquire_timeout = \"30s\"\n"
        ))
        .site("/im/", &["phorum"], "")
        .site("/own/", &["local"], "");
    let app = TestApp::start(&conf).await;
    let own = app.site("/own/");
    let anna = own.register("Anna", "long enough").await;
    let berta = own.register("Berta", "long enough").await;
    befriend(&anna, &berta).await;
    let talk = conversation(&anna, &berta).await;
    let mut stream = berta.events(None).await;
    // Warm-up: connections, caches, the first checkpoint.
    deliveries(&anna, &mut stream, &talk, "warm", |count| count < 50).await;
    let quiet = deliveries(&anna, &mut stream, &talk, "quiet", |count| count < 400).await;

    let site = app.site("/im/");
    let started = Instant::now();
    let storm: Vec<_> = (1..=SIGN_INS)
        .map(|number| {
            let site = site.clone();
            tokio::spawn(async move {
                let name = format!("member-{number}");
                site.try_sign_in(&name, "correct horse 42").await.status
            })
        })
        .collect();
    let stormy = deliveries(&anna, &mut stream, &talk, "stormy", |_| {
        storm.iter().any(|sign_in| !sign_in.is_finished())
    })
    .await;
    let took = started.elapsed();
    let mut statuses = Vec::new();
    for sign_in in storm {
        statuses.push(sign_in.await.unwrap());
    }
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    assert!(
        stormy.len() >= 100,
        "the storm was over after {} messages",
        stormy.len()
    );
    let (calm, rough) = (p99(&quiet), p99(&stormy));
    println!(
        "p99 of {} quiet deliveries {calm:?}, of {} during {SIGN_INS} sign-ins in {took:?} {rough:?}",
        quiet.len(),
        stormy.len()
    );
    assert!(rough <= calm * 3, "quiet {calm:?}, stormy {rough:?}");
}

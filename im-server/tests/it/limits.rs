//! Limits hold when everybody comes at once.

use std::sync::Arc;
use std::time::Duration;

use im_core::{Clock, ManualClock, SystemClock};

use crate::support::{
    Answer, Conf, Phpbb2, Process, Site, Socket, Store, StoreKind, TestApp, User, json,
    on_both_stores,
};

on_both_stores!(
    eighty_at_once_leave_exactly_fifty_connected,
    ten_requests_at_once_leave_exactly_three_contacts,
);

/// A board with so many members, `member-1` and so on.
async fn board(members: i64) -> Phpbb2 {
    let forum = Phpbb2::new().await;
    let script: String = (1..=members)
        .map(|number| {
            let member =
                im_auth_phpbb2::sample::Member::new(format!("member-{number}"), "horse battery");
            forum.board.register(&member.id(number + 1))
        })
        .collect();
    forum.run(&script).await;
    forum
}

/// Everybody signs in at the same moment, in turns at these sites.
async fn all_at_once(sites: &[Site], members: i64) -> Vec<(Site, Answer)> {
    let tries = (1..=members).map(|number| {
        let site = sites[number as usize % sites.len()].clone();
        tokio::spawn(async move {
            let answer = site
                .try_sign_in(&format!("member-{number}"), "horse battery")
                .await;
            (site, answer)
        })
    });
    let tries: Vec<_> = tries.collect();
    let mut answers = Vec::new();
    for attempt in tries {
        answers.push(attempt.await.unwrap());
    }
    answers
}

/// Exactly so many were let in, and are still there; all others were told that the site is full.
async fn exactly(answers: Vec<(Site, Answer)>, expected: usize) -> Vec<User> {
    let mut inside = Vec::new();
    let total = answers.len();
    let mut full = 0;
    for (site, answer) in answers {
        if answer.status == 201 {
            inside.push(site.user(&answer.body));
        } else {
            answer.problem(503, "site_full");
            full += 1;
        }
    }
    assert_eq!((inside.len(), full), (expected, total - expected));
    for user in &inside {
        user.get("api/v1/me").await.expect(200);
    }
    inside
}

async fn eighty_at_once_leave_exactly_fifty_connected(kind: StoreKind) {
    // Figures are those of the process, which runs other tests too.
    let path = match kind {
        StoreKind::Sqlite => "/fifty/",
        StoreKind::MariaDb => "/fifty-too/",
    };
    let forum = board(80).await;
    let store = Store::new(kind).await;
    let conf = forum
        .realm(Conf::new(&store))
        .site(path, &["phpbb2"], "max_connected = 50");
    let app = TestApp::start(&conf).await;
    let answers = all_at_once(&[app.site(path)], 80).await;
    let inside = exactly(answers, 50).await;
    let metrics = app.site("/").get("metrics").await.text;
    assert!(
        metrics.contains(&format!("im_connected{{site=\"{path}\"}} 50")),
        "{metrics}"
    );
    // Who leaves makes room for one.
    inside[0].sign_out().await;
    let answers = all_at_once(&[app.site(path)], 80).await;
    let known: usize = answers
        .iter()
        .filter(|(_, answer)| answer.status == 201)
        .count();
    assert_eq!(known, 50, "the 49 who are connected, and one more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eighty_at_once_leave_exactly_fifty_connected_in_two_processes() {
    let forum = board(80).await;
    let store = Store::new(StoreKind::MariaDb).await;
    let conf = forum
        .realm(Conf::new(&store))
        .site("/im/", &["phpbb2"], "max_connected = 50");
    let one = Process::start(&conf, &store.file("one.toml")).await;
    let two = Process::start(&conf, &store.file("two.toml")).await;
    let answers = all_at_once(&[one.site("/im/"), two.site("/im/")], 80).await;
    exactly(answers, 50).await;
}

async fn ten_requests_at_once_leave_exactly_three_contacts(kind: StoreKind) {
    let store = Store::new(kind).await;
    let conf = Conf::new(&store).site(
        "/im/",
        &["local"],
        "newcomers_local = \"at_once\", max_contacts = 3",
    );
    let app = TestApp::start(&conf).await;
    three_of_ten(&[app.site("/im/")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_requests_at_once_leave_exactly_three_contacts_in_two_processes() {
    let store = Store::new(StoreKind::MariaDb).await;
    let conf = Conf::new(&store).site(
        "/im/",
        &["local"],
        "newcomers_local = \"at_once\", max_contacts = 3",
    );
    let one = Process::start(&conf, &store.file("one.toml")).await;
    let two = Process::start(&conf, &store.file("two.toml")).await;
    three_of_ten(&[one.site("/im/"), two.site("/im/")]).await;
}

/// Anna asks ten people at once, in turns at these sites, which share a store.
async fn three_of_ten(sites: &[Site]) {
    let mut others = Vec::new();
    for number in 0..10 {
        let name = format!("other-{number}");
        others.push(sites[0].sign_in(&name, "long enough").await.id);
    }
    let mut annas = Vec::new();
    for site in sites {
        annas.push(site.sign_in("Anna", "long enough").await);
    }
    let asked: Vec<_> = others
        .into_iter()
        .enumerate()
        .map(|(index, id)| {
            let anna = annas[index % annas.len()].clone();
            tokio::spawn(async move { anna.post("api/v1/contacts", json!({ "user": id })).await })
        })
        .collect();
    let mut made = 0;
    for attempt in asked {
        let answer = attempt.await.unwrap();
        if answer.status == 201 {
            made += 1;
        } else {
            answer.problem(409, "too_many_contacts");
        }
    }
    assert_eq!(made, 3);
    let list = annas[0].get("api/v1/contacts").await.expect(200);
    assert_eq!(list["contacts"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_their_place_at_a_full_site_is_told_so_and_keeps_the_session() {
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "max_connected = 1");
    let now = SystemClock.now();
    let clock = Arc::new(ManualClock::at(now));
    let app = TestApp::with_clock(&conf, Arc::<ManualClock>::clone(&clock)).await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let berta = json!({ "username": "Berta", "password": "long enough" });
    site.post("api/v1/registration", berta)
        .await
        .problem(503, "site_full");
    // Nothing was made for her: once a place is free, the name is still hers to take.
    clock.advance(Duration::from_secs(61));
    let berta = site.register("Berta", "long enough").await;
    anna.get("api/v1/me").await.problem(503, "site_full");
    let browser = site
        .with("origin", &app.base)
        .with("cookie", &format!("im_session={}", anna.token));
    let mut stream = Socket::raw(&browser, None).await.unwrap();
    assert_eq!(stream.closed().await, 4013);
    berta.sign_out().await;
    anna.get("api/v1/me").await.expect(200);
}

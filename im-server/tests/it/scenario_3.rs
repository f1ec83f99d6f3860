//! Scenario 3: two addresses with different options share one store, in one process and in two.

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{
    Conf, Process, Site, Store, StoreKind, TestApp, User, Value, json, on_both_stores,
};

on_both_stores!(two_addresses_share_their_people_and_not_their_options);

fn conf(store: &Store) -> Conf {
    Conf::new(store)
        .site(
            "/intramessenger-a/",
            &["local"],
            "max_contacts = 3, max_connected = 4",
        )
        .site(
            "/intramessenger-b/",
            &["local"],
            "max_contacts = 20, max_connected = 8",
        )
        .table("[role.staff]\noptions = { max_contacts = 6 }")
}

async fn two_addresses_share_their_people_and_not_their_options(kind: StoreKind) {
    let store = Store::new(kind).await;
    let app = TestApp::start(&conf(&store)).await;
    let (a, b) = (
        app.site("/intramessenger-a/"),
        app.site("/intramessenger-b/"),
    );
    let role = async |name: &str| {
        let local = im_core::Realm::local();
        app.app
            .messenger
            .set_role(&local, name, Some("staff"))
            .await
            .unwrap();
    };
    play(&a, &b, role).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_on_one_store_are_one_messenger() {
    let store = Store::new(StoreKind::MariaDb).await;
    let conf = conf(&store);
    let one = Process::start(&conf, &store.file("one.toml")).await;
    let two = Process::start(&conf, &store.file("two.toml")).await;
    let file = store.file("one.toml");
    let role = async |name: &str| {
        let file = file.to_str().unwrap();
        let who = format!("local:{name}");
        let done =
            crate::support::process::run(&["admin", "--config", file, "role", &who, "staff"]);
        assert!(done.status.success(), "{done:?}");
    };
    play(
        &one.site("/intramessenger-a/"),
        &two.site("/intramessenger-b/"),
        role,
    )
    .await;
    assert!(
        one.terminate().await && two.terminate().await,
        "both stop in good order"
    );
}

fn limits(site: &Value) -> (u64, u64) {
    let limit = |name: &str| site["limits"][name].as_u64().unwrap();
    (limit("max_contacts"), limit("max_connected"))
}

async fn play(a: &Site, b: &Site, give_role: impl AsyncFn(&str)) {
    assert_eq!(limits(&a.get("api/v1/site").await.expect(200)), (3, 4));
    assert_eq!(limits(&b.get("api/v1/site").await.expect(200)), (20, 8));

    // Anna is at A, everybody else at B; they share one store.
    let anna = a.register("Anna", "long enough").await;
    let mut others = Vec::new();
    for number in 0..8 {
        others.push(b.register(&format!("other-{number}"), "long enough").await);
    }
    b.post(
        "api/v1/registration",
        json!({ "username": "one-too-many", "password": "long enough" }),
    )
    .await
    .problem(503, "site_full");

    // Three contacts at A, more at B.
    for other in &others[..3] {
        befriend(&anna, other).await;
    }
    let ask = |other: &User| json!({ "user": other.id });
    let refused = anna
        .post("api/v1/contacts", ask(&others[3]))
        .await
        .problem(409, "too_many_contacts");
    assert_eq!(
        (&refused["whose"], &refused["limit"]),
        (&json!("yours"), &json!(3))
    );
    for other in &others[1..6] {
        befriend(&others[0], other).await;
    }

    // A role lifts the limit for one person.
    give_role("Anna").await;
    let anna = a.sign_in("Anna", "long enough").await;
    befriend(&anna, &others[3]).await;
    let me = anna.get("api/v1/me").await.expect(200);
    assert_eq!(me["limits"]["max_contacts"], 6);

    // Live from A to B and back.
    let bob = &others[0];
    let talk = conversation(&anna, bob).await;
    let (mut here, mut there) = (anna.events(None).await, bob.events(None).await);
    say(&anna, &talk, "from A").await;
    assert_eq!(there.message().await, "from A");
    say(bob, &talk, "from B").await;
    assert_eq!(here.message().await, "from A");
    assert_eq!(here.message().await, "from B");
    bob.patch(
        "api/v1/me",
        json!({ "presence": { "state": "busy", "reason": "tea" } }),
    )
    .await
    .expect(200);
    here.presence(&bob.id, "busy").await;
    assert_eq!(history(bob, &talk).await, ["from A", "from B"]);

    // Four may be connected at A: Anna and three more. They are the same people at both addresses.
    for number in 1..4 {
        a.sign_in(&format!("other-{number}"), "long enough").await;
    }
    a.try_sign_in("other-4", "long enough")
        .await
        .problem(503, "site_full");
    anna.sign_out().await;
    // Anna's first session holds her place until it is over too.
    a.try_sign_in("other-4", "long enough")
        .await
        .problem(503, "site_full");
}

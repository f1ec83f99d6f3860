//! Scenario 4: two forums, two addresses, one store: their members talk with each other.

use crate::support::talk::{conversation, history, say};
use crate::support::{Conf, Phorum, Phpbb2, Store, StoreKind, TestApp, json, on_both_stores};

on_both_stores!(members_of_two_forums_talk, one_address_may_ask_both_forums);

struct Forums {
    phpbb2: Phpbb2,
    phorum: Phorum,
}

async fn forums() -> Forums {
    let (phpbb2, phorum) = (Phpbb2::new().await, Phorum::new().await);
    phpbb2.register(2, "Alice", "of the board").await;
    phpbb2.register(3, "Bob", "of the board").await;
    phorum.register(7, "Alice", "of the phorum").await;
    phorum.register(8, "Chloé", "of the phorum").await;
    Forums { phpbb2, phorum }
}

impl Forums {
    fn conf(&self, store: &Store) -> Conf {
        self.phorum.realm(self.phpbb2.realm(Conf::new(store)))
    }
}

async fn members_of_two_forums_talk(kind: StoreKind) {
    let forums = forums().await;
    let before = (
        forums.phpbb2.database.checksums().await,
        forums.phorum.database.checksums().await,
    );
    let store = Store::new(kind).await;
    let conf = forums
        .conf(&store)
        .site(
            "/im-phpbb2/",
            &["phpbb2"],
            "max_contacts = 3, max_connected = 50",
        )
        .site(
            "/im-phorum/",
            &["phorum"],
            "max_contacts = 20, max_connected = 200",
        );
    let app = TestApp::start(&conf).await;
    let (board, phorum) = (app.site("/im-phpbb2/"), app.site("/im-phorum/"));
    board
        .try_sign_in("Chloé", "of the phorum")
        .await
        .problem(401, "invalid_credentials");
    let bob = board.sign_in("Bob", "of the board").await;
    let chloe = phorum.sign_in("Chloé", "of the phorum").await;
    let alice_1 = board.sign_in("Alice", "of the board").await;
    let alice_2 = phorum.sign_in("Alice", "of the phorum").await;
    assert_ne!(alice_1.id, alice_2.id);

    // Each site knows what to call the other's forum.
    let titles = board.get("api/v1/site").await.expect(200)["realm_titles"].clone();
    let there = phorum.get("api/v1/site").await.expect(200)["realms"][0].clone();
    assert_eq!(there["name"], "phorum");
    assert_eq!(titles["phorum"], there["title"]);
    assert!(titles["local"].is_string(), "{titles}");

    // The one finds the other, with the forum they come from.
    let found = bob.get("api/v1/users?query=chlo").await.expect(200);
    assert_eq!(
        (&found["users"][0]["id"], &found["users"][0]["realm"]),
        (&json!(chloe.id), &json!("phorum"))
    );
    let ambiguous = bob
        .post("api/v1/contacts", json!({ "username": "Alice" }))
        .await
        .problem(409, "ambiguous_name");
    assert_eq!(ambiguous["candidates"].as_array().unwrap().len(), 2);
    let named = bob
        .post("api/v1/contacts", json!({ "username": "phorum:Alice" }))
        .await
        .expect(201);
    assert_eq!(named["user"]["id"], alice_2.id.as_str());

    let (mut of_bob, mut of_chloe) = (bob.events(None).await, chloe.events(None).await);
    bob.post(
        "api/v1/contacts",
        json!({ "username": "Chloé", "greeting": "Hi!" }),
    )
    .await
    .expect(201);
    assert_eq!(of_chloe.next("contact").await["contact"]["greeting"], "Hi!");
    chloe
        .patch(
            &format!("api/v1/contacts/{}", bob.id),
            json!({ "action": "accept" }),
        )
        .await
        .expect(200);
    let mut accepted = of_bob.next("contact").await;
    while accepted["contact"]["state"] != "accepted" {
        accepted = of_bob.next("contact").await;
    }
    let talk = conversation(&bob, &chloe).await;
    say(&bob, &talk, "Bonjour, Chloé").await;
    assert_eq!(of_chloe.message().await, "Bonjour, Chloé");
    say(&chloe, &talk, "Bonjour, Bob ☕").await;
    assert_eq!(of_bob.message().await, "Bonjour, Chloé");
    assert_eq!(of_bob.message().await, "Bonjour, Bob ☕");
    assert_eq!(
        history(&chloe, &talk).await,
        ["Bonjour, Chloé", "Bonjour, Bob ☕"]
    );

    let after = (
        forums.phpbb2.database.checksums().await,
        forums.phorum.database.checksums().await,
    );
    assert_eq!(before, after, "the forums are only read");
}

async fn one_address_may_ask_both_forums(kind: StoreKind) {
    let forums = forums().await;
    let store = Store::new(kind).await;
    let conf = forums.conf(&store).site(
        "/both/",
        &["phpbb2", "phorum", "local"],
        "newcomers_local = \"register\"",
    );
    let app = TestApp::start(&conf).await;
    let site = app.site("/both/");
    let chloe = site.sign_in("Chloé", "of the phorum").await;
    assert_eq!(chloe.get("api/v1/me").await.expect(200)["realm"], "phorum");
    // A name in the first realm shadows the others; whoever means another says so.
    site.try_sign_in("Alice", "of the phorum")
        .await
        .problem(401, "invalid_credentials");
    let ask = json!({ "username": "Alice", "password": "of the phorum", "realm": "phorum" });
    site.post("api/v1/session", ask).await.expect(201);
    let dora = site.register("Dora", "long enough").await;
    assert_eq!(dora.get("api/v1/me").await.expect(200)["realm"], "local");
    site.sign_in("Dora", "long enough").await;
}

//! An account is a realm and an id; names are only labels.

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Phorum, Phpbb2, Store, StoreKind, TestApp, json, on_both_stores};

on_both_stores!(
    the_same_name_in_both_forums_is_two_people,
    a_rename_in_the_forum_renames_here_and_makes_nobody,
    a_reused_id_is_another_person_who_sees_nothing_of_the_first,
);

async fn the_same_name_in_both_forums_is_two_people(kind: StoreKind) {
    let (phpbb2, phorum) = (Phpbb2::new().await, Phorum::new().await);
    phpbb2.register(2, "Alice", "of the board").await;
    phorum.register(2, "Alice", "of the phorum").await;
    let store = Store::new(kind).await;
    let conf = phorum
        .realm(phpbb2.realm(Conf::new(&store)))
        .site("/a/", &["phpbb2"], "")
        .site("/b/", &["phorum"], "");
    let app = TestApp::start(&conf).await;
    let first = app.site("/a/").sign_in("Alice", "of the board").await;
    let second = app.site("/b/").sign_in("Alice", "of the phorum").await;
    assert!(first.new && second.new);
    assert_ne!(first.id, second.id);
    app.site("/a/")
        .try_sign_in("Alice", "of the phorum")
        .await
        .problem(401, "invalid_credentials");
    befriend(&first, &second).await;
    let talk = conversation(&first, &second).await;
    say(&first, &talk, "Hello, namesake").await;
    assert_eq!(history(&second, &talk).await, ["Hello, namesake"]);
    let site = app.site("/a/").get("api/v1/site").await.expect(200);
    assert_eq!(site["show_realms"], true);
}

async fn a_rename_in_the_forum_renames_here_and_makes_nobody(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Bob", "horse battery").await;
    let store = Store::new(kind).await;
    let app = TestApp::start(&forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "")).await;
    let site = app.site("/im/");
    let alice = site.sign_in("Alice", "horse battery").await;
    let bob = site.sign_in("Bob", "horse battery").await;
    befriend(&alice, &bob).await;
    forum.run(&forum.board.rename(2, "Alicia")).await;
    site.try_sign_in("Alice", "horse battery")
        .await
        .problem(401, "invalid_credentials");
    let alicia = site.sign_in("Alicia", "horse battery").await;
    assert_eq!((&alicia.id, alicia.new), (&alice.id, false));
    let contacts = bob.get("api/v1/contacts").await.expect(200);
    assert_eq!(contacts["contacts"][0]["user"]["username"], "Alicia");
    let found = bob.get("api/v1/users?query=alic").await.expect(200);
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
}

async fn a_reused_id_is_another_person_who_sees_nothing_of_the_first(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Bob", "horse battery").await;
    let store = Store::new(kind).await;
    let app = TestApp::start(&forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "")).await;
    let site = app.site("/im/");
    let alice = site.sign_in("Alice", "horse battery").await;
    let bob = site.sign_in("Bob", "horse battery").await;
    befriend(&alice, &bob).await;
    let talk = conversation(&alice, &bob).await;
    say(&alice, &talk, "a secret").await;

    forum.run(&forum.board.delete(3)).await;
    forum.register_later(3, "Bob", "another password").await;
    let other = site.sign_in("Bob", "another password").await;
    assert!(other.new);
    assert_ne!(other.id, bob.id);
    for (path, key) in [
        ("api/v1/contacts", "contacts"),
        ("api/v1/conversations", "conversations"),
    ] {
        let list = other.get(path).await.expect(200);
        assert_eq!(list[key], json!([]));
    }
    other
        .get(&format!("api/v1/conversations/{talk}/messages"))
        .await
        .problem(404, "unknown_conversation");
    assert_eq!(
        history(&alice, &talk).await,
        ["a secret"],
        "Alice keeps her history"
    );
    bob.get("api/v1/me").await.problem(401, "session_invalid");
}

//! Scenario 2: the accounts are those of a forum, which is only read; conversations are the messenger's own.

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Phorum, Phpbb2, Store, StoreKind, TestApp, json, on_both_stores};

on_both_stores!(
    members_of_a_phpbb2_board_come_in_without_registering,
    members_of_a_phorum_come_in_without_registering,
    a_member_may_have_to_wait_for_approval,
);

async fn members_of_a_phpbb2_board_come_in_without_registering(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "it's \"me\"\\").await;
    forum.register(3, "Jürgen", "straße").await;
    let before = forum.database.checksums().await;
    let store = Store::new(kind).await;
    let conf = forum.realm(Conf::new(&store)).site_with(
        "/im/",
        &["phpbb2"],
        "",
        "title = \"The Board\"\nregister_url = \"https://forum.example.org/register\"",
    );
    talk_at(&conf, [("ALICE", "it's \"me\"\\"), ("Jürgen", "straße")]).await;
    assert_eq!(
        forum.database.checksums().await,
        before,
        "the forum is only read"
    );
}

async fn members_of_a_phorum_come_in_without_registering(kind: StoreKind) {
    let forum = Phorum::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Łucja", "zażółć").await;
    let before = forum.database.checksums().await;
    let store = Store::new(kind).await;
    let conf = forum.realm(Conf::new(&store)).site_with(
        "/im/",
        &["phorum"],
        "",
        "register_url = \"https://forum.example.org/register\"",
    );
    talk_at(&conf, [("Alice", "horse battery"), ("Łucja", "zażółć")]).await;
    assert_eq!(
        forum.database.checksums().await,
        before,
        "the forum is only read"
    );
}

async fn talk_at(conf: &Conf, people: [(&str, &str); 2]) {
    let app = TestApp::start(conf).await;
    let site = app.site("/im/");
    let shown = site.get("api/v1/site").await.expect(200);
    assert_eq!(shown["registration"], "closed");
    assert_eq!(shown["realms"][0]["kind"], "external");
    assert_eq!(
        shown["realms"][0]["register_url"],
        "https://forum.example.org/register"
    );
    site.try_sign_in("Stranger", "horse battery")
        .await
        .problem(401, "invalid_credentials");
    let ask = json!({ "username": "Stranger", "password": "long enough" });
    site.post("api/v1/registration", ask)
        .await
        .problem(403, "registration_closed");

    let [first, second] = people;
    let first = site.sign_in(first.0, first.1).await;
    let second = site.sign_in(second.0, second.1).await;
    assert!(first.new && second.new);
    let me = first.get("api/v1/me").await.expect(200);
    assert_eq!(
        (&me["username"], &me["unread_forum_messages"]),
        (&json!("Alice"), &json!(0))
    );
    befriend(&first, &second).await;
    let talk = conversation(&first, &second).await;
    let mut stream = second.events(None).await;
    say(&first, &talk, "live").await;
    assert_eq!(stream.message().await, "live");
    drop(stream);
    second.sign_out().await;
    say(&first, &talk, "while you were away").await;
    let second = site.sign_in(people[1].0, people[1].1).await;
    assert!(!second.new);
    assert_eq!(
        history(&second, &talk).await,
        ["live", "while you were away"]
    );
}

async fn a_member_may_have_to_wait_for_approval(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    let store = Store::new(kind).await;
    let conf = forum
        .realm(Conf::new(&store))
        .site(
            "/approval/",
            &["phpbb2"],
            "newcomers_external = \"approval\"",
        )
        .site("/never/", &["phpbb2"], "newcomers_external = \"never\"");
    let app = TestApp::start(&conf).await;
    let never = app
        .site("/never/")
        .try_sign_in("Alice", "horse battery")
        .await;
    assert_eq!(never.status, 403, "{}", never.text);
    let site = app.site("/approval/");
    site.try_sign_in("Alice", "wrong")
        .await
        .problem(401, "invalid_credentials");
    site.try_sign_in("Alice", "horse battery")
        .await
        .problem(403, "approval_pending");
    let realm = im_core::Realm::new("phpbb2").unwrap();
    app.app.messenger.approve(&realm, "Alice").await.unwrap();
    site.sign_in("Alice", "horse battery").await;
}

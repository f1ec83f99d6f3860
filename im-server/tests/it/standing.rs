//! Who may no longer come in in the forum is not here for long.

use std::time::{Duration, Instant};

use crate::support::{Conf, Phorum, Phpbb2, Store, StoreKind, TestApp, User, on_both_stores};

on_both_stores!(a_ban_a_deactivation_and_a_deletion_end_the_session);

/// `standing_interval`, and what a busy machine may need on top.
const WITHIN: Duration = Duration::from_secs(10);

async fn ended(user: &User, act: impl Future<Output = ()>) {
    let mut stream = user.events(None).await;
    let started = Instant::now();
    act.await;
    assert_eq!(stream.closed().await, 4001);
    assert!(started.elapsed() < WITHIN, "{:?}", started.elapsed());
    user.get("api/v1/me").await.problem(401, "session_invalid");
}

async fn a_ban_a_deactivation_and_a_deletion_end_the_session(kind: StoreKind) {
    let forum = Phpbb2::new().await;
    for (id, name) in [(2, "Banned"), (3, "Inactive"), (4, "Deleted"), (5, "Good")] {
        forum.register(id, name, "horse battery").await;
    }
    let store = Store::new(kind).await;
    let conf =
        forum
            .realm(Conf::new(&store))
            .site("/im/", &["phpbb2"], "standing_interval = \"1s\"");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    let good = site.sign_in("Good", "horse battery").await;
    let mut undisturbed = good.events(None).await;

    let banned = site.sign_in("Banned", "horse battery").await;
    ended(&banned, async { forum.run(&forum.board.ban(2)).await }).await;
    site.try_sign_in("Banned", "horse battery")
        .await
        .problem(403, "account_banned");
    forum.run(&forum.board.lift_ban(2)).await;
    let again = site.sign_in("Banned", "horse battery").await;
    assert_eq!(
        (&again.id, again.new),
        (&banned.id, false),
        "a ban that ends lets in again"
    );

    let inactive = site.sign_in("Inactive", "horse battery").await;
    ended(&inactive, async {
        forum.run(&forum.board.deactivate(3)).await
    })
    .await;
    forum.run(&forum.board.activate(3)).await;
    site.sign_in("Inactive", "horse battery").await;

    let deleted = site.sign_in("Deleted", "horse battery").await;
    ended(&deleted, async { forum.run(&forum.board.delete(4)).await }).await;
    site.try_sign_in("Deleted", "horse battery")
        .await
        .problem(401, "invalid_credentials");

    good.get("api/v1/me").await.expect(200);
    good.patch(
        "api/v1/me",
        serde_json::json!({ "presence": { "state": "away" } }),
    )
    .await
    .expect(200);
    undisturbed.presence(&good.id, "away").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_holds_for_phorum_too() {
    let forum = Phorum::new().await;
    forum.register(2, "Chloé", "horse battery").await;
    let store = Store::new(StoreKind::Sqlite).await;
    let conf =
        forum
            .realm(Conf::new(&store))
            .site("/im/", &["phorum"], "standing_interval = \"1s\"");
    let app = TestApp::start(&conf).await;
    let chloe = app.site("/im/").sign_in("Chloé", "horse battery").await;
    ended(&chloe, async {
        forum.run(&forum.board.deactivate(2)).await
    })
    .await;
    forum.run(&forum.board.activate(2)).await;
    app.site("/im/").sign_in("Chloé", "horse battery").await;
}

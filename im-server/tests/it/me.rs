//! One's own account.

use crate::support::{Conf, Phpbb2, Store, StoreKind, TestApp, Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn presence_and_preferences_are_kept() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let changed = anna
        .patch(
            "api/v1/me",
            json!({
                "presence": { "state": "busy", "reason": "cooking" },
                "preferences": { "offline_messages": "vips", "language": "fr" },
                "display_name": "Anna B."
            }),
        )
        .await
        .expect(200);
    assert_eq!(
        changed["presence"],
        json!({ "state": "busy", "reason": "cooking" })
    );
    assert_eq!(changed["display_name"], "Anna B.");
    let me = anna.get("api/v1/me").await.expect(200);
    assert_eq!(
        me["preferences"],
        json!({ "offline_messages": "vips", "language": "fr" })
    );
    let back = anna
        .patch("api/v1/me", json!({ "preferences": { "language": null } }))
        .await
        .expect(200);
    assert_eq!(
        back["preferences"],
        json!({ "offline_messages": "vips", "language": null })
    );
    anna.patch("api/v1/me", json!({ "presence": { "state": "asleep" } }))
        .await
        .problem(400, "invalid_request");
    anna.patch("api/v1/me", json!({ "presence": { "state": "offline" } }))
        .await
        .problem(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_password_is_changed_by_who_knows_it() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let change =
        |current: &str| json!({ "password": { "current": current, "new": "even longer" } });
    let refused = anna.patch("api/v1/me", change("guess")).await;
    assert!(refused.status >= 400, "{}", refused.text);
    anna.patch("api/v1/me", change("long enough"))
        .await
        .expect(200);
    site.try_sign_in("Anna", "long enough")
        .await
        .problem(401, "invalid_credentials");
    site.sign_in("Anna", "even longer").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forum_member_sees_unread_messages_and_cannot_change_the_forums_data() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Bob", "horse battery").await;
    let store = Store::new(StoreKind::Sqlite).await;
    let app = TestApp::start(&forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "")).await;
    let alice = app.site("/im/").sign_in("Alice", "horse battery").await;
    let me = alice.get("api/v1/me").await.expect(200);
    assert_eq!(me["unread_forum_messages"], 0);
    let before = forum.database.checksums().await;
    for change in [
        json!({ "display_name": "Boss" }),
        json!({ "password": { "current": "horse battery", "new": "even longer" } }),
    ] {
        let refused = alice.patch("api/v1/me", change).await;
        assert!(matches!(refused.status, 400 | 403), "{}", refused.text);
    }
    assert_eq!(forum.database.checksums().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_the_limits_that_bind_somebody() {
    let app = TestApp::local_with("max_contacts = 3", |conf| {
        conf.table("[role.staff]\noptions = { max_contacts = 30 }")
    })
    .await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let limit = |me: &Value| me["limits"]["max_contacts"].as_u64().unwrap();
    assert_eq!(limit(&anna.get("api/v1/me").await.expect(200)), 3);
    let local = im_core::Realm::local();
    app.app
        .messenger
        .set_role(&local, "Anna", Some("staff"))
        .await
        .unwrap();
    let me = anna.get("api/v1/me").await.expect(200);
    assert_eq!((limit(&me), me["role"].as_str()), (30, Some("staff")));
}

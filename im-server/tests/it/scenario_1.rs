//! Scenario 1: own accounts, added at once, after registering, after approval, or never.

use crate::support::talk::{befriend, conversation, history, say};
use crate::support::{Conf, Store, StoreKind, TestApp, json, on_both_stores};

on_both_stores!(people_with_own_accounts_come_in_and_talk);

async fn people_with_own_accounts_come_in_and_talk(kind: StoreKind) {
    let store = Store::new(kind).await;
    let conf = Conf::new(&store)
        .site("/intramessenger/", &["local"], "")
        .site("/at-once/", &["local"], "newcomers_local = \"at_once\"")
        .site("/approval/", &["local"], "newcomers_local = \"approval\"")
        .site("/never/", &["local"], "newcomers_local = \"never\"");
    let app = TestApp::start(&conf).await;
    let registration = async |path: &str| {
        let site = app.site(path).get("api/v1/site").await.expect(200);
        site["registration"].as_str().unwrap().to_owned()
    };

    // After registering: who is not known cannot sign in, and may register.
    let site = app.site("/intramessenger/");
    assert_eq!(registration("/intramessenger/").await, "open");
    site.try_sign_in("Anna", "long enough")
        .await
        .problem(401, "invalid_credentials");
    let anna = site.register("Anna", "long enough").await;

    // At once: the first sign-in makes the account; the second needs its password.
    let site = app.site("/at-once/");
    assert_eq!(registration("/at-once/").await, "at_once");
    let berta = site.sign_in("Berta", "long enough").await;
    assert!(berta.new);
    site.try_sign_in("Berta", "another one")
        .await
        .problem(401, "invalid_credentials");
    assert!(!site.sign_in("Berta", "long enough").await.new);

    // After approval: no session before.
    let site = app.site("/approval/");
    assert_eq!(registration("/approval/").await, "approval");
    let ask = json!({ "username": "Carla", "password": "long enough" });
    site.post("api/v1/registration", ask).await.expect(202);
    site.try_sign_in("Carla", "long enough")
        .await
        .problem(403, "approval_pending");
    let found = anna.get("api/v1/users?query=Carla").await.expect(200);
    assert_eq!(found["users"], json!([]), "who waits cannot be found");
    let local = im_core::Realm::local();
    let pending = app.app.messenger.pending().await.unwrap();
    assert_eq!(pending.len(), 1);
    app.app.messenger.approve(&local, "Carla").await.unwrap();
    let carla = site.sign_in("Carla", "long enough").await;

    // Never: only who has an account already.
    let site = app.site("/never/");
    assert_eq!(registration("/never/").await, "closed");
    let ask = json!({ "username": "Dora", "password": "long enough" });
    site.post("api/v1/registration", ask)
        .await
        .problem(403, "registration_closed");
    site.try_sign_in("Dora", "long enough")
        .await
        .problem(401, "invalid_credentials");
    let anna_again = site.sign_in("Anna", "long enough").await;
    assert_eq!(anna_again.id, anna.id);

    // Phase 2: they talk, whatever address they came by.
    for other in [&berta, &carla] {
        befriend(&anna, other).await;
        let talk = conversation(&anna, other).await;
        let (mut here, mut there) = (anna.events(None).await, other.events(None).await);
        say(&anna, &talk, &format!("hello from {}", anna.id)).await;
        assert_eq!(there.message().await, format!("hello from {}", anna.id));
        say(other, &talk, "and back").await;
        assert_eq!(here.message().await, format!("hello from {}", anna.id));
        assert_eq!(here.message().await, "and back");
        assert_eq!(history(&anna_again, &talk).await.len(), 2);
    }
}

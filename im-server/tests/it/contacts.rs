//! Asking, answering, arranging, removing.

use crate::support::{Conf, Store, StoreKind, TestApp, User, json, on_both_stores};

on_both_stores!(
    asking_and_accepting_is_seen_by_both_at_once,
    refusing_and_removing_is_seen_too,
);

struct Three {
    _store: Store,
    _app: TestApp,
    anna: User,
    berta: User,
    carla: User,
}

async fn three(kind: StoreKind) -> Three {
    let store = Store::new(kind).await;
    let app = TestApp::start(&Conf::new(&store).site("/im/", &["local"], "max_contacts = 2")).await;
    let site = app.site("/im/");
    Three {
        anna: site.register("Anna", "long enough").await,
        berta: site.register("Berta", "long enough").await,
        carla: site.register("Carla", "long enough").await,
        _store: store,
        _app: app,
    }
}

fn at(user: &User) -> String {
    format!("api/v1/contacts/{}", user.id)
}

async fn asking_and_accepting_is_seen_by_both_at_once(kind: StoreKind) {
    let Three { anna, berta, .. } = &three(kind).await;
    let (mut of_anna, mut of_berta) = (anna.events(None).await, berta.events(None).await);
    let asked = anna
        .post(
            "api/v1/contacts",
            json!({ "username": "berta", "greeting": "Hello!" }),
        )
        .await
        .expect(201);
    assert_eq!(asked["state"], "asked");
    assert_eq!(of_anna.next("contact").await["contact"]["state"], "asked");
    let seen = of_berta.next("contact").await;
    assert_eq!(seen["contact"]["state"], "incoming");
    assert_eq!(seen["contact"]["greeting"], "Hello!");
    anna.post("api/v1/contacts", json!({ "user": berta.id }))
        .await
        .problem(409, "already_asked");

    let accepted = berta
        .patch(&at(anna), json!({ "action": "accept" }))
        .await
        .expect(200);
    assert_eq!(
        (&accepted["state"], &accepted["presence"]["state"]),
        (&json!("accepted"), &json!("online"))
    );
    assert_eq!(
        of_anna.next("contact").await["contact"]["state"],
        "accepted"
    );
    assert_eq!(
        of_berta.next("contact").await["contact"]["state"],
        "accepted"
    );
    anna.post("api/v1/contacts", json!({ "user": berta.id }))
        .await
        .problem(409, "already_contacts");

    berta
        .patch("api/v1/me", json!({ "presence": { "state": "away" } }))
        .await
        .expect(200);
    of_anna.presence(&berta.id, "away").await;
}

async fn refusing_and_removing_is_seen_too(kind: StoreKind) {
    let Three {
        anna, berta, carla, ..
    } = &three(kind).await;
    anna.post("api/v1/contacts", json!({ "user": berta.id }))
        .await
        .expect(201);
    let mut of_anna = anna.events(None).await;
    berta
        .patch(&at(anna), json!({ "action": "refuse" }))
        .await
        .expect(204);
    assert_eq!(of_anna.next("contact").await["removed"], berta.id.as_str());
    anna.post("api/v1/contacts", json!({ "user": berta.id }))
        .await
        .problem(403, "request_refused");

    anna.post("api/v1/contacts", json!({ "user": carla.id }))
        .await
        .expect(201);
    carla
        .post("api/v1/contacts", json!({ "user": anna.id }))
        .await
        .expect(200);
    carla.delete(&at(anna)).await.expect(204);
    let list = anna.get("api/v1/contacts").await.expect(200);
    assert_eq!(list["contacts"], json!([]));
    anna.delete(&at(carla))
        .await
        .problem(404, "unknown_contact");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_can_be_arranged() {
    let Three { anna, berta, .. } = &three(StoreKind::Sqlite).await;
    crate::support::talk::befriend(anna, berta).await;
    for (change, key, value) in [
        (
            json!({ "action": "rename", "name": "B." }),
            "name",
            json!("B."),
        ),
        (
            json!({ "action": "group", "group": "Work" }),
            "group",
            json!("Work"),
        ),
        (json!({ "action": "vip", "vip": true }), "vip", json!(true)),
        (
            json!({ "action": "hide", "hidden": true }),
            "hidden",
            json!(true),
        ),
        (
            json!({ "action": "rename", "name": null }),
            "name",
            json!(null),
        ),
    ] {
        let contact = anna.patch(&at(berta), change).await.expect(200);
        assert_eq!(contact[key], value);
    }
    let seen = berta.get("api/v1/contacts").await.expect(200);
    assert_eq!(
        seen["contacts"][0]["presence"]["state"], "offline",
        "Anna hides from Berta"
    );
    anna.patch(&at(berta), json!({ "action": "bless" }))
        .await
        .problem(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_says_whose_it_is() {
    let Three {
        anna,
        berta,
        carla,
        _app,
        ..
    } = &three(StoreKind::Sqlite).await;
    let site = _app.site("/im/");
    let dora = site.register("Dora", "long enough").await;
    for other in [berta, carla] {
        anna.post("api/v1/contacts", json!({ "user": other.id }))
            .await
            .expect(201);
    }
    let mine = anna
        .post("api/v1/contacts", json!({ "user": dora.id }))
        .await
        .problem(409, "too_many_contacts");
    assert_eq!(
        (&mine["whose"], &mine["limit"]),
        (&json!("yours"), &json!(2))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_the_start_of_their_name() {
    let Three { anna, berta, .. } = &three(StoreKind::Sqlite).await;
    let found = anna.get("api/v1/users?query=bER").await.expect(200);
    assert_eq!(found["users"][0]["id"], berta.id.as_str());
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
    let none = anna.get("api/v1/users?query=ann").await.expect(200);
    assert_eq!(none["users"], json!([]), "oneself is not found");
    anna.get("api/v1/users")
        .await
        .problem(400, "invalid_request");
    anna.post("api/v1/contacts", json!({ "username": "Zoe" }))
        .await
        .problem(404, "unknown_user");
    anna.post("api/v1/contacts", json!({}))
        .await
        .problem(400, "invalid_request");
}

//! Own accounts.

use crate::support::{TestApp, json};

fn ask(name: &str) -> serde_json::Value {
    json!({ "username": name, "password": "long enough" })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_is_signed_in() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    assert!(anna.new);
    let me = anna.get("api/v1/me").await.expect(200);
    assert_eq!(
        (&me["realm"], &me["username"]),
        (&json!("local"), &json!("Anna"))
    );
    assert!(!site.sign_in("anna", "long enough").await.new);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_a_reserved_and_an_impossible_name_are_refused() {
    let app = TestApp::local_with("", |conf| conf.root("banned_names = [\"*spam*\"]")).await;
    let site = app.site("/im/");
    site.register("Anna", "long enough").await;
    site.post("api/v1/registration", ask("ANNA"))
        .await
        .problem(409, "name_taken");
    site.post("api/v1/registration", ask("Admin"))
        .await
        .problem(403, "name_not_allowed");
    site.post("api/v1/registration", ask("Best Spammer")).await;
    site.post("api/v1/registration", ask("xSPAMx"))
        .await
        .problem(403, "name_not_allowed");
    site.post("api/v1/registration", ask(""))
        .await
        .problem(400, "invalid_name");
    site.post(
        "api/v1/registration",
        json!({ "username": "Berta", "password": "short" }),
    )
    .await
    .problem(400, "invalid_password");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_site_registers_nobody() {
    let app = TestApp::local("newcomers_local = \"never\"").await;
    let site = app.site("/im/");
    site.post("api/v1/registration", ask("Anna"))
        .await
        .problem(403, "registration_closed");
    assert_eq!(
        site.get("api/v1/site").await.expect(200)["registration"],
        "closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_waits_for_approval_has_no_session_and_cannot_be_found() {
    let app = TestApp::local("newcomers_local = \"approval\"").await;
    let site = app.site("/im/");
    site.post("api/v1/registration", ask("Anna"))
        .await
        .expect(202);
    site.try_sign_in("Anna", "wrong")
        .await
        .problem(401, "invalid_credentials");
    site.try_sign_in("Anna", "long enough")
        .await
        .problem(403, "approval_pending");
    let local = im_core::Realm::local();
    app.app.messenger.approve(&local, "Anna").await.unwrap();
    site.sign_in("Anna", "long enough").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registrations_by_cookie_need_our_own_origin() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let body = json!({ "username": "Anna", "password": "long enough", "cookie": true });
    site.post("api/v1/registration", body.clone())
        .await
        .problem(403, "foreign_origin");
    let answer = site
        .with("origin", &app.base)
        .post("api/v1/registration", body)
        .await;
    assert!(answer.headers.contains_key("set-cookie"));
    assert_eq!(answer.expect(201).get("token"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_register_from_one_address_and_typing_errors_do_not_count() {
    let app = TestApp::local_with("", |conf| conf.limits("registrations_per_address = 2")).await;
    let site = app.site("/im/");
    for _ in 0..5 {
        let short = json!({ "username": "Anna", "password": "short" });
        site.post("api/v1/registration", short)
            .await
            .problem(400, "invalid_password");
    }
    site.register("Anna", "long enough").await;
    site.post("api/v1/registration", ask("Anna"))
        .await
        .problem(409, "name_taken");
    let refused = site.post("api/v1/registration", ask("Berta")).await;
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
    refused.problem(429, "too_many_registrations");
}

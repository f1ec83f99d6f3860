//! Signing in and out.

use crate::support::{Answer, Conf, Phpbb2, Socket, Store, StoreKind, TestApp, Value, json};
use tokio_tungstenite::tungstenite::Error;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_wrong_and_deleted_are_answered_with_the_same_bytes() {
    let forum = Phpbb2::new().await;
    forum.register(2, "Alice", "horse battery").await;
    forum.register(3, "Gone", "horse battery").await;
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    site.sign_in("Gone", "horse battery").await.sign_out().await;
    forum.run(&forum.board.delete(3)).await;

    let wrong = site.try_sign_in("Alice", "wrong").await;
    let unknown = site.try_sign_in("Nobody", "wrong").await;
    let deleted = site.try_sign_in("Gone", "horse battery").await;
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(wrong.text, deleted.text);
    let headers = |answer: &Answer| {
        let mut headers: Vec<_> = answer
            .headers
            .iter()
            .map(|(name, value)| match name.as_str() {
                // Their values differ between any two answers.
                "date" | "x-request-id" => (name.to_string(), String::new()),
                name => (name.to_owned(), value.to_str().unwrap().to_owned()),
            })
            .collect();
        headers.sort();
        headers
    };
    for answer in [&unknown, &deleted] {
        assert_eq!(headers(answer), headers(&wrong));
    }
    wrong.problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn account_state_is_told_only_after_the_right_password() {
    let forum = Phpbb2::new().await;
    for (id, name) in [(2, "Banned"), (3, "Inactive")] {
        forum.register(id, name, "horse battery").await;
    }
    forum.run(&forum.board.ban(2)).await;
    forum.run(&forum.board.deactivate(3)).await;
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = forum.realm(Conf::new(&store)).site("/im/", &["phpbb2"], "");
    let app = TestApp::start(&conf).await;
    let site = app.site("/im/");
    for name in ["Banned", "Inactive"] {
        site.try_sign_in(name, "wrong")
            .await
            .problem(401, "invalid_credentials");
    }
    site.try_sign_in("Banned", "horse battery")
        .await
        .problem(403, "account_banned");
    let inactive = site.try_sign_in("Inactive", "horse battery").await;
    assert_eq!(inactive.status, 403);
    assert!(
        matches!(inactive.code(), "account_inactive" | "account_pending"),
        "{}",
        inactive.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_carries_the_token_instead_of_the_body() {
    let app = TestApp::local("session_max_ttl = \"1d\"").await;
    let own = app.site("/im/").with("origin", &app.base);
    own.register("Anna", "long enough").await;
    let answer = own
        .post(
            "api/v1/session",
            json!({ "username": "Anna", "password": "long enough", "cookie": true }),
        )
        .await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert_eq!(answer.expect(201).get("token"), None);
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/im/; Max-Age=86400; HttpOnly; SameSite=Strict"
    );
    let browser = own.with("cookie", value);
    browser.get("api/v1/me").await.expect(200);
    let out = browser.delete("api/v1/session").await;
    assert!(
        out.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("im_session=; Path=/im/; Max-Age=0")
    );
    out.expect(204);
    browser
        .get("api/v1/me")
        .await
        .problem(401, "session_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_origin_is_refused_for_writes_by_cookie_and_for_event_streams() {
    let app = TestApp::local_with("", |conf| {
        conf.root("public_url = \"http://chat.example.org\"")
    })
    .await;
    let nobody = app.site("/im/");
    let own = nobody.with("origin", "http://chat.example.org");
    let foreign = nobody.with("origin", "http://evil.example.org");
    let anna = nobody.register("Anna", "long enough").await;
    let cookie = format!("im_session={}", anna.token);
    let sign_in = json!({ "username": "Anna", "password": "long enough", "cookie": true });
    let presence = json!({ "presence": { "state": "away" } });

    foreign
        .post("api/v1/session", sign_in.clone())
        .await
        .problem(403, "foreign_origin");
    nobody
        .post("api/v1/session", sign_in.clone())
        .await
        .problem(403, "foreign_origin");
    own.post("api/v1/session", sign_in).await.expect(201);
    for site in [&foreign, &nobody] {
        let site = site.with("cookie", &cookie);
        site.patch("api/v1/me", presence.clone())
            .await
            .problem(403, "foreign_origin");
        site.delete("api/v1/session")
            .await
            .problem(403, "foreign_origin");
        site.get("api/v1/me").await.expect(200);
        assert_eq!(refused(&site).await, 403);
    }
    // A token in the header is not attached by browsers of themselves; but a page that names its origin is heard.
    assert_eq!(
        refused(&foreign.with("authorization", &format!("Bearer {}", anna.token))).await,
        403
    );
    let own = own.with("cookie", &cookie);
    own.patch("api/v1/me", presence.clone()).await.expect(200);
    Socket::open(&own, None).await.unwrap();
    anna.patch("api/v1/me", presence).await.expect(200);
    anna.events(None).await;
}

/// The status that a WebSocket was refused with.
async fn refused(site: &crate::support::Site) -> u16 {
    match Socket::raw(site, None).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("the stream was opened"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_valid_only_at_its_own_site() {
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = Conf::new(&store)
        .site("/a/", &["local"], "")
        .site("/b/", &["local"], "");
    let app = TestApp::start(&conf).await;
    let anna = app.site("/a/").register("Anna", "long enough").await;
    let there = anna.at(&app.site("/b/"));
    there.get("api/v1/me").await.problem(401, "session_invalid");
    there
        .delete("api/v1/session")
        .await
        .problem(401, "session_invalid");
    assert_eq!(refused(&there.site).await, 401);
    anna.get("api/v1/me").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_told_by_the_close_code_that_its_session_is_over() {
    let app = TestApp::local("").await;
    let browser = app
        .site("/im/")
        .with("origin", &app.base)
        .with("cookie", "im_session=of-yesterday");
    let mut socket = Socket::raw(&browser, None).await.unwrap();
    assert_eq!(socket.closed().await, 4001);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_stream_and_the_token() {
    let app = TestApp::local("").await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let mut socket = anna.events(None).await;
    anna.sign_out().await;
    assert_eq!(socket.closed().await, 4001);
    anna.get("api/v1/me").await.problem(401, "session_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_and_can_be_sent_away() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let here = site
        .with("user-agent", "Laptop")
        .register("Anna", "long enough")
        .await;
    let there = site
        .with("user-agent", "Phone")
        .sign_in("Anna", "long enough")
        .await;
    let list = here.get("api/v1/sessions").await.expect(200);
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let find = |agent: &str| -> &Value {
        sessions
            .iter()
            .find(|session| session["user_agent"] == agent)
            .unwrap()
    };
    assert_eq!(find("Laptop")["current"], true);
    assert_eq!(find("Phone")["current"], false);
    let mut stream = there.events(None).await;
    let address = format!("api/v1/sessions/{}", find("Phone")["id"].as_str().unwrap());
    here.delete(&address).await.expect(204);
    assert_eq!(stream.closed().await, 4001);
    there.get("api/v1/me").await.problem(401, "session_invalid");
    here.delete(&address).await.problem(404, "unknown_session");
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_with_a_hint_when_to_come_back() {
    let app = TestApp::local_with("", |conf| {
        conf.throttle("name_and_address = 3\nname_and_address_every = \"60s\"")
    })
    .await;
    let site = app.site("/im/");
    site.register("Anna", "long enough").await;
    for _ in 0..3 {
        site.try_sign_in("Anna", "wrong")
            .await
            .problem(401, "invalid_credentials");
    }
    let refused = site.try_sign_in("Anna", "long enough").await;
    let wait: u64 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    refused.problem(429, "too_many_attempts");
    site.try_sign_in("Berta", "wrong")
        .await
        .problem(401, "invalid_credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_realm_that_the_site_does_not_ask_is_unknown() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    site.register("Anna", "long enough").await;
    let ask =
        |realm: &str| json!({ "username": "Anna", "password": "long enough", "realm": realm });
    site.post("api/v1/session", ask("local")).await.expect(201);
    site.post("api/v1/session", ask("phpbb2"))
        .await
        .problem(400, "unknown_realm");
    site.post("api/v1/session", ask("NOT A REALM"))
        .await
        .problem(400, "unknown_realm");
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_like_a_wrong_password() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    site.register("Anna", "long enough").await;
    let reference = site.try_sign_in("Anna", "wrong").await.text;
    let long = "x".repeat(10_000);
    for (name, password) in [
        ("", "x"),
        ("Anna", ""),
        ("An\0na", "long enough"),
        ("Anna", "long\0enough"),
        (long.as_str(), "x"),
        ("Anna", long.as_str()),
    ] {
        assert_eq!(site.try_sign_in(name, password).await.text, reference);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_has_only_so_many_streams() {
    let app = TestApp::local_with("", |conf| conf.limits("max_sockets_per_session = 2")).await;
    let anna = app.site("/im/").register("Anna", "long enough").await;
    let _first = anna.events(None).await;
    let second = anna.events(None).await;
    assert_eq!(refused(&anna.site).await, 429);
    drop(second);
    // The server notices a moment later.
    for _ in 0..50 {
        if Socket::raw(&anna.site, None).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the place was not given back");
}

//! What every request and answer has in common.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::support::{Conf, Process, Store, StoreKind, TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_its_protective_headers_and_an_id_of_its_own() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let mut ids = Vec::new();
    for path in [
        "",
        "api/v1/site",
        "api/v1/me",
        "nowhere",
        "assets/nowhere.js",
    ] {
        let answer = site.get(path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert!(
            header("content-security-policy").contains("default-src 'none'"),
            "{path}"
        );
        assert!(!answer.headers.contains_key("strict-transport-security"));
        ids.push(header("x-request-id"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_the_api_are_not_kept_by_anybody() {
    let app = TestApp::local("").await;
    let answer = app.site("/im/").get("api/v1/site").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_methods_are_problems() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    site.get("api/v1/nothing").await.problem(404, "not_found");
    site.delete("api/v1/site")
        .await
        .problem(405, "method_not_allowed");
    app.site("/other/").get("").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_makes_no_sense_is_told_where() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let body = site
        .post(
            "api/v1/session",
            json!({ "username": "a", "password": "b", "remember": true }),
        )
        .await
        .problem(400, "invalid_request");
    assert!(
        body["detail"].as_str().unwrap().contains("remember"),
        "{body}"
    );
    site.post("api/v1/session", json!({ "username": 5, "password": "b" }))
        .await
        .problem(400, "invalid_request");
    let anna = site.register("Anna", "long enough").await;
    for (method, path, body) in [
        (
            Method::POST,
            "api/v1/session",
            json!(["Anna", "long enough", null, false]),
        ),
        (
            Method::POST,
            "api/v1/session",
            json!({ "username": "Anna", "password": "long enough", "realm": null }),
        ),
        (
            Method::POST,
            "api/v1/contacts",
            json!({ "user": null, "username": "Anna" }),
        ),
        (Method::POST, "api/v1/contacts", json!([null, "Anna", null])),
        (
            Method::PATCH,
            "api/v1/me",
            json!({ "presence": ["away", null] }),
        ),
        (Method::PATCH, "api/v1/me", json!({ "presence": null })),
        (Method::PATCH, "api/v1/me", json!({ "display_name": null })),
        (Method::PATCH, "api/v1/me", json!([])),
        (
            Method::PATCH,
            "api/v1/contacts/u_1",
            json!(["rename", "Berta"]),
        ),
    ] {
        let answer = anna.site.request(method, path, Some(body.clone())).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "invalid_request"),
            "{body}"
        );
    }
    // What may be absent may be null where the description says so.
    anna.patch(
        "api/v1/me",
        json!({ "presence": { "state": "away", "reason": null }, "preferences": { "language": null } }),
    )
    .await
    .expect(200);
    let form = site
        .http
        .post(format!("{}api/v1/session", site.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("username=a&password=b")
        .send()
        .await
        .unwrap();
    assert_eq!(form.status(), 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::local_with("", |conf| conf.limits("max_body_bytes = 2000")).await;
    let site = app.site("/im/");
    let long = "x".repeat(3_000);
    site.post(
        "api/v1/session",
        json!({ "username": long, "password": "b" }),
    )
    .await
    .problem(413, "body_too_large");
}

/// Sends raw bytes and returns what comes back until the server closes, and how long that took.
fn raw(base: &str, bytes: &[u8]) -> (String, Duration) {
    let started = Instant::now();
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(15)))
        .unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    (
        String::from_utf8_lossy(&answer).into_owned(),
        started.elapsed(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_headers_and_slow_bodies_are_cut_off() {
    let app = TestApp::local_with("", |conf| {
        conf.limits("header_timeout = \"1s\"\nbody_timeout = \"1s\"")
    })
    .await;
    let base = app.base.clone();
    let header = tokio::task::spawn_blocking({
        let base = base.clone();
        move || raw(&base, b"GET /im/ HTTP/1.1\r\nHost: x\r\nX-Slow")
    });
    let body = tokio::task::spawn_blocking(move || {
        raw(
            &base,
            b"POST /im/api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
              Content-Length: 50\r\n\r\n{",
        )
    });
    let (_, took) = header.await.unwrap();
    assert!(took < Duration::from_secs(8), "{took:?}");
    let (answer, took) = body.await.unwrap();
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(answer.contains("request_timeout"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_too_large_is_refused() {
    let app = TestApp::local("").await;
    let base = app.base.clone();
    let bytes = format!(
        "GET /im/ HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "y".repeat(40_000)
    );
    let (answer, _) = tokio::task::spawn_blocking(move || {
        // The server may close while the rest is still being written.
        let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
        let _ = stream.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        (String::from_utf8_lossy(&answer).into_owned(), ())
    })
    .await
    .unwrap();
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_carries_many_requests() {
    let app = TestApp::local("").await;
    let base = app.base.clone();
    let (answers, _) = tokio::task::spawn_blocking(move || {
        let one = "GET /im/api/v1/site HTTP/1.1\r\nHost: x\r\n\r\n";
        let last = "GET /im/api/v1/site HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        raw(&base, format!("{one}{one}{last}").as_bytes())
    })
    .await
    .unwrap();
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 3, "{answers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_wait_for_a_place() {
    let app = TestApp::local_with("", |conf| {
        conf.limits("max_connections = 2\nheader_timeout = \"2s\"")
    })
    .await;
    let address = app.base.trim_start_matches("http://").to_owned();
    let idle: Vec<_> = (0..2)
        .map(|_| TcpStream::connect(&address).unwrap())
        .collect();
    let site = app.site("/im/");
    let started = Instant::now();
    // Answered once an idle connection has been given up.
    site.get("api/v1/site").await.expect(200);
    assert!(
        started.elapsed() > Duration::from_millis(900),
        "{:?}",
        started.elapsed()
    );
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_address_is_what_trusted_proxies_say() {
    let app = TestApp::local_with("", |conf| {
        conf.root("trusted_proxies = [\"127.0.0.1\"]")
            .limits("registrations_per_address = 1")
    })
    .await;
    let from = |address: &str| app.site("/im/").with("x-forwarded-for", address);
    let ask = |name: &str| json!({ "username": name, "password": "long enough" });
    from("203.0.113.7")
        .post("api/v1/registration", ask("Anna"))
        .await
        .expect(201);
    let refused = from("6.6.6.6, 203.0.113.7")
        .post("api/v1/registration", ask("Berta"))
        .await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.problem(429, "too_many_registrations");
    from("203.0.113.8")
        .post("api/v1/registration", ask("Berta"))
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_choose_an_address() {
    let app = TestApp::local_with("", |conf| conf.limits("registrations_per_address = 1")).await;
    let from = |address: &str| app.site("/im/").with("x-forwarded-for", address);
    let ask = |name: &str| json!({ "username": name, "password": "long enough" });
    from("203.0.113.7")
        .post("api/v1/registration", ask("Anna"))
        .await
        .expect(201);
    from("203.0.113.8")
        .post("api/v1/registration", ask("Berta"))
        .await
        .problem(429, "too_many_registrations");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_https_site_has_secure_cookies_and_strict_transport() {
    let app = TestApp::local_with("", |conf| {
        conf.root("public_url = \"https://chat.example.org\"")
    })
    .await;
    let site = app.site("/im/").with("origin", "https://chat.example.org");
    site.register("Anna", "long enough").await;
    let answer = site
        .post(
            "api/v1/session",
            json!({ "username": "Anna", "password": "long enough", "cookie": true }),
        )
        .await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gentle_stop_answers_what_is_under_way_and_tells_the_sockets() {
    let app = TestApp::local("").await;
    let site = app.site("/im/");
    let anna = site.register("Anna", "long enough").await;
    let mut socket = anna.events(None).await;
    let base = app.base.clone();
    app.stop().await;
    assert_eq!(socket.closed().await, 1012);
    assert!(TcpStream::connect(base.trim_start_matches("http://")).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_one_failed_request() {
    use tower::ServiceExt as _;
    let app = TestApp::local("").await;
    let routes = axum::Router::new().route(
        "/panic",
        axum::routing::get(async || -> &str { panic!("a secret") }),
    );
    let routes = im_server::middleware::around(routes, &app.app);
    let request = axum::http::Request::get("/panic")
        .header("host", "x")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = routes.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 500);
    let body = axum::body::to_bytes(answer.into_body(), 10_000)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        body.contains("\"internal\"") && !body.contains("secret"),
        "{body}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_takes_for_ever() {
    use tower::ServiceExt as _;
    let app = TestApp::local_with("", |conf| conf.limits("request_timeout = \"200ms\"")).await;
    let routes = axum::Router::new().route("/slow", axum::routing::get(std::future::pending::<()>));
    let routes = im_server::middleware::around(routes, &app.app);
    let request = axum::http::Request::get("/slow")
        .header("host", "x")
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = routes.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_names_one_host() {
    let app = TestApp::local("").await;
    let base = app.base.clone();
    tokio::task::spawn_blocking(move || {
        for (head, status) in [
            ("HTTP/1.1\r\n", "400"),
            ("HTTP/1.1\r\nHost: a\r\nHost: b\r\n", "400"),
            ("HTTP/1.1\r\nHost: a\r\n", "200"),
            ("HTTP/1.0\r\n", "200"),
        ] {
            let request = format!("GET /im/api/v1/site {head}Connection: close\r\n\r\n");
            let (answer, _) = raw(&base, request.as_bytes());
            assert_eq!(answer.split(' ').nth(1), Some(status), "{head}: {answer}");
            assert!(
                status == "200" || answer.contains("invalid_request"),
                "{answer}"
            );
        }
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_about_a_request_has_its_id() {
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "newcomers_local = \"at_once\"");
    let process = Process::start(&conf, &store.file("im.toml")).await;
    let site = process.site("/im/");
    let mut ids = Vec::new();
    for round in 0..20 {
        let name = format!("Anna {round}");
        let answers = [
            site.try_sign_in(&name, "long enough").await,
            site.try_sign_in(&name, "a guess").await,
            site.get("api/v1/me").await,
        ];
        ids.extend(
            answers.map(|answer| answer.headers["x-request-id"].to_str().unwrap().to_owned()),
        );
    }
    let log = process.log();
    let logged: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("im_server::access"))
        .collect();
    assert!(logged.len() >= ids.len() - 1, "{log}");
    for line in logged {
        assert!(ids.iter().any(|id| line.contains(id)), "{line}");
    }
}

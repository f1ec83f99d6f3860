//! What operators ask.

use crate::support::{Conf, Process, Site, Store, StoreKind, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_health_and_figures() {
    // A path of its own: figures are those of the process, which runs other tests too.
    let store = Store::new(StoreKind::Sqlite).await;
    let app = TestApp::start(&Conf::new(&store).site("/figures/", &["local"], "")).await;
    let site = app.site("/figures/");
    let anna = site.register("Anna", "long enough").await;
    let _stream = anna.events(None).await;
    site.try_sign_in("Anna", "wrong")
        .await
        .problem(401, "invalid_credentials");
    site.sign_in("Anna", "long enough").await;
    let root = app.site("/");
    assert_eq!(root.get("healthz").await.text, "ok\n");
    assert_eq!(root.get("readyz").await.text, "ready\n");
    let metrics = root.get("metrics").await.text;
    for expected in [
        "im_sign_ins_total{site=\"/figures/\",realm=\"local\",outcome=\"ok\"}",
        "im_sign_ins_total{site=\"/figures/\",realm=\"local\",outcome=\"invalid_credentials\"}",
        "im_http_request_seconds_bucket{method=\"POST\",route=\"/figures/api/v1/session\"",
        "im_connected{site=\"/figures/\"} 1",
        "im_password_verifications",
    ] {
        assert!(metrics.contains(expected), "{expected} in\n{metrics}");
    }
    for secret in ["Anna", "long enough", &anna.token] {
        assert!(!metrics.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_do_not_see_figures() {
    let app = TestApp::local_with("", |conf| {
        conf.root("operator_addresses = [\"10.0.0.0/8\"]")
    })
    .await;
    let root = app.site("/");
    assert_eq!(root.get("healthz").await.status, 200);
    root.get("metrics").await.problem(404, "not_found");
    root.get("readyz").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_nobody_named_does_not_make_everybody_an_operator() {
    let app = TestApp::local("").await;
    let root = app.site("/");
    assert_eq!(root.get("metrics").await.status, 200);
    let by_proxy = root.with("x-forwarded-for", "203.0.113.7");
    by_proxy.get("metrics").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_header_does_not_turn_a_visitor_into_the_trusted_proxy() {
    let app = TestApp::local_with("", |conf| conf.root("trusted_proxies = [\"127.0.0.1\"]")).await;
    let root = app.site("/");
    let operator = root.with("x-forwarded-for", "127.0.0.2");
    assert_eq!(operator.get("metrics").await.status, 200);
    for line in [&b"\xff, 203.0.113.7"[..], b"\xff", b"unknown"] {
        let mut visitor = root.clone();
        let value = reqwest::header::HeaderValue::from_bytes(line).unwrap();
        visitor.headers.insert("x-forwarded-for", value);
        visitor.get("metrics").await.problem(404, "not_found");
        visitor.get("readyz").await.problem(404, "not_found");
    }
    root.get("metrics").await.problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_client_made_up_is_no_label_of_its_own() {
    let app = TestApp::local("").await;
    let root = app.site("/");
    let method = reqwest::Method::from_bytes(b"ZZINVENTED").unwrap();
    root.request(method, "healthz", None)
        .await
        .problem(405, "method_not_allowed");
    let metrics = root.get("metrics").await.text;
    assert!(!metrics.contains("ZZINVENTED"), "{metrics}");
    assert!(metrics.contains("method=\"other\""), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_of_their_own_leaves_nothing_on_the_common_one() {
    let store = Store::new(StoreKind::Sqlite).await;
    let port = im_testkit::free_port();
    let conf = Conf::new(&store)
        .root(&format!("operator_listen = \"127.0.0.1:{port}\""))
        .site("/im/", &["local"], "");
    let process = Process::start(&conf, &store.file("im.toml")).await;
    process
        .site("/")
        .get("metrics")
        .await
        .problem(404, "not_found");
    let operators = Site::new(&format!("http://127.0.0.1:{port}"), "/");
    assert_eq!(operators.get("healthz").await.text, "ok\n");
    assert_eq!(operators.get("readyz").await.text, "ready\n");
    assert!(operators.get("metrics").await.text.contains("im_connected"));
    operators
        .get("im/api/v1/site")
        .await
        .problem(404, "not_found");
}

//! What one client may hold of the server's connections.

use std::net::{IpAddr, TcpStream};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::support::{Answer, Conf, Process, Site, Store, StoreKind, TestApp, json};

fn connect(base: &str) -> TcpStream {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

/// The site as somebody with another address of this machine sees it, on a new connection every time.
fn from(site: &Site, address: [u8; 4]) -> Site {
    let mut site = site.clone();
    site.http = reqwest::Client::builder()
        .local_address(IpAddr::from(address))
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    site
}

/// Tries until a place is free: the server hears of a closed connection a moment later.
async fn let_in(site: &Site) {
    for _ in 0..300 {
        let tried = site
            .try_request(reqwest::Method::GET, "api/v1/site", None)
            .await;
        if tried.is_ok_and(|answer: Answer| answer.status == 200) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no place is given back");
}

/// A figure of the server.
async fn figure(root: &Site, name: &str) -> u64 {
    let metrics = root.get("metrics").await.text;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .unwrap_or_else(|| panic!("{name} in\n{metrics}"));
    line.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_reads_the_answers_is_cut_off() {
    let app = TestApp::local_with("", |conf| conf.limits("write_timeout = \"1s\"")).await;
    let before = figure(&app.site("/"), "im_connections_cut_total").await;
    let mut stream = tokio::net::TcpStream::from_std(connect(&app.base)).unwrap();
    let ask = async {
        // More than fits into the buffers of two operating systems.
        let much = b"GET /im/assets/js/strings/en.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(4_000);
        stream.write_all(&much).await?;
        loop {
            stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        #[expect(unreachable_code, reason = "says what the block gives")]
        std::io::Result::Ok(())
    };
    let error = tokio::time::timeout(Duration::from_secs(60), ask)
        .await
        .expect("the server gives up")
        .unwrap_err();
    assert!(
        matches!(
            error.kind(),
            std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe
        ),
        "{error:?}"
    );
    let after = figure(&app.site("/"), "im_connections_cut_total").await;
    assert!(after > before, "{before} {after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_take_all_connections() {
    let app = TestApp::local_with("", |conf| {
        conf.limits("max_connections_per_address = 3\nheader_timeout = \"1h\"")
    })
    .await;
    let before = figure(
        &from(&app.site("/"), [127, 0, 0, 2]),
        "im_connections_refused_total",
    )
    .await;
    let idle: Vec<_> = (0..3).map(|_| connect(&app.base)).collect();
    let here = from(&app.site("/im/"), [127, 0, 0, 1]);
    let refused = here.get("api/v1/site").await;
    assert_eq!(refused.headers["retry-after"], "10");
    refused.problem(429, "too_many_connections");
    let elsewhere = from(&app.site("/im/"), [127, 0, 0, 2]);
    elsewhere.get("api/v1/site").await.expect(200);
    let after = figure(
        &from(&app.site("/"), [127, 0, 0, 2]),
        "im_connections_refused_total",
    )
    .await;
    assert!(after > before, "{before} {after}");
    drop(idle);
    let_in(&here).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_event_stream_is_a_connection_of_its_address() {
    let app = TestApp::local_with("", |conf| conf.limits("max_connections_per_address = 2")).await;
    let elsewhere = from(&app.site("/im/"), [127, 0, 0, 3]);
    let anna = elsewhere.register("Anna", "long enough").await;
    let here = anna.at(&from(&app.site("/im/"), [127, 0, 0, 1]));
    let streams = [here.events(None).await, here.events(None).await];
    here.get("api/v1/me")
        .await
        .problem(429, "too_many_connections");
    drop(streams);
    let_in(&here.site).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_is_counted_for_itself() {
    let app = TestApp::local_with("", |conf| {
        conf.root("trusted_proxies = [\"127.0.0.1\"]")
            .limits("max_connections_per_address = 2")
    })
    .await;
    // The proxy itself holds as many as it likes.
    let _proxy: Vec<_> = (0..20).map(|_| connect(&app.base)).collect();
    let client = |address: &str| app.site("/im/").with("x-forwarded-for", address);
    let anna = client("2001:db8::1").register("Anna", "long enough").await;
    let streams = [anna.events(None).await, anna.events(None).await];
    for _ in 0..3 {
        // The same household; what was refused holds nothing.
        client("2001:db8::ffff")
            .get("api/v1/site")
            .await
            .problem(429, "too_many_connections");
        // What the client wrote itself is not believed.
        client("203.0.113.9, 2001:db8::2")
            .get("api/v1/site")
            .await
            .problem(429, "too_many_connections");
    }
    for _ in 0..5 {
        client("2001:db8:0:1::1")
            .get("api/v1/site")
            .await
            .expect(200);
        client("203.0.113.7").get("api/v1/site").await.expect(200);
    }
    drop(streams);
    let_in(&client("2001:db8::1")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_nobody_named_is_told_of_once() {
    let store = Store::new(StoreKind::Sqlite).await;
    let conf = Conf::new(&store).site("/im/", &["local"], "");
    let process = Process::start(&conf, &store.file("im.toml")).await;
    let site = process.site("/im/").with("x-forwarded-for", "203.0.113.7");
    let nobody = json!({ "username": "a", "password": "b" });
    for _ in 0..2 {
        site.post("api/v1/session", nobody.clone())
            .await
            .problem(401, "invalid_credentials");
    }
    let log = process.log();
    let told: Vec<_> = log
        .lines()
        .filter(|line| line.contains("trusted_proxies = ["))
        .collect();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].contains("127.0.0.1"), "{told:?}");
}

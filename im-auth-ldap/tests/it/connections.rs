//! Connections: kept, tested, replaced, bounded.

use std::sync::Arc;
use std::time::Duration;

use im_auth_ldap::{Directory, Options};
use im_core::{ExternalAuthenticator as _, Lookup};
use im_testkit::{CutProxy, Slapd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::place::{Place, accepted, failed, rejected};
use crate::support;

/// A directory behind a proxy.
fn behind(place: &Place, proxy: &CutProxy) -> Directory {
    let mut config = place.config();
    config.server.url = Slapd::url_at(proxy.port());
    Directory::new(config).unwrap()
}

/// A server that gives every connection this answer to whatever it says first.
async fn imposter(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 1_024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer).await;
                // What comes after it is not answered.
                let _ = stream.read(&mut request).await;
            });
        }
    });
    port
}

fn in_clear(port: u16) -> Directory {
    let mut options = Options::default();
    options.base = Some("dc=example,dc=org".into());
    options.starttls = Some(false);
    Directory::new(support::config(
        support::server(Slapd::url_at(port)),
        options,
    ))
    .unwrap()
}

#[tokio::test]
async fn searches_share_a_connection_and_every_sign_in_has_its_own() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let proxy = CutProxy::to(place.server.port());
    let directory = behind(&place, &proxy);
    for _ in 0..3 {
        accepted(&directory, "alice", "horse").await;
        directory.find(&[Lookup::by_name("alice")]).await.unwrap();
    }
    assert_eq!(proxy.accepted(), 1 + 3);
}

#[tokio::test]
async fn a_kept_connection_that_is_gone_is_replaced_without_anybody_noticing() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let proxy = CutProxy::to(place.server.port());
    let directory = behind(&place, &proxy);
    for _ in 0..5 {
        accepted(&directory, "alice", "horse").await;
        proxy.cut().await;
        proxy.restore().await;
    }
}

#[tokio::test]
async fn a_server_that_was_stopped_is_unavailable_until_it_is_back() {
    let server = Slapd::start().await;
    let people = format!("ou=people,{}", Slapd::SUFFIX);
    let records = [
        support::Record::unit(&people),
        support::Record::person("alice", "horse", &people),
    ];
    server.add(&support::ldif(&records)).await;
    let mut options = Options::default();
    options.base = Some(people);
    options.bind_dn = Some(server.reader().dn.clone());
    options.ca_file = Some(server.ca_file());
    let access = support::server(server.tls_url()).password(server.reader().password.clone());
    let directory = Directory::new(support::config(access, options)).unwrap();
    accepted(&directory, "alice", "horse").await;
    server.stop().await;
    for (name, password) in [("alice", "horse"), ("alice", "wrong"), ("nobody", "x")] {
        assert_eq!(
            failed(&directory, name, password).await.kind(),
            "unavailable"
        );
    }
    server.restart().await;
    accepted(&directory, "alice", "horse").await;
    rejected(&directory, "alice", "wrong").await;
}

#[tokio::test]
async fn who_waits_too_long_for_a_connection_is_told_to_come_back() {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    let proxy = CutProxy::to(place.server.port());
    let mut config = place.config();
    config.server.url = Slapd::url_at(proxy.port());
    config.server.max_connections = 1;
    config.server.acquire_timeout = Duration::from_millis(100);
    let directory = Arc::new(Directory::new(config).unwrap());
    accepted(&directory, "alice", "horse").await;
    proxy.stall();
    let (one, other) = tokio::join!(
        failed(&directory, "alice", "horse"),
        failed(&directory, "alice", "horse"),
    );
    let mut kinds = [one.kind(), other.kind()];
    kinds.sort_unstable();
    assert_eq!(kinds, ["busy", "unavailable"]);
    proxy.restore().await;
    accepted(&directory, "alice", "horse").await;
}

#[tokio::test]
async fn a_server_that_speaks_something_else_is_unavailable() {
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"220 mail.example.org ESMTP\r\n",
        &[0xff; 64],
    ] {
        let directory = in_clear(imposter(answer).await);
        assert_eq!(failed(&directory, "alice", "x").await.kind(), "unavailable");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_in_itself_is_unavailable() {
    // Results of a search and of a bind without code, text or anything.
    for answer in [
        &[0x30, 0x05, 0x02, 0x01, 0x01, 0x65, 0x00][..],
        &[0x30, 0x05, 0x02, 0x01, 0x01, 0x61, 0x00],
        // An entry without a name.
        &[0x30, 0x05, 0x02, 0x01, 0x01, 0x64, 0x00],
        // A message without an id.
        &[0x30, 0x02, 0x65, 0x00],
    ] {
        let directory = in_clear(imposter(answer).await);
        assert_eq!(
            failed(&directory, "alice", "x").await.kind(),
            "unavailable",
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_referral_is_not_followed() {
    // The result of a search: referral (10) to another server.
    const REFERRAL: &[u8] = &[
        0x30, 0x20, 0x02, 0x01, 0x01, 0x65, 0x1b, 0x0a, 0x01, 0x0a, 0x04, 0x00, 0x04, 0x00, 0xa3,
        0x12, 0x04, 0x10, b'l', b'd', b'a', b'p', b':', b'/', b'/', b'o', b't', b'h', b'e', b'r',
        b'.', b'n', b'e', b't',
    ];
    let directory = in_clear(imposter(REFERRAL).await);
    let error = failed(&directory, "alice", "x").await;
    assert_eq!(error.kind(), "configuration");
    assert!(
        error.to_string().contains("referrals are not followed"),
        "{error}"
    );
}

//! Passwords travel encrypted, to a server that is who it says.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use im_auth_ldap::Directory;
use im_core::ExternalAuthenticator as _;
use im_testkit::Slapd;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::place::{Place, accepted, failed};

async fn place() -> Place {
    let place = Place::new().await;
    place.add(&[place.person("alice", "horse")]).await;
    place
}

/// The place's directory at another address.
fn at(place: &Place, url: String) -> Directory {
    let mut config = place.config();
    config.server.url = url;
    Directory::new(config).unwrap()
}

#[tokio::test]
async fn tls_from_the_beginning() {
    let place = place().await;
    accepted(&at(&place, place.server.tls_url()), "alice", "horse").await;
}

#[tokio::test]
async fn starttls_is_the_default_and_its_certificate_is_checked() {
    let place = place().await;
    accepted(&place.directory(), "alice", "horse").await;
    for ca_file in [Some(place.server.other_ca_file()), None] {
        for url in [place.server.url(), place.server.tls_url()] {
            let mut config = place.config();
            config.server.url = url;
            config.options.ca_file = ca_file.clone();
            let error = failed(&Directory::new(config).unwrap(), "alice", "horse").await;
            assert_eq!(error.kind(), "configuration", "{error}");
            assert!(
                error.to_string().contains("ca_file") || ca_file.is_none(),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let place = place().await;
    // Another address of this machine, for which the certificate is not.
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let target = place.server.tls_port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, target))
                .await
                .unwrap();
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let error = failed(&at(&place, format!("ldaps://{address}")), "alice", "horse").await;
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("another name"), "{error}");
}

#[tokio::test]
async fn without_starttls_on_the_server_nothing_more_is_said() {
    let heard = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::clone(&heard);
    tokio::spawn(async move {
        // An extended response: protocolError (2).
        const NO: [u8; 14] = [0x30, 12, 0x02, 1, 1, 0x78, 7, 0x0a, 1, 2, 4, 0, 4, 0];
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1_024];
        while stream.read(&mut request).await.unwrap_or(0) > 0 {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(&NO).await;
        }
    });
    let place = place().await;
    let error = failed(&at(&place, Slapd::url_at(port)), "alice", "horse").await;
    assert_eq!(error.kind(), "configuration");
    assert!(error.to_string().contains("no StartTLS"), "{error}");
    assert_eq!(heard.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn tls_to_a_port_without_it_is_unavailable() {
    let place = place().await;
    let url = format!("ldaps://localhost:{}", place.server.port());
    assert_eq!(
        failed(&at(&place, url), "alice", "horse").await.kind(),
        "unavailable"
    );
}

#[tokio::test]
async fn a_file_without_certificates_is_named() {
    let place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    for file in [empty, folder.path().join("missing.pem")] {
        let name = file.display().to_string();
        let directory = place.directory_with(|options| options.ca_file = Some(file));
        let error = failed(&directory, "alice", "horse").await;
        assert_eq!(error.kind(), "configuration");
        assert!(error.to_string().contains(&name), "{error}");
    }
}

#[tokio::test]
async fn clear_text_is_possible_and_warned_about() {
    let place = place().await;
    let directory = place.directory_with(|options| options.starttls = Some(false));
    accepted(&directory, "alice", "horse").await;
    let warnings = directory.probe().await.unwrap().warnings;
    assert!(
        warnings
            .iter()
            .any(|text| text.contains("in clear") && text.contains("offers StartTLS")),
        "{warnings:?}"
    );
    let warnings = place.directory().probe().await.unwrap().warnings;
    assert!(warnings.is_empty(), "{warnings:?}");
}

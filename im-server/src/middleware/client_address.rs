//! Whose request it is: the peer's address, or what trusted proxies say.

use std::net::IpAddr;
use std::sync::{Arc, Once};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::config::Network;
use crate::serve::Peer;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress {
    /// The client's address.
    pub address: IpAddr,
    /// Whether a proxy stands in between and the address is the proxy's: one that is not trusted, or one that did not say
    /// in a way that can be read whom it speaks for.
    pub is_proxy: bool,
}

pub(super) async fn layer(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<Peer>()
        .map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.0.ip());
    let client = of(peer, request.headers(), &app.settings.trusted_proxies);
    if client.is_proxy {
        hint(peer.to_canonical(), &app.settings.trusted_proxies);
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Tells once of a proxy that nobody named. Only of one close by: anybody out there can write the header.
fn hint(peer: IpAddr, trusted: &[Network]) {
    static TOLD: Once = Once::new();
    let is_close = match peer {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    };
    if !is_close || trusted.iter().any(|network| network.contains(peer)) {
        return;
    }
    TOLD.call_once(|| {
        tracing::warn!(
            %peer,
            "requests come through a proxy that is not in `trusted_proxies`: all its clients count as one address, for \
             the limits on guessing, registering and connecting; if it is yours, write trusted_proxies = [\"{peer}\"]"
        );
    });
}

/// Reads `X-Forwarded-For` from right to left: what a trusted proxy wrote is believed, and nothing to the left of the
/// first address that is no trusted proxy, since anybody may have written it.
#[must_use]
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddress {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    // Bytes, not text: a line that a client spoilt must not hide what the proxy added to it.
    let lists: Vec<&[u8]> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    let hops = lists
        .iter()
        .flat_map(|list| list.split(|byte| *byte == b','));
    let mut is_proxy = if is_trusted(address) {
        true
    } else {
        headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded")
    };
    for hop in hops.rev() {
        if !is_trusted(address) {
            break;
        }
        let Some(next) = parse(&String::from_utf8_lossy(hop)) else {
            is_proxy = true;
            break;
        };
        (address, is_proxy) = (next, false);
    }
    ClientAddress { address, is_proxy }
}

/// An address, with or without a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    hop.parse::<IpAddr>()
        .or_else(|_| {
            hop.parse::<std::net::SocketAddr>()
                .map(|with_port| with_port.ip())
        })
        .or_else(|_| hop.trim_matches(['[', ']']).parse())
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> ClientAddress {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8"].map(|text| Network(text.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        of(peer.parse().unwrap(), &headers, &trusted)
    }

    fn address(peer: &str, forwarded: &[&str]) -> String {
        client(peer, forwarded).address.to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(address("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert!(client("203.0.113.9", &["1.2.3.4"]).is_proxy);
    }

    #[test]
    fn a_trusted_proxy_is_believed_but_not_what_its_client_wrote() {
        assert_eq!(
            address("127.0.0.1", &["1.2.3.4, 198.51.100.7"]),
            "198.51.100.7"
        );
        assert!(!client("127.0.0.1", &["198.51.100.7"]).is_proxy);
    }

    #[test]
    fn a_chain_of_trusted_proxies_is_followed() {
        assert_eq!(
            address("127.0.0.1", &["6.6.6.6, 198.51.100.7", "10.1.1.1"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn ports_and_brackets_are_understood() {
        assert_eq!(address("127.0.0.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(address("127.0.0.1", &["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(address("127.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(
            address("::ffff:127.0.0.1", &["198.51.100.7"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn nonsense_ends_at_the_last_trusted_hop() {
        assert_eq!(
            address("127.0.0.1", &["198.51.100.7, unknown"]),
            "127.0.0.1"
        );
        assert_eq!(address("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn bytes_that_are_no_text_do_not_hide_what_the_proxy_wrote() {
        let trusted = [Network("127.0.0.1/32".parse().unwrap())];
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes(b"\xff, 198.51.100.7").unwrap();
        headers.append("x-forwarded-for", line);
        let client = of([127, 0, 0, 1].into(), &headers, &trusted);
        assert_eq!(client.address.to_string(), "198.51.100.7");
        assert!(!client.is_proxy);
    }

    #[test]
    fn a_trusted_proxy_that_names_nobody_is_not_the_client() {
        assert!(client("127.0.0.1", &[]).is_proxy);
        assert!(client("127.0.0.1", &["unknown"]).is_proxy);
        assert!(client("127.0.0.1", &["198.51.100.7, \u{ff}"]).is_proxy);
        assert!(client("127.0.0.1", &["unknown, 10.1.1.1"]).is_proxy);
        assert!(!client("127.0.0.1", &["10.1.1.1"]).is_proxy);
        assert!(!client("203.0.113.9", &[]).is_proxy);
    }
}

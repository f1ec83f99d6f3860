//! Whose request it is: the peer's address, or what trusted proxies say.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
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
    /// Whether a proxy that is not trusted stands in between, so that the address is the proxy's.
    pub forwarded_by_stranger: bool,
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
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Reads `X-Forwarded-For` from right to left: what a trusted proxy wrote is believed, and nothing to the left of the
/// first address that is no trusted proxy, since anybody may have written it.
#[must_use]
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddress {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    let lists: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let mut hops = lists.iter().flat_map(|list| list.split(',')).rev();
    while is_trusted(address) {
        match hops.next().and_then(parse) {
            Some(next) => address = next,
            None => break,
        }
    }
    ClientAddress {
        address,
        forwarded_by_stranger: !is_trusted(peer)
            && (headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded")),
    }
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
        assert!(client("203.0.113.9", &["1.2.3.4"]).forwarded_by_stranger);
    }

    #[test]
    fn a_trusted_proxy_is_believed_but_not_what_its_client_wrote() {
        assert_eq!(
            address("127.0.0.1", &["1.2.3.4, 198.51.100.7"]),
            "198.51.100.7"
        );
        assert!(!client("127.0.0.1", &["198.51.100.7"]).forwarded_by_stranger);
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
}

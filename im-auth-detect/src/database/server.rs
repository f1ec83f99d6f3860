//! The host of a database, which products let an owner write in many ways.

/// Where a database server listens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The name or address; an IPv6 address without brackets. `None`: this machine, or only the socket is given.
    pub host: Option<String>,
    /// The TCP port, if one is given.
    pub port: Option<u16>,
    /// The path of a Unix socket, if one is given.
    pub socket: Option<String>,
}

impl Server {
    /// Takes apart `host`, `host:port`, `host:/path/to.sock`, `:/path`, `/path`, `[v6]`, `[v6]:port`, a bare IPv6
    /// address, and each of them with PHP's `p:` for a persistent connection in front.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let text = text.strip_prefix("p:").unwrap_or(text);
        let text = text.strip_prefix("tcp://").unwrap_or(text);
        let text = text
            .strip_prefix("unix://")
            .or_else(|| text.strip_prefix("unix:"))
            .unwrap_or(text);
        if text.starts_with('/') {
            return Self {
                socket: Some(text.to_owned()),
                ..Self::default()
            };
        }
        if let Some((address, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            return Self {
                host: some(address),
                ..Self::after(rest.strip_prefix(':').unwrap_or_default())
            };
        }
        match text.split_once(':') {
            // More than one colon and no path: an address.
            Some((_, rest)) if rest.contains(':') && !rest.contains('/') => Self {
                host: some(text),
                ..Self::default()
            },
            Some((host, rest)) => Self {
                host: some(host),
                ..Self::after(rest)
            },
            None => Self {
                host: some(text),
                ..Self::default()
            },
        }
    }

    /// What stands behind the colon: a port, a socket, or both (`3306:/path`).
    fn after(rest: &str) -> Self {
        let (port, socket) = match rest.find('/') {
            Some(at) => (rest[..at].trim_end_matches(':'), some(&rest[at..])),
            None => (rest, None),
        };
        Self {
            // 0 stands for the usual one.
            port: port.trim().parse().ok().filter(|port| *port != 0),
            socket,
            ..Self::default()
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

//! The keys before the first table.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

use super::Network;
use super::keys::{Secret, keys};

keys! {
    /// The server as a whole.
    pub struct Root {
        /// Where to listen for HTTP. TLS is the business of a proxy in front.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080));
        /// The address browsers use, without a path. Cookies are `Secure` when it is https, and writes by cookie and
        /// WebSockets must come from it. Not set: they must come from the host the request names.
        public_url: Option<Url> = None, example "\"https://chat.example.org\"";
        /// Proxies in front, whose `X-Forwarded-For` is believed. Not set: every client has the proxy's address, and
        /// limits per address hit everybody at once.
        trusted_proxies: Vec<Network> = Vec::new(), example "[\"127.0.0.1\"]";
        /// The messenger's own store: `sqlite:FILE`, or `mysql://USER@HOST/NAME` for MySQL and MariaDB. Also from the
        /// environment variable IM_DATABASE.
        database: Secret = Secret::default(), example "\"sqlite:im.sqlite\"";
        /// The store's password; better in a file, or in the environment variable IM_DATABASE_PASSWORD.
        database_password: Option<Secret> = None, example "\"…\"";
        /// A file that holds the store's password, for instance a systemd credential.
        database_password_file: Option<PathBuf> = None, example "\"im-password\"";
        /// Connections to the store.
        database_connections: u32 = 10;
        /// A listener of its own for /healthz, /readyz and /metrics. Not set: they are on `listen`, for
        /// `operator_addresses` only.
        operator_listen: Option<SocketAddr> = None, example "\"127.0.0.1:9090\"";
        /// Who may ask for /metrics and /readyz on `listen`. Who asks from the address of a trusted proxy, without an
        /// `X-Forwarded-For`, may not: a program beside the proxy needs `operator_listen`.
        operator_addresses: Vec<Network> = super::loopback();
        /// Show the list of sites at `/`.
        list_sites: bool = false;
        /// A folder to serve the web client from instead of the one built in, for who changes it.
        web_dir: Option<PathBuf> = None, example "\"web\"";
        /// Names that no own account may have; `*` stands for anything. Forums' members keep theirs.
        reserved_names: Vec<String> = reserved();
        /// Names that nobody may sign in with, wherever the account comes from; `*` stands for anything.
        banned_names: Vec<String> = Vec::new(), example "[\"*spam*\"]";
    }
}

fn reserved() -> Vec<String> {
    [
        "admin",
        "administrator",
        "moderator",
        "root",
        "system",
        "support",
    ]
    .map(String::from)
    .into()
}

//! Every long-lived part of the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use im_messenger::{Messenger, Options};
use im_password::VerifyPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::config::{Config, Limits, Network};
use crate::events::{Pace, Seats};
use crate::metrics::Metrics;
use crate::middleware::Window;
use crate::web::Web;

/// The server: what every request may use.
#[derive(Debug)]
pub struct App {
    /// Accounts, contacts, conversations: the rules and the store.
    pub messenger: Messenger,
    /// Verifies passwords for all realms.
    pub pool: VerifyPool,
    /// What the configuration says about HTTP.
    pub settings: Settings,
    /// The sites, in the order of the configuration.
    pub sites: Vec<Arc<Site>>,
    /// What people call each realm, also those of other sites: contacts may come from there.
    pub realm_titles: BTreeMap<String, String>,
    /// The web client's files.
    pub web: Web,
    /// Counts open sockets per session and address.
    pub seats: Arc<Seats>,
    /// Counts registrations per address.
    pub registrations: Window,
    /// Figures for operators.
    pub metrics: Metrics,
    /// Tells sockets that the server stops.
    pub stop: CancellationToken,
    /// Knows the sockets that are still open.
    pub sockets: TaskTracker,
}

/// One address people connect to, as far as HTTP is concerned.
#[derive(Debug)]
pub struct Site {
    /// Its path, with a slash at both ends.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The language of the page, if it is not the browser's choice.
    pub language: Option<String>,
    /// A notice on the page.
    pub notice: Option<String>,
    /// Its realms and their links for people without an account or password.
    pub links: BTreeMap<String, Links>,
    /// Its options.
    pub options: Options,
}

/// Where people go who cannot sign in.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// To get an account.
    pub register: Option<Url>,
    /// To get a new password.
    pub lost_password: Option<Url>,
}

/// What the configuration says about HTTP.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The origin browsers must name; `None`: the host the request names.
    pub public_origin: Option<String>,
    /// The address browsers use.
    pub public_url: Option<Url>,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<Network>,
    /// Who may ask for metrics on the common listener; `None`: there is another listener for that.
    pub operators: Option<Vec<Network>>,
    /// Whether `/` lists the sites.
    pub list_sites: bool,
    /// Whether requests are logged.
    pub log_requests: bool,
    /// What one client, and all together, may use.
    pub limits: Limits,
}

impl Settings {
    /// From the configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let root = &config.root;
        Self {
            public_origin: root
                .public_url
                .as_ref()
                .map(|url| url.origin().ascii_serialization()),
            public_url: root.public_url.clone(),
            trusted_proxies: root.trusted_proxies.clone(),
            operators: root
                .operator_listen
                .is_none()
                .then(|| root.operator_addresses.clone()),
            list_sites: root.list_sites,
            log_requests: config.log.requests,
            limits: config.limits.clone(),
        }
    }

    /// Whether browsers use https: cookies are then `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }

    /// How patient sockets are.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace {
            ping: self.limits.ping_interval.0,
            send: self.limits.socket_send_timeout.0,
        }
    }
}

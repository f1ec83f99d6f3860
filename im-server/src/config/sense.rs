//! What the parts of a configuration say about one another.

use std::collections::BTreeSet;
use std::time::Duration;

use im_core::Realm;
use im_messenger::Setup;
use secrecy::ExposeSecret;

use super::file::{Reader, closest};
use super::{Complaint, Config, Limits, SiteKeys};

/// No patience needs to be longer, and clocks overflow somewhere.
const LONGEST: Duration = Duration::from_secs(86_400);

impl Reader<'_> {
    /// What the parts say about one another.
    pub(super) fn sense(&mut self, config: &Config) {
        let root = &config.root;
        if root.database.0.expose_secret().is_empty() && self.complaints.is_empty() {
            self.complaints.push(Complaint::new(
                "`database` is missing; write `database = \"sqlite:im.sqlite\"`, or a mysql:// address",
            ));
        }
        if let Some(url) = &root.public_url {
            let plain = matches!(url.scheme(), "http" | "https")
                && url.path() == "/"
                && url.query().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            if !plain {
                let mut url = url.clone();
                let _ = url.set_password(None);
                self.find("public_url", format!(
                    "`public_url` is {url}; write scheme and host only, such as \"https://chat.example.org\""
                ));
            }
        }
        for network in &root.trusted_proxies {
            if network.0.prefix_len() == 0 {
                self.find("trusted_proxies", format!(
                    "`trusted_proxies` holds {}, everybody: then any client may claim any address, and no limit per \
                     address holds; write the addresses of your proxies",
                    network.0
                ));
            }
        }
        if root.operator_listen == Some(root.listen) && root.listen.port() != 0 {
            self.find(
                "operator_listen",
                format!(
                    "`operator_listen` and `listen` are both {}; write another port",
                    root.listen
                ),
            );
        }
        for name in &root.reserved_names {
            if let Err(error) = Setup::check_reserved_name(name) {
                self.find("reserved_names", format!("`reserved_names`: {error}"));
            }
        }
        if let Err(error) = crate::log::check_level(&config.log.level) {
            self.find("level", format!("[log]: {error}"));
        }
        self.limits(&config.limits);
        for site in &config.sites {
            self.collisions(&site.path, &config.sites);
        }
        if config.sites.is_empty() && self.complaints.is_empty() {
            self.complaints.push(Complaint::new(
                "there is no site; write a `[[site]]` block with `path` and `realms`",
            ));
        }
        let named = self.realms.clone();
        let known: BTreeSet<&str> = named
            .iter()
            .map(String::as_str)
            .chain([Realm::LOCAL])
            .collect();
        let mut paths = BTreeSet::new();
        for site in &config.sites {
            self.site(site, &known, &mut paths);
        }
        for (name, role) in &config.roles {
            if let Err(error) = Setup::check_role_name(name) {
                self.find(name, error.to_string());
            }
            for group in &role.groups {
                let realm = group.split_once(':').map(|(realm, _)| realm);
                if !realm.is_some_and(|realm| known.contains(realm)) {
                    self.find(group, format!(
                        "[role.{name}]: group {group:?} must be `realm:group` with a realm of this file"
                    ));
                }
            }
        }
    }

    fn limits(&mut self, limits: &Limits) {
        if limits.max_header_bytes < 8_192 {
            self.find(
                "max_header_bytes",
                "`max_header_bytes` must be at least 8192",
            );
        }
        if limits.max_connections == 0 {
            self.find("max_connections", "`max_connections` must be at least 1");
        }
        if limits.max_connections_per_address == 0 {
            self.find(
                "max_connections_per_address",
                "`max_connections_per_address` must be at least 1",
            );
        }
        for (key, period) in [
            ("write_timeout", limits.write_timeout),
            ("header_timeout", limits.header_timeout),
            ("body_timeout", limits.body_timeout),
            ("request_timeout", limits.request_timeout),
            ("ping_interval", limits.ping_interval),
            ("socket_send_timeout", limits.socket_send_timeout),
        ] {
            if period.0.is_zero() || period.0 > LONGEST {
                self.find(key, format!("`{key}` must be more than 0 and at most 1d"));
            }
        }
        if limits.stop_timeout.0 > LONGEST {
            self.find("stop_timeout", "`stop_timeout` must be at most 1d");
        }
    }

    /// What the server itself, or another site, answers at the address of a site.
    fn collisions(&mut self, path: &str, sites: &[SiteKeys]) {
        const TAKEN: [&str; 4] = ["/healthz/", "/readyz/", "/metrics/", "/sites.css/"];
        if TAKEN.contains(&path) {
            self.find(
                path,
                format!(
                    "[[site]]: `path` is {path:?}, which the server needs for itself; write another"
                ),
            );
        }
        for other in sites {
            let below = path.strip_prefix(&other.path).unwrap_or_default();
            if ["api/v1/", "assets/", "sw.js/"]
                .iter()
                .any(|own| below.starts_with(own))
            {
                self.find(
                    path,
                    format!(
                        "[[site]]: `path` is {path:?}, which is an address of the site {:?}; write another",
                        other.path
                    ),
                );
            }
        }
    }

    fn site<'c>(
        &mut self,
        site: &'c SiteKeys,
        realms: &BTreeSet<&str>,
        paths: &mut BTreeSet<&'c str>,
    ) {
        let path = site.path.as_str();
        if path.is_empty() {
            self.find(
                "[[site]]",
                "a [[site]] has no `path`; write such as `path = \"/intramessenger/\"`",
            );
        } else if path.len() > 200 {
            self.find(
                path,
                "[[site]]: `path` is longer than 200 bytes; write a shorter one",
            );
        } else if let Some(better) = better_path(path) {
            self.find(
                path,
                format!("[[site]]: `path` is {path:?}; write {better:?}"),
            );
        } else if !paths.insert(path) {
            self.find(path, format!("two sites have the path {path:?}"));
        }
        if site.realms.is_empty() {
            self.find(path, format!(
                "site {path} has no `realms`; write `realms = [\"local\"]` for own accounts, or names of [realm.NAME] blocks"
            ));
        }
        for (index, realm) in site.realms.iter().enumerate() {
            if !realms.contains(realm.as_str()) {
                let hint = closest(realm, realms.iter().copied()).map_or_else(
                    || format!("write a `[realm.{realm}]` block"),
                    |close| format!("did you mean {close:?}?"),
                );
                self.find(
                    realm,
                    format!("site {path} names the realm {realm:?}, which is not there; {hint}"),
                );
            }
            if site.realms[..index].contains(realm) {
                self.find(
                    realm,
                    format!("site {path} names the realm {realm:?} twice"),
                );
            }
        }
        if let Some(language) = &site.language
            && !matches!(language.as_str(), "en" | "fr")
        {
            self.find(
                language,
                format!("site {path}: `language` is {language:?}; write \"en\" or \"fr\""),
            );
        }
    }
}

/// The path as it should be written, if it is not.
fn better_path(path: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let middle: String = path.chars().filter(|c| fits(*c)).collect();
    let parts: Vec<&str> = middle
        .split('/')
        .filter(|part| !part.is_empty() && !part.trim_matches('.').is_empty())
        .collect();
    let better = if parts.is_empty() && path != "/" {
        "/intramessenger/".to_owned()
    } else if parts.is_empty() {
        "/".to_owned()
    } else {
        format!("/{}/", parts.join("/"))
    };
    (better != path).then_some(better)
}

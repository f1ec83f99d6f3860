//! What a configuration may say, and is still probably a mistake.

use std::path::Path;

use secrecy::ExposeSecret;

use super::Config;

impl Config {
    /// What is allowed and may still be a mistake, one sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let root = &self.root;
        let mut warnings = Vec::new();
        match &root.public_url {
            None => warnings.push(
                "`public_url` is not set: writes by cookie are checked against the host the request names, \
                 and cookies are never `Secure`"
                    .to_owned(),
            ),
            Some(url) if url.scheme() == "http" && !is_loopback(url) => warnings.push(format!(
                "`public_url` is {url}: passwords travel unprotected; put a proxy with TLS in front and write https://"
            )),
            Some(url) if url.scheme() == "https" && root.trusted_proxies.is_empty() => {
                warnings.push(
                    "`public_url` is https, so there is a proxy in front, but `trusted_proxies` is not set: \
                     every client has the proxy's address, and limits per address hit everybody at once"
                        .to_owned(),
                );
            }
            Some(_) => {}
        }
        for block in &self.realms {
            let name = block.name.as_str();
            if !self
                .sites
                .iter()
                .any(|site| site.realms.iter().any(|realm| realm == name))
            {
                warnings.push(format!("no site uses the realm {name:?}"));
            }
        }

        for network in &root.operator_addresses {
            if network.0.prefix_len() == 0 && root.operator_listen.is_none() {
                warnings.push(format!(
                    "`operator_addresses` holds {}: everybody may read /metrics",
                    network.0
                ));
            }
        }
        self.secrets(&mut warnings);
        warnings
    }

    /// Files that others can read, and passwords with something invisible at their ends.
    fn secrets(&self, warnings: &mut Vec<String>) {
        let root = &self.root;
        let mut secrets = vec![(
            "`database_password_file`".to_owned(),
            root.database_password_file.as_ref(),
            root.database_password.as_ref().map(|secret| &secret.0),
        )];
        for block in &self.realms {
            for (key, file) in &block.secret_files {
                let password = block.adapter.database_password.as_ref();
                secrets.push((
                    format!("[realm.{}]: `{key}`", block.name),
                    Some(file),
                    password.filter(|_| *key == "database_password_file"),
                ));
            }
        }
        for (key, file, secret) in secrets {
            let Some(file) = file else { continue };
            let path = self.resolve(file);
            if others_can_read(&path) {
                let path = path.display();
                warnings.push(format!(
                    "{key}: everybody on this machine can read {path}; `chmod 600 {path}`, and give it to the user this \
                     program runs as"
                ));
            }
            let odd = |c: char| c.is_whitespace() || c == '\u{feff}';
            if secret.is_some_and(|secret| {
                let text = secret.expose_secret();
                text.starts_with(odd) || text.ends_with(odd)
            }) {
                warnings.push(format!(
                    "{key}: the password in {} begins or ends with a blank or a byte order mark; if it is wrong, look there",
                    path.display()
                ));
            }
        }
    }
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

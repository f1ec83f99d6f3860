//! The address of a foreign database, read without ever repeating its secrets.

use std::path::PathBuf;

use im_core::AuthError;
use url::Url;

/// Where a foreign database is.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// A `mysql://` address that was checked; credentials inside.
    MySql(ServerAddress),
    /// A `postgres://` address that was checked; credentials inside.
    Postgres(ServerAddress),
    /// A file.
    Sqlite(PathBuf),
}

/// A checked address of a server.
#[derive(Clone)]
pub(crate) struct ServerAddress {
    pub(crate) url: Url,
    pub(crate) host: String,
    pub(crate) database: String,
}

/// Without credentials.
impl std::fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerAddress")
            .field("host", &self.host)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

const OPTIONS: &[&str] = &[
    "socket", "ssl-mode", "sslmode", "ssl-ca", "sslca", "ssl-cert", "sslcert", "ssl-key", "sslkey",
];

impl Target {
    pub(crate) fn parse(address: &str) -> Result<Self, AuthError> {
        let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
        match scheme {
            "mysql" | "mariadb" => server(address, "mysql").map(Self::MySql),
            "postgres" | "postgresql" => server(address, "postgres").map(Self::Postgres),
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.contains(":memory:") || path.contains('?') {
                    return Err(AuthError::configuration(
                        "write the SQLite database as sqlite:/path/to/file, without options",
                    ));
                }
                Ok(Self::Sqlite(path.into()))
            }
            _ => Err(AuthError::configuration(
                "write the foreign database as mysql://user@host/name, mariadb://user@host/name, postgres://user@host/name \
                 or sqlite:/path/to/file",
            )),
        }
    }
}

fn server(address: &str, scheme: &str) -> Result<ServerAddress, AuthError> {
    if leaks(address) {
        return Err(AuthError::configuration(
            "the database address has an @ after its host: in user names and passwords write @ / # ? % as \
             %40 %2F %23 %3F %25, or put the password into database_password",
        ));
    }
    // The parser's own words name no part of the address.
    let url = Url::parse(address).map_err(|error| {
        AuthError::configuration(format!(
            "the database address cannot be read ({error}): write {scheme}://user@host:port/name; in passwords write \
             @ / # ? % as %40 %2F %23 %3F %25, or use database_password"
        ))
    })?;
    let host = url
        .host_str()
        .map(|host| host.trim_matches(['[', ']']).to_owned())
        .filter(|host| !host.is_empty())
        .ok_or_else(|| {
            AuthError::configuration(format!(
                "the database address names no host: write {scheme}://user@host/name"
            ))
        })?;
    if url.username().is_empty() {
        return Err(AuthError::configuration(format!(
            "the database address names no account: write {scheme}://user@host/name, with an account that has only SELECT"
        )));
    }
    let database = url.path().trim_start_matches('/').to_owned();
    if database.is_empty() || database.contains('/') {
        return Err(AuthError::configuration(format!(
            "the database address names no database: write {scheme}://user@host/name"
        )));
    }
    if url.fragment().is_some() {
        return Err(AuthError::configuration(
            "the database address ends in #…: write a # in a password as %23",
        ));
    }
    if let Some((option, _)) = url
        .query_pairs()
        .find(|(name, _)| !OPTIONS.contains(&&**name))
    {
        let closest = closest(&option, OPTIONS.iter().copied());
        let hint = closest.map_or_else(
            || "it takes socket, ssl-mode, ssl-ca, ssl-cert and ssl-key; everything else has a key of its own".to_owned(),
            |closest| format!("did you mean {closest}?"),
        );
        return Err(AuthError::configuration(format!(
            "the database address has an unknown option {option:?}: {hint}"
        )));
    }
    Ok(ServerAddress {
        url,
        host,
        database,
    })
}

#[cfg(any(feature = "mysql", feature = "postgres"))]
impl ServerAddress {
    /// Looks at what the address says of encryption: that a connection tells the same later would be told to nobody
    /// who can change it. `modes` are those that the driver knows.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] for a mode that there is not, a file that cannot be read, and a check of the
    /// authority without an authority.
    pub(crate) fn check_encryption(&self, modes: &[&str]) -> Result<(), AuthError> {
        let (mut checks_authority, mut has_authority) = (false, false);
        for (name, value) in self.url.query_pairs() {
            match &*name {
                "ssl-mode" | "sslmode" => {
                    let mode = value.to_ascii_lowercase();
                    if !modes.contains(&&*mode) {
                        return Err(AuthError::configuration(format!(
                            "ssl-mode={value} in the database address: write {}",
                            modes.join(", ")
                        )));
                    }
                    checks_authority = mode.starts_with("verify") && mode.ends_with("ca");
                }
                "ssl-ca" | "sslca" | "ssl-cert" | "sslcert" | "ssl-key" | "sslkey" => {
                    has_authority |= name.ends_with("ca");
                    std::fs::File::open(&*value).map_err(|error| {
                        AuthError::configuration(format!(
                            "{name} in the database address: {value} cannot be read: {error}"
                        ))
                    })?;
                }
                _ => {}
            }
        }
        if checks_authority && !has_authority {
            return Err(AuthError::configuration(format!(
                "the database address checks the authority alone and names none, so that whoever has a certificate for \
                 any name of any site passes: add ssl-ca=/path/to/ca.pem, or write ssl-mode={}",
                modes.last().copied().unwrap_or_default()
            )));
        }
        Ok(())
    }
}

/// Whether an unescaped password may have been taken for something else: an `@` after the authority.
fn leaks(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find(['/', '?', '#'])
        .is_some_and(|end| rest[end..].contains('@'))
}

/// An address as it may be shown: without user name, password and options.
pub(crate) fn public_address(address: &str) -> String {
    match Target::parse(address) {
        Ok(Target::Sqlite(path)) => format!("sqlite:{}", path.display()),
        Ok(
            Target::MySql(ServerAddress { url, database, .. })
            | Target::Postgres(ServerAddress { url, database, .. }),
        ) => format!(
            "{}://{}{}/{database}",
            url.scheme(),
            url.host_str().unwrap_or_default(),
            url.port()
                .map(|port| format!(":{port}"))
                .unwrap_or_default(),
        ),
        Err(_) => "[unreadable address]".to_owned(),
    }
}

/// The one that is most like `wanted`, if any is.
pub(crate) fn closest<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_credentials() {
        for (address, shown) in [
            ("mysql://u:p@h/d", "mysql://h/d"),
            (
                "mariadb://u@[::1]:3307/d?ssl-mode=REQUIRED",
                "mariadb://[::1]:3307/d",
            ),
            ("sqlite:/var/forum.db", "sqlite:/var/forum.db"),
            ("sqlite:///var/forum.db", "sqlite:/var/forum.db"),
            ("postgresql://u:p@h:5433/d", "postgresql://h:5433/d"),
            // Passwords that were not escaped.
            ("mysql://u:123/secret@h/d", "[unreadable address]"),
            ("mysql://u:1?secret@h/d", "[unreadable address]"),
            ("mysql://u:1#secret@h/d", "[unreadable address]"),
            ("mysql://u:sec ret@h:x/d", "[unreadable address]"),
        ] {
            assert_eq!(public_address(address), shown);
        }
    }

    #[test]
    fn the_parts_of_an_address_are_found() {
        let Target::MySql(address) = Target::parse("mariadb://u:p%40@[::1]:3307/forum").unwrap()
        else {
            panic!("an address of MariaDB");
        };
        assert_eq!((&*address.host, &*address.database), ("::1", "forum"));
        for file in ["sqlite:/x/y.db", "sqlite:///x/y.db"] {
            assert!(
                matches!(Target::parse(file).unwrap(), Target::Sqlite(path) if path.ends_with("x/y.db"))
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for (address, word) in [
            ("", "mysql://"),
            ("oracle://u:secret@h/d", "postgres://"),
            ("postgres://u:secret@h", "write postgres://"),
            ("mysql://u:secret@h", "no database"),
            ("mysql://u:secret@h/a/b", "no database"),
            ("mysql://h/d", "no account"),
            ("mysql://u:secret/x@h/d", "%2F"),
            ("mysql://u:secret@h/d#x", "%23"),
            ("mysql://u:secret@h:port/d", "host:port"),
            ("mysql://u:secret@h/d?sockets=/x", "did you mean socket?"),
            ("mysql://u:secret@h/d?charset=latin1", "key of its own"),
            ("sqlite::memory:", "sqlite:/path"),
            ("sqlite:", "sqlite:/path"),
            ("sqlite:/x?mode=rwc", "without options"),
        ] {
            let error = Target::parse(address).unwrap_err();
            assert_eq!(error.kind(), "configuration");
            let text = error.to_string();
            assert!(text.contains(word), "{address}: {text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }
}

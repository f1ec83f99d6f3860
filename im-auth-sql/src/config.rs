//! Where the foreign database is, and how to treat it.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::TextCharset;

/// Where a foreign database is and how to treat it: the keys that every `[realm.NAME]` block of a SQL system shares
/// (`im_auth::RealmConfig` reads them).
///
/// ```
/// use im_auth_sql::DatabaseConfig;
///
/// let config = DatabaseConfig {
///     password: Some("hush".into()),
///     charset: Some("bytes:windows-1251".parse()?),
///     ..DatabaseConfig::new("mysql://im_ro@10.0.0.5/forum")
/// };
/// assert!(!format!("{config:?}").contains("hush"));
/// # Ok::<(), im_core::AuthError>(())
/// ```
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Key `database`: `mysql://user@host:port/name`, `mariadb://…`, `postgres://…` or `sqlite:/path/to/file`.
    ///
    /// A MySQL address may end in `?socket=/run/mysqld/mysqld.sock` and in `ssl-mode=`, `ssl-ca=`, `ssl-cert=`,
    /// `ssl-key=`. A password in it works; [`password`](Self::password) keeps it out of what people copy.
    pub url: SecretString,
    /// Key `database_password`: instead of one in the address.
    pub password: Option<SecretString>,
    /// What `latin1` columns really hold; `None`, key `charset = "auto"`: what the database says, unless the system
    /// knows better; [`TextCharset::TEXT`], `charset = "text"`: what the database says.
    pub charset: Option<TextCharset>,
    /// The server is older than MySQL 5.5.3 or wants no change of its session: `SET NAMES utf8` alone is sent, no
    /// `utf8mb4`, no SQL mode, no time zone.
    pub old_server: bool,
    /// Connections at most, 4 unless said otherwise.
    pub max_connections: u32,
    /// How long opening a connection may take, 2 s unless said otherwise.
    pub connect_timeout: Duration,
    /// How long to wait for a free connection, 2 s unless said otherwise.
    pub acquire_timeout: Duration,
    /// How long one statement may take, on the server and here, 2 s unless said otherwise.
    pub query_timeout: Duration,
    /// Makes each session read-only where the server can: `true` unless a proxy in between minds.
    pub read_only_session: bool,
    /// Has the server end a statement after [`query_timeout`](Self::query_timeout) by itself: `true` unless a proxy
    /// in between minds. Without it, a statement nobody waits for any more runs on to its end.
    pub server_time_limit: bool,
    /// Statements at a time that read a whole table, 2 unless said otherwise; always fewer than
    /// [`max_connections`](Self::max_connections), unless that is 1.
    pub scans: u32,
    /// How long one of these waits for its turn, 7 s unless said otherwise: when a server starts, many people sign in
    /// for the first time. Less than a sign-in may take altogether, or it ends as an outage instead of
    /// [`Busy`](im_core::AuthError::Busy).
    pub scan_timeout: Duration,
}

impl DatabaseConfig {
    /// The database at this address, everything else at its default.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into().into(),
            ..Self::default()
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: String::new().into(),
            password: None,
            charset: None,
            old_server: false,
            max_connections: 4,
            connect_timeout: Duration::from_secs(2),
            acquire_timeout: Duration::from_secs(2),
            query_timeout: Duration::from_secs(2),
            read_only_session: true,
            server_time_limit: true,
            scans: 2,
            scan_timeout: Duration::from_secs(7),
        }
    }
}

/// Without user name and password.
impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field(
                "url",
                &crate::target::public_address(self.url.expose_secret()),
            )
            .field("charset", &self.charset)
            .field("old_server", &self.old_server)
            .field("max_connections", &self.max_connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("query_timeout", &self.query_timeout)
            .field("read_only_session", &self.read_only_session)
            .field("server_time_limit", &self.server_time_limit)
            .field("scans", &self.scans)
            .field("scan_timeout", &self.scan_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_credentials() {
        let config = DatabaseConfig {
            password: Some("hush".into()),
            ..DatabaseConfig::new("mysql://somebody:secret@db.example.org:3307/forum?socket=/s")
        };
        let text = format!("{config:?}");
        assert!(text.contains("db.example.org:3307/forum"), "{text}");
        for secret in ["hush", "secret", "somebody"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

//! Where the foreign database is, and how to treat it.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::TextCharset;

/// Where a foreign database is and how to treat it: the keys that every `[realm.NAME]` block of a SQL system shares.
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
#[derive(Clone, Deserialize)]
#[serde(default)]
pub struct DatabaseConfig {
    /// Key `database`: `mysql://user@host:port/name`, `mariadb://…` or `sqlite:/path/to/file`.
    ///
    /// A MySQL address may end in `?socket=/run/mysqld/mysqld.sock` and in `ssl-mode=`, `ssl-ca=`, `ssl-cert=`,
    /// `ssl-key=`. A password in it works; [`password`](Self::password) keeps it out of what people copy.
    #[serde(rename = "database", deserialize_with = "secret")]
    pub url: SecretString,
    /// Key `database_password`: instead of one in the address.
    #[serde(rename = "database_password", deserialize_with = "optional_secret")]
    pub password: Option<SecretString>,
    /// What `latin1` columns really hold; `None`, key `charset = "auto"`: what the database says, unless the system
    /// knows better; [`TextCharset::TEXT`], `charset = "text"`: what the database says.
    #[serde(deserialize_with = "charset")]
    pub charset: Option<TextCharset>,
    /// The server is older than MySQL 5.5.3 or wants no change of its session: `SET NAMES utf8` alone is sent, no
    /// `utf8mb4`, no SQL mode, no time zone.
    pub old_server: bool,
    /// Connections at most, 4 unless said otherwise.
    pub max_connections: u32,
    /// How long opening a connection may take, 2 s unless said otherwise. In the file: seconds, or `"500ms"`.
    #[serde(deserialize_with = "duration")]
    pub connect_timeout: Duration,
    /// How long to wait for a free connection, 2 s unless said otherwise.
    #[serde(deserialize_with = "duration")]
    pub acquire_timeout: Duration,
    /// How long one statement may take, on the server and here, 2 s unless said otherwise.
    #[serde(deserialize_with = "duration")]
    pub query_timeout: Duration,
    /// Makes each session read-only where the server can: `true` unless a proxy in between minds.
    pub read_only_session: bool,
    /// Has the server end a statement after [`query_timeout`](Self::query_timeout) by itself: `true` unless a proxy
    /// in between minds. Without it, a statement nobody waits for any more runs on to its end.
    pub server_time_limit: bool,
    /// Statements at a time that read a whole table, 2 unless said otherwise; always fewer than
    /// [`max_connections`](Self::max_connections), unless that is 1.
    pub scans: u32,
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
            .finish_non_exhaustive()
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(Into::into)
}

fn optional_secret<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.map(Into::into))
}

fn charset<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TextCharset>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim() == "auto" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(de::Error::custom)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seconds(f64),
        Text(String),
    }
    let (seconds, written) = match Written::deserialize(deserializer)? {
        Written::Seconds(seconds) => (Some(seconds), seconds.to_string()),
        Written::Text(text) => (seconds(&text), text),
    };
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            de::Error::custom(format!(
                "{written:?} is no length of time: write seconds (2, 0.5) or \"500ms\", \"2s\", \"1m\""
            ))
        })
}

fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) = if let Some(number) = text.strip_suffix("ms") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix('s') {
        (number, 1.0)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 60.0)
    } else {
        (text, 1.0)
    };
    number
        .trim()
        .parse::<f64>()
        .ok()
        .map(|number| number * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_seconds_or_have_a_unit() {
        for (text, expected) in [("2", 2.0), ("500ms", 0.5), (" 2 s", 2.0), ("1m", 60.0)] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in ["", "s", "two", "1h"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_realm_block_is_read() {
        let config: DatabaseConfig = toml::from_str(
            r#"
            system = "phpbb2"
            database = "mysql://im_ro@h/forum"
            database_password = "hush"
            charset = "bytes:koi8-r"
            query_timeout = "1500ms"
            acquire_timeout = 1
            connect_timeout = 0.5
            "#,
        )
        .unwrap();
        assert_eq!(config.url.expose_secret(), "mysql://im_ro@h/forum");
        assert_eq!(config.password.unwrap().expose_secret(), "hush");
        assert_eq!(config.charset, Some("bytes:koi8-r".parse().unwrap()));
        assert_eq!(config.query_timeout, Duration::from_millis(1_500));
        assert_eq!(config.acquire_timeout, Duration::from_secs(1));
        assert_eq!(config.connect_timeout, Duration::from_millis(500));
        assert!(config.read_only_session && config.server_time_limit && !config.old_server);
        let auto: DatabaseConfig = toml::from_str("charset = \"auto\"").unwrap();
        assert_eq!(auto.charset, None);
        let text: DatabaseConfig = toml::from_str("charset = \"text\"").unwrap();
        assert_eq!(text.charset, Some(TextCharset::TEXT));
    }

    #[test]
    fn a_wrong_value_is_answered_with_what_to_write() {
        for (text, word) in [
            ("charset = \"latin1\"", "bytes:windows-1251"),
            ("query_timeout = \"soon\"", "500ms"),
            ("query_timeout = -1", "500ms"),
            ("query_timeout = nan", "500ms"),
        ] {
            let error = toml::from_str::<DatabaseConfig>(text)
                .unwrap_err()
                .to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }

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

//! `[realm.NAME]`: where a realm's accounts are, and how to read them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use im_core::{AuthError, Realm};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de};

/// One key of a `[realm.NAME]` block, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RealmKey {
    /// Its name.
    pub name: &'static str,
    /// What it means and what it is when not set, possibly over several lines.
    pub doc: &'static str,
    /// An example as TOML.
    pub example: &'static str,
}

/// Makes the struct and its explanation from one text.
macro_rules! keys {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $( $(#[doc = $doc:expr])* $key:ident : $type:ty = $example:expr; )*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $doc])* pub $key: $type, )*
        }

        impl $name {
            /// Every key with its meaning, in the order they are explained.
            #[must_use]
            pub fn keys() -> &'static [RealmKey] {
                &[ $( RealmKey {
                    name: stringify!($key),
                    doc: concat!($($doc, "\n"),*),
                    example: $example,
                } ),* ]
            }
        }
    };
}

keys! {
    /// A `[realm.NAME]` block: one foreign database and the system whose accounts it holds.
    pub struct RealmConfig {
        /// The system: `phpbb2`, `phorum`, `wordpress`, … (`im-auth systems` lists them), or the path of a description of your own, `./my-portal.toml`, relative to this file.
        system: String = "\"phorum\"";
        /// Its database: `mysql://user@host:port/name`, `mariadb://…`, `postgres://…` or `sqlite:path`; for LDAP the server, `ldaps://host`. Give it an account that may only SELECT.
        database: Option<SecretString> = "\"mysql://im_ro@10.0.0.6/phorum\"";
        /// The password of that account; better in a file of its own.
        database_password: Option<SecretString> = "\"…\"";
        /// A file whose first line is the password of that account.
        database_password_file: Option<PathBuf> = "\"/etc/im/phorum.password\"";
        /// What the names of its tables begin with, as the product's own configuration says. Not set: the product's default.
        prefix: Option<String> = "\"phorum\"";
        /// What the text columns really hold where that is not what they say: `auto`, `bytes:windows-1252`, `bytes:windows-1251`, `bytes:utf-8`, …; `text`: it is what they say, also where the system expects the bytes of the pages in latin1 columns (phpBB 2). Not set: `auto`.
        charset: Option<String> = "\"bytes:windows-1251\"";
        /// The character set of the board's pages, in which it hashed passwords. Not set: what the product's version implies.
        board_charset: Option<String> = "\"windows-1252\"";
        /// The secret of the site, for systems whose stored passwords need one; `im-auth explain` says which and where it stands.
        secret: Option<SecretString> = "\"…\"";
        /// A file that holds that secret; where there are several (Moodle's peppers), one a line.
        secret_file: Option<PathBuf> = "\"/etc/im/site.secret\"";
        /// Whom to refuse by ban lists: `product` as the product does at sign-in (the default), `strict` everyone whom a list matches.
        bans: Option<String> = "\"strict\"";
        /// phpBB 2: what a board closed for maintenance means: `ignore` nothing (the default), `follow` only its administrators sign in.
        board_disable: Option<String> = "\"follow\"";
        /// LDAP: what is in the directory and how to ask for it; docs/ldap.md explains every key. A table of its own, `[realm.NAME.ldap]`, or in braces.
        ldap: Option<toml::Table> = "{ preset = \"openldap\", base = \"ou=people,dc=example,dc=org\" }";
        /// The database server is old: no utf8mb4, no modern session settings. Not set: `false`.
        old_server: bool = "true";
        /// Makes each session read-only where the server can. Not set: `true`; write `false` where a proxy in between minds.
        read_only_session: Option<bool> = "false";
        /// Has the server end a statement after `query_timeout` by itself. Not set: `true`; write `false` where a proxy in between minds.
        server_time_limit: Option<bool> = "false";
        /// Statements at a time that read a whole table, for tables without an index on the name. Not set: 2.
        scans: Option<u32> = "2";
        /// Connections to the database at most. Not set: 4.
        max_connections: Option<u32> = "4";
        /// How long a connection may take to be made. Not set: `2s`.
        connect_timeout: Option<Period> = "\"2s\"";
        /// How long to wait for a free connection. Not set: `2s`.
        acquire_timeout: Option<Period> = "\"2s\"";
        /// How long one query may take. Not set: `2s`.
        query_timeout: Option<Period> = "\"2s\"";
        /// How long a whole question may take, the password's verification included. Not set: `10s`.
        timeout: Option<Period> = "\"10s\"";
    }
}

impl RealmConfig {
    /// A realm of `system` in `database`, everything else as by default.
    #[must_use]
    pub fn new(system: impl Into<String>, database: impl Into<SecretString>) -> Self {
        Self {
            system: system.into(),
            database: Some(database.into()),
            ..Self::default()
        }
    }

    /// Reads the table `[realm.NAME]`.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] naming the realm, the key, and what to write instead.
    pub fn from_table(realm: &Realm, table: toml::Table) -> Result<Self, AuthError> {
        for key in table.keys() {
            if !Self::keys().iter().any(|known| known.name == key) {
                return Err(in_realm(realm, unknown_key(key)));
            }
        }
        let config: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| in_realm(realm, error.message().trim()))?;
        if config.system.is_empty() {
            return Err(in_realm(
                realm,
                "`system` is missing; write such as `system = \"phorum\"`",
            ));
        }
        Ok(config)
    }

    /// Takes the path of a description (`system = "./my-portal.toml"`) as relative to `folder`, that of the
    /// configuration file.
    pub fn resolve_system(&mut self, folder: &Path) {
        if crate::known::is_path(&self.system) {
            self.system = folder.join(&self.system).to_string_lossy().into_owned();
        }
    }

    /// Fills in secrets that come from elsewhere: `lookup` is asked for `database`, `database_password` and `secret`
    /// (from the environment, say) and wins; then come the files, relative to `folder`.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when a file cannot be read or is empty, or a secret is given twice.
    pub fn resolve_secrets(
        &mut self,
        folder: Option<&Path>,
        lookup: impl Fn(&str) -> Option<SecretString>,
    ) -> Result<(), AuthError> {
        if let Some(url) = lookup("database") {
            self.database = Some(url);
        }
        resolve(
            "database_password",
            &mut self.database_password,
            self.database_password_file.as_deref(),
            folder,
            &lookup,
        )?;
        resolve(
            "secret",
            &mut self.secret,
            self.secret_file.as_deref(),
            folder,
            &lookup,
        )
    }
}

/// Hand-written: no secrets.
impl fmt::Debug for RealmConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealmConfig")
            .field("system", &self.system)
            .field("prefix", &self.prefix)
            .field("charset", &self.charset)
            .field("board_charset", &self.board_charset)
            .field("bans", &self.bans)
            .field("old_server", &self.old_server)
            .finish_non_exhaustive()
    }
}

fn resolve(
    name: &str,
    secret: &mut Option<SecretString>,
    file: Option<&Path>,
    folder: Option<&Path>,
    lookup: &impl Fn(&str) -> Option<SecretString>,
) -> Result<(), AuthError> {
    if let Some(found) = lookup(name) {
        *secret = Some(found);
        return Ok(());
    }
    let Some(file) = file else {
        return Ok(());
    };
    if secret.is_some() {
        return Err(AuthError::configuration(format!(
            "give either `{name}` or `{name}_file`, not both"
        )));
    }
    let path = match folder {
        Some(folder) => folder.join(file),
        None => file.to_owned(),
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        AuthError::configuration(format!("`{name}_file` cannot be read"))
            .with("file", path.display().to_string())
            .with_source(error)
    })?;
    // A password is a line; of secrets there may be several, one a line.
    let found = if name == "secret" {
        text.trim_end_matches(['\r', '\n'])
    } else {
        text.lines().next().unwrap_or_default()
    };
    if found.is_empty() {
        return Err(AuthError::configuration(format!("`{name}_file` is empty"))
            .with("file", path.display().to_string()));
    }
    *secret = Some(found.into());
    Ok(())
}

pub(crate) fn in_realm(realm: &Realm, sentence: impl fmt::Display) -> AuthError {
    AuthError::configuration(format!("[realm.{realm}]: {sentence}"))
}

fn unknown_key(key: &str) -> String {
    let names = RealmConfig::keys().iter().map(|known| known.name);
    match closest(key, names.clone()) {
        Some(close) => format!("unknown key `{key}`; did you mean `{close}`?"),
        None => {
            let names: Vec<_> = names.collect();
            format!("unknown key `{key}`; the keys are {}", names.join(", "))
        }
    }
}

/// The name that was probably meant, if one is close.
pub(crate) fn closest<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// A span of time: `"2s"`, `"500ms"`, `"1m"`, or a number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no span of time; write such as \"2s\", \"500ms\", \"1m\"");
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let milliseconds = match unit.trim() {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" | "min" => 60_000,
            _ => return Err(wrong()),
        };
        let span = Duration::from_millis(number.checked_mul(milliseconds).ok_or_else(wrong)?);
        if span.is_zero() || span > Duration::from_hours(1) {
            return Err(format!("{text:?} must be between 1 ms and 1 hour"));
        }
        Ok(Self(span))
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Seconds(u64),
            Text(String),
        }
        let text = match Written::deserialize(from) {
            Ok(Written::Seconds(seconds)) => format!("{seconds}s"),
            Ok(Written::Text(text)) => text,
            Err(_) => {
                return Err(de::Error::custom(
                    "a span of time is written such as \"2s\", \"500ms\", \"1m\"",
                ));
            }
        };
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn realm() -> Realm {
        Realm::new("board").unwrap()
    }

    fn parse(text: &str) -> Result<RealmConfig, AuthError> {
        RealmConfig::from_table(&realm(), text.parse().unwrap())
    }

    fn refusal(text: &str) -> String {
        let error = parse(text).unwrap_err();
        assert_eq!(error.kind(), "configuration");
        error.to_string()
    }

    #[test]
    fn every_key_can_be_written_as_its_example_says() {
        for key in RealmConfig::keys() {
            let text = if key.name == "system" {
                format!("{} = {}", key.name, key.example)
            } else {
                format!("system = \"phorum\"\n{} = {}", key.name, key.example)
            };
            assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text).err());
            assert!(key.doc.trim_end().ends_with(['.', '…']), "{}", key.name);
        }
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_one_that_was_meant() {
        let text = refusal("system = \"phorum\"\nprefx = \"x\"");
        assert!(
            text.contains("[realm.board]") && text.contains("did you mean `prefix`?"),
            "{text}"
        );
        let text = refusal("system = \"phorum\"\nzzz = 1");
        assert!(text.contains("the keys are system, database,"), "{text}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_names_the_realm() {
        assert!(refusal("system = \"phorum\"\nold_server = \"yes\"").contains("[realm.board]"));
        assert!(refusal("system = \"phorum\"\ntimeout = \"soon\"").contains("\"500ms\""));
        assert!(refusal("prefix = \"x\"").contains("`system` is missing"));
    }

    #[test]
    fn spans_of_time_are_read() {
        for (text, milliseconds) in [("500ms", 500), ("2s", 2_000), ("7", 7_000), ("1m", 60_000)] {
            assert_eq!(
                text.parse(),
                Ok(Period(Duration::from_millis(milliseconds)))
            );
        }
        for text in [
            "",
            "0",
            "0s",
            "2h",
            "soon",
            "-1s",
            "61m",
            "99999999999999999999s",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn secrets_come_from_elsewhere_and_that_wins() {
        use secrecy::ExposeSecret as _;
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.database_password = Some("written".into());
        let elsewhere = |key: &str| (key == "database_password").then(|| "elsewhere".into());
        config.resolve_secrets(None, elsewhere).unwrap();
        let password = config.database_password.unwrap();
        assert_eq!(password.expose_secret(), "elsewhere");
    }

    #[test]
    fn a_secret_is_the_first_line_of_its_file_beside_the_configuration() {
        use secrecy::ExposeSecret as _;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("password"), "from file \nmore\n").unwrap();
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.database_password_file = Some("password".into());
        config
            .resolve_secrets(Some(folder.path()), |_| None)
            .unwrap();
        let password = config.database_password.clone().unwrap();
        assert_eq!(password.expose_secret(), "from file ");
        let twice = config
            .resolve_secrets(Some(folder.path()), |_| None)
            .unwrap_err();
        assert!(twice.to_string().contains("not both"), "{twice}");
    }

    #[test]
    fn a_secret_file_that_cannot_be_read_is_named() {
        let mut config = RealmConfig::new("phorum", "sqlite:a");
        config.secret_file = Some("/no/such/file".into());
        let error = config.resolve_secrets(None, |_| None).unwrap_err();
        assert!(error.to_string().contains("/no/such/file"), "{error}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let mut config = RealmConfig::new("phorum", "mysql://someone:hush@db/forum");
        config.database_password = Some("hush".into());
        config.secret = Some("hush".into());
        assert!(!format!("{config:?}").contains("hush"));
    }
}

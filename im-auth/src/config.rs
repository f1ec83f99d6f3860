//! `[realm.NAME]`: where a realm's accounts are, and how to read them.

mod file;
mod period;
mod secrets;

use std::fmt;
use std::path::PathBuf;

use im_core::{AuthError, Realm};
use secrecy::SecretString;
use serde::Deserialize;

pub use file::realms;
pub use period::{InvalidPeriod, Period};

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

/// The keys whose values are nobody's business.
const SECRETS: [&str; 3] = ["database", "database_password", "secret"];

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
    ///
    /// From code, set what differs; out of a configuration file, [`realms`] reads every block, and
    /// [`from_toml`](Self::from_toml) one. It also is part of any configuration that serde reads:
    ///
    /// ```
    /// use im_auth::RealmConfig;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Mine {
    ///     listen: String,
    ///     forum: RealmConfig,
    /// }
    ///
    /// let mut mine: Mine = toml::from_str(r#"
    ///     listen = "127.0.0.1:8080"
    ///     [forum]
    ///     system = "phpbb2"
    ///     database = "mysql://im_ro@10.0.0.5/forum"
    ///     database_password_file = "/etc/mine/forum.password"
    /// "#)?;
    /// mine.forum.prefix = Some("phpbb_".into());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
        /// The secret of the site, for systems whose stored passwords need one; `im-auth explain` says which and where it stands. Empty: this site has none.
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
        /// Statements at a time that read a whole table, for tables without an index on the name; the others wait for their turn, within `timeout`. Not set: 2.
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

    /// Reads the keys of one realm: what stands below `[realm.NAME]`.
    ///
    /// ```
    /// use im_auth::{Realm, RealmConfig};
    ///
    /// let forum = Realm::new("forum")?;
    /// let config = RealmConfig::from_toml(&forum, r#"
    ///     system = "phpbb2"
    ///     database = "mysql://im_ro@10.0.0.5/forum"
    ///     prefix = "phpbb_"
    /// "#)?;
    /// let error = RealmConfig::from_toml(&forum, "sytem = \"phpbb2\"").unwrap_err();
    /// assert!(error.to_string().contains("did you mean `system`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`AuthError::Configuration`] naming the realm, the key, and what to write instead.
    pub fn from_toml(realm: &Realm, text: &str) -> Result<Self, AuthError> {
        let table = file::parse(text).map_err(|error| in_realm(realm, error))?;
        Self::from_table(realm, table)
    }

    /// Reads a table with the keys of one realm.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml).
    pub fn from_table(realm: &Realm, table: toml::Table) -> Result<Self, AuthError> {
        for (key, value) in &table {
            if !Self::keys().iter().any(|known| known.name == key) {
                return Err(in_realm(realm, unknown_key(key)));
            }
            // Said here, because what reads the table would repeat the value.
            if SECRETS.contains(&key.as_str()) && !value.is_str() {
                let sentence = format!("`{key}` must be a text in quotes");
                return Err(in_realm(realm, sentence));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn realm() -> Realm {
        Realm::new("board").unwrap()
    }

    fn parse(text: &str) -> Result<RealmConfig, AuthError> {
        RealmConfig::from_toml(&realm(), text)
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
    fn a_secret_of_the_wrong_kind_is_not_repeated() {
        for key in SECRETS {
            let text = refusal(&format!("system = \"phorum\"\n{key} = 4711"));
            assert!(text.contains(key) && !text.contains("4711"), "{text}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_names_the_realm() {
        assert!(refusal("system = \"phorum\"\nold_server = \"yes\"").contains("[realm.board]"));
        assert!(refusal("system = \"phorum\"\ntimeout = \"soon\"").contains("\"500ms\""));
        assert!(refusal("prefix = \"x\"").contains("`system` is missing"));
    }
}

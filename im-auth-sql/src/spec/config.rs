//! Where a product keeps its own database settings: data for whoever looks for installations.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::flexible::{OneOrMany, Short};
use crate::Engine;

/// A file in which a product keeps its database settings, and under which keys.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ConfigSpec {
    /// The file, relative to the product's folder; alternatives, the first that is there.
    file: OneOrMany<String>,
    /// Texts that tell it from other products' files of the same name.
    #[serde(default)]
    contains: Vec<String>,
    /// The engine, where there is only one.
    #[serde(default)]
    engine: Option<Engine>,
    /// The key that says the engine, in the product's own words.
    #[serde(default)]
    driver: Option<Short<ConfigValue>>,
    /// Which engine those words mean.
    #[serde(default)]
    drivers: BTreeMap<String, Engine>,
    /// The server.
    #[serde(default)]
    host: Option<Short<ConfigValue>>,
    /// Its port.
    #[serde(default)]
    port: Option<Short<ConfigValue>>,
    /// Its socket.
    #[serde(default)]
    socket: Option<Short<ConfigValue>>,
    /// The database's name, or the file's for SQLite.
    #[serde(default)]
    database: Option<Short<ConfigValue>>,
    /// The file that the database's name stands for, for SQLite; not given: the name is the file's.
    #[serde(default)]
    sqlite: Option<SqliteFile>,
    /// The schema that the tables are in, for PostgreSQL, where the product makes one of its own.
    #[serde(default)]
    schema: Option<Short<ConfigValue>>,
    /// The account.
    #[serde(default)]
    user: Option<Short<ConfigValue>>,
    /// Its password.
    #[serde(default)]
    password: Option<Short<ConfigValue>>,
    /// What table names begin with.
    #[serde(default)]
    prefix: Option<Short<ConfigValue>>,
    /// All of it as an address.
    #[serde(default)]
    url: Option<Short<ConfigValue>>,
    /// All of it as PHP's PDO writes it: `mysql:host=localhost;port=3306;dbname=x`.
    #[serde(default)]
    dsn: Option<Short<ConfigValue>>,
    /// The secret that formulas use.
    #[serde(default)]
    secret: Option<Short<ConfigValue>>,
    /// The file that the secret stands in, if it is another one.
    #[serde(default)]
    secret_file: Option<String>,
    /// The file's format, where its name does not tell.
    #[serde(default)]
    format: Option<ConfigFormat>,
    /// Where the installed version stands.
    #[serde(default)]
    version: Option<VersionFile>,
    /// Which versions the description is for: a beginning (`2`) or a range (`<3.1`, `3.1..`, `2.0..2.9`).
    #[serde(default)]
    versions: Option<String>,
}

/// A setting: a key as the file spells it, or a fixed value.
///
/// Written as the key, as `{ value = "localhost" }`, or as
/// `{ key = "spip_connect_db(6)", suffix = "_", decode = "url" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "WrittenValue")]
pub struct ConfigValue(WrittenValue);

/// A setting with everything that can be said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
struct WrittenValue {
    /// The key as the file spells it.
    key: Option<String>,
    /// A value that is the same for every installation.
    value: Option<String>,
    /// What the product itself puts after the value.
    suffix: Option<String>,
    /// How the file encodes the value.
    decode: Option<ValueEncoding>,
    /// What a value begins with that only the product can decrypt: `crypted:`.
    encrypted: Vec<String>,
}

/// How a file encodes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ValueEncoding {
    /// Percent-encoding.
    Url,
    /// Base64.
    Base64,
}

impl ConfigValue {
    /// The key: `DB_HOST`, `$dbhost`, `$config['database']['hostname']`, `production.host`; `None` where the value is
    /// [`fixed`](Self::fixed).
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// The value that is the same for every installation.
    #[must_use]
    pub fn fixed(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// What the product itself puts after the value, such as the `_` after a prefix: without its `_` where there is
    /// no value.
    #[must_use]
    pub fn suffix(&self) -> Option<&str> {
        self.0.suffix.as_deref()
    }

    /// Whether only the product can make the value out of what its file says: that is encrypted.
    #[must_use]
    pub fn is_encrypted(&self, raw: &[u8]) -> bool {
        let mut beginnings = self.0.encrypted.iter();
        beginnings.any(|beginning| raw.starts_with(beginning.as_bytes()))
    }

    /// How the file encodes the value.
    #[must_use]
    pub fn encoding(&self) -> Option<ValueEncoding> {
        self.0.decode
    }
}

impl From<String> for ConfigValue {
    fn from(key: String) -> Self {
        Self(WrittenValue {
            key: Some(key),
            ..WrittenValue::default()
        })
    }
}

impl TryFrom<WrittenValue> for ConfigValue {
    type Error = &'static str;

    fn try_from(written: WrittenValue) -> Result<Self, Self::Error> {
        match (&written.key, &written.value) {
            (None, None) | (Some(_), Some(_)) => {
                Err("a setting has either a `key` or a `value` that is always the same")
            }
            _ => Ok(Self(written)),
        }
    }
}

/// How a product makes the name of SQLite's file out of the database's name.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SqliteFile {
    /// The folder that it lies in; one that does not begin with `/` is one of the product's folder.
    #[serde(default)]
    folder: Option<Short<ConfigValue>>,
    /// What comes behind the name, such as `.sqlite`.
    #[serde(default)]
    suffix: String,
}

impl SqliteFile {
    /// The folder that it lies in.
    #[must_use]
    pub fn folder(&self) -> Option<&ConfigValue> {
        self.folder.as_ref().map(|short| &short.0)
    }

    /// The file of the database `name`, in `folder` as the configuration says it.
    #[must_use]
    pub fn path(&self, folder: Option<&str>, name: &str) -> String {
        let folder = folder.map_or("", |folder| folder.trim_end_matches('/'));
        let slash = if folder.is_empty() { "" } else { "/" };
        format!("{folder}{slash}{name}{}", self.suffix)
    }
}

/// How a configuration file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConfigFormat {
    /// PHP source.
    Php,
    /// `KEY=value` lines.
    Env,
    /// YAML.
    Yaml,
    /// XML.
    Xml,
    /// INI.
    Ini,
    /// JSON.
    Json,
}

/// Where an installed version stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct VersionFile {
    /// The file, relative to the product's folder.
    pub file: String,
    /// The key in it.
    pub key: String,
}

macro_rules! values {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> Option<&ConfigValue> {
                self.$name.as_ref().map(|short| &short.0)
            }
        )+
    };
}

impl ConfigSpec {
    /// The files, relative to the product's folder: alternatives, at least one.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.file.0
    }

    /// Texts that the file holds and other products' files of the same name do not.
    #[must_use]
    pub fn contains(&self) -> &[String] {
        &self.contains
    }

    /// The engine, where it is the same for every installation.
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        self.engine
    }

    /// The engine that the product's own word for it means.
    #[must_use]
    pub fn engine_of(&self, driver: &str) -> Option<Engine> {
        self.drivers.get(driver).copied()
    }

    /// The product's words for engines, and what they mean.
    #[must_use]
    pub fn drivers(&self) -> &BTreeMap<String, Engine> {
        &self.drivers
    }

    values! {
        /// The setting that says the engine, in the words of [`drivers`](Self::drivers).
        driver,
        /// The server.
        host,
        /// Its port.
        port,
        /// Its socket.
        socket,
        /// The database's name; for SQLite the file.
        database,
        /// The schema that the tables are in, for PostgreSQL.
        schema,
        /// The account.
        user,
        /// Its password.
        password,
        /// What table names begin with.
        prefix,
        /// All of it as one address.
        url,
        /// All of it as PHP's PDO writes it: `mysql:host=localhost;port=3306;dbname=x`.
        dsn,
        /// The secret that formulas use.
        secret,
    }

    /// How the name of SQLite's file is made, where the database's name is not it.
    #[must_use]
    pub fn sqlite(&self) -> Option<&SqliteFile> {
        self.sqlite.as_ref()
    }

    /// The file that the secret stands in, where it is not this one.
    #[must_use]
    pub fn secret_file(&self) -> Option<&str> {
        self.secret_file.as_deref()
    }

    /// How the file is written, where its name does not tell.
    #[must_use]
    pub fn format(&self) -> Option<ConfigFormat> {
        self.format
    }

    /// Where the installed version stands.
    #[must_use]
    pub fn version(&self) -> Option<&VersionFile> {
        self.version.as_ref()
    }

    /// Which installed versions the description is for, as it is written: a beginning (`2`) or a range (`<3.1`,
    /// `3.1..`, `2.0..2.9`); `None`: all.
    #[must_use]
    pub fn versions(&self) -> Option<&str> {
        self.versions.as_deref()
    }
}

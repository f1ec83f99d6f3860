//! A description as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::config::ConfigSpec;
use super::flexible::{OneOrMany, Short};
use super::vector::Vector;
use super::{DetectSpec, SecretSpec, Status};
use crate::Engine;

/// The whole file. Unknown keys are errors everywhere.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "A system described by data"))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What the configuration calls the system: a-z, 0-9, `-`, `_`, `.`.
    pub(super) id: String,
    /// The product's name, for people.
    pub(super) name: String,
    /// Which versions this covers, for people.
    #[serde(default)]
    pub(super) versions: String,
    /// Whether the product is maintained.
    #[serde(default)]
    pub(super) status: Status,
    /// What the product's tables begin with unless their owner chose otherwise.
    #[serde(default)]
    pub(super) default_prefix: String,
    /// The databases that the product runs on.
    #[serde(default = "mysql")]
    pub(super) engines: Vec<Engine>,
    /// Where the facts come from.
    #[serde(default)]
    pub(super) source: String,
    /// What it was last verified against.
    #[serde(default)]
    pub(super) verified: String,
    /// Known limits and doubts, one sentence each.
    #[serde(default)]
    pub(super) limits: Vec<String>,
    /// The id in IntraMessenger 2.0.6, where it differs.
    #[serde(default)]
    pub(super) legacy: Option<String>,
    /// The formats of stored passwords.
    pub(super) formats: Vec<Short<FormatEntry>>,
    /// What the product does to a password before it hashes it; each is tried in this order.
    #[serde(default)]
    pub(super) input: Option<Vec<String>>,
    /// The secret that formulas use as `$secret`, out of the product's configuration.
    #[serde(default)]
    pub(super) secret: Option<SecretSpec>,
    /// Who an account is: one table, or several that are tried in order.
    pub(super) user: OneOrMany<UserEntry>,
    /// What the values of the alias `state` mean.
    #[serde(default)]
    pub(super) states: Option<BTreeMap<String, String>>,
    /// The groups of accounts.
    #[serde(default)]
    pub(super) groups: Option<QueryEntry>,
    /// Unread private messages.
    #[serde(default)]
    pub(super) unread: Option<QueryEntry>,
    /// Where the installed version stands in the database.
    #[serde(default)]
    pub(super) version: Option<QueryEntry>,
    /// Where the product keeps its own database settings.
    #[serde(default)]
    pub(super) config: OneOrMany<ConfigSpec>,
    /// The tables and columns that the description reads.
    #[serde(default)]
    pub(super) schema: SchemaEntry,
    /// What tells an installation from others of the same shape.
    #[serde(default)]
    pub(super) detect: DetectSpec,
    /// Accounts that the test run inserts and signs in with.
    #[serde(default)]
    pub(super) vector: Vec<Vector>,
}

fn mysql() -> Vec<Engine> {
    vec![Engine::MySql]
}

/// A format, alone or with conditions.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FormatEntry {
    /// A name such as `bcrypt`, or a formula such as `md5(md5($pass).$salt)`.
    pub(super) format: String,
    /// Only for rows whose alias `format` is this text, or one of these.
    #[serde(default)]
    pub(super) when: Option<OneOrMany<String>>,
    /// Instead of the file's `input`.
    #[serde(default)]
    pub(super) input: Option<Vec<String>>,
}

impl From<String> for FormatEntry {
    fn from(format: String) -> Self {
        Self {
            format,
            when: None,
            input: None,
        }
    }
}

/// A table of accounts.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct UserEntry {
    /// Which table won, where there are several: ids become `SOURCE:17`.
    #[serde(default)]
    pub(super) source: Option<String>,
    /// Whether a wrong password here lets the next table be asked.
    #[serde(default)]
    pub(super) after_wrong_password: AfterWrongPassword,
    /// One SELECT with the aliases that are read; conditions are appended to it.
    pub(super) select: String,
    /// Rows for which this does not hold are nobody.
    #[serde(default, rename = "where")]
    pub(super) condition: Option<String>,
    /// Conditions with `:login`, tried in order.
    pub(super) by_login: Vec<Short<LoginEntry>>,
    /// The condition with `:id`.
    pub(super) by_id: String,
    /// How `:id` is bound.
    #[serde(default)]
    pub(super) id: IdKind,
    /// What the product does to a typed name.
    #[serde(default)]
    pub(super) login: Option<String>,
    /// The product stores names as HTML: what makes plain text of name, display name, e-mail and groups.
    #[serde(default)]
    pub(super) decode: Option<Decode>,
    /// The table that is counted, without prefix; the first of `select` unless said.
    #[serde(default)]
    pub(super) table: Option<String>,
    /// What differs on MySQL and MariaDB.
    #[serde(default)]
    pub(super) mysql: Option<UserVariant>,
    /// What differs on PostgreSQL.
    #[serde(default)]
    pub(super) postgres: Option<UserVariant>,
    /// What differs on SQLite.
    #[serde(default)]
    pub(super) sqlite: Option<UserVariant>,
    /// What the values of the alias `state` mean.
    #[serde(default)]
    pub(super) states: Option<BTreeMap<String, String>>,
    /// The groups of accounts.
    #[serde(default)]
    pub(super) groups: Option<QueryEntry>,
    /// Unread private messages.
    #[serde(default)]
    pub(super) unread: Option<QueryEntry>,
}

impl UserEntry {
    pub(super) fn variant(&self, engine: Engine) -> Option<&UserVariant> {
        match engine {
            Engine::MySql => self.mysql.as_ref(),
            Engine::Postgres => self.postgres.as_ref(),
            Engine::Sqlite => self.sqlite.as_ref(),
        }
    }
}

/// What differs for one engine.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(super) struct UserVariant {
    /// Instead of the table's.
    pub(super) select: Option<String>,
    /// Instead of the table's.
    #[serde(rename = "where")]
    pub(super) condition: Option<String>,
    /// Instead of the table's.
    pub(super) by_login: Option<Vec<Short<LoginEntry>>>,
    /// Instead of the table's.
    pub(super) by_id: Option<String>,
}

/// A condition on a typed name.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LoginEntry {
    /// The condition, with `:login`.
    #[serde(rename = "where")]
    pub(super) condition: String,
    /// Asked only when the typed name contains this text.
    #[serde(default, rename = "if")]
    pub(super) only_if: Option<String>,
    /// Instead of the table's `login`.
    #[serde(default)]
    pub(super) login: Option<String>,
}

impl From<String> for LoginEntry {
    fn from(condition: String) -> Self {
        Self {
            condition,
            only_if: None,
            login: None,
        }
    }
}

/// What a wrong password means where there are several tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum AfterWrongPassword {
    /// It is the answer.
    #[default]
    Stop,
    /// The next table is asked.
    Next,
}

/// How plain text is made of stored HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Decode {
    /// `&amp;` `&lt;` `&gt;` `&quot;` and entities by number.
    Html,
    /// All entities of HTML 4 by name, and by number.
    Entities,
}

/// How an id is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum IdKind {
    /// A whole number.
    #[default]
    Int,
    /// Text.
    Text,
}

/// A further statement.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct QueryEntry {
    /// The statement.
    pub(super) select: String,
    /// Its tables belong to an add-on: where they are missing, nothing is answered.
    #[serde(default)]
    pub(super) optional: bool,
    /// On MySQL and MariaDB.
    #[serde(default)]
    pub(super) mysql: Option<QueryVariant>,
    /// On PostgreSQL.
    #[serde(default)]
    pub(super) postgres: Option<QueryVariant>,
    /// On SQLite.
    #[serde(default)]
    pub(super) sqlite: Option<QueryVariant>,
}

/// The statement for one engine.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct QueryVariant {
    /// Instead of the other.
    pub(super) select: String,
}

impl QueryEntry {
    pub(super) fn at(&self, engine: Engine) -> &str {
        let variant = match engine {
            Engine::MySql => &self.mysql,
            Engine::Postgres => &self.postgres,
            Engine::Sqlite => &self.sqlite,
        };
        variant
            .as_ref()
            .map_or(&self.select, |variant| &variant.select)
    }
}

/// The tables, as each engine makes them.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(super) struct SchemaEntry {
    /// `CREATE TABLE {prefix}users (…); …` for MySQL and MariaDB.
    pub(super) mysql: Option<String>,
    /// For PostgreSQL.
    pub(super) postgres: Option<String>,
    /// For SQLite.
    pub(super) sqlite: Option<String>,
    /// Tables and `table.column`s that only some installations have.
    pub(super) optional: Vec<String>,
}

impl SchemaEntry {
    pub(super) fn at(&self, engine: Engine) -> Option<&str> {
        match engine {
            Engine::MySql => self.mysql.as_deref(),
            Engine::Postgres => self.postgres.as_deref(),
            Engine::Sqlite => self.sqlite.as_deref(),
        }
    }
}

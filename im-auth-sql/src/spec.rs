//! Systems described by data: one file says which SELECT gives an account, how its password is stored, and what
//! its columns mean.
//!
//! ```
//! use im_auth_sql::spec::SystemSpec;
//!
//! let text = r#"
//! id = "portal"
//! name = "Our portal"
//! formats = ["md5(md5($pass).$salt)"]
//!
//! [user]
//! select = "SELECT m.id AS id, m.nick AS name, m.pass AS password, m.salt AS salt FROM {prefix}members m"
//! by_login = ["m.nick = :login"]
//! by_id = "m.id = :id"
//! "#;
//! let spec = SystemSpec::parse(text, "portal.toml")?;
//! assert_eq!(spec.name(), "Our portal");
//! # Ok::<(), im_auth_sql::spec::SpecError>(())
//! ```

mod alias;
mod check;
mod config;
mod error;
mod explain;
mod file;
mod flexible;
mod format;
mod login_column;
mod parameter;
mod place;
#[cfg(feature = "schema")]
mod schema;
mod select;
mod state;
mod template;
pub(crate) mod user;
mod vector;

use std::path::Path;

use im_password::Input;
use serde::Deserialize;

pub use config::{ConfigFormat, ConfigSpec, ConfigValue, SqliteFile, ValueEncoding, VersionFile};
pub use error::SpecError;
pub use explain::{Explained, Explanation};
pub(crate) use file::{AfterWrongPassword, Decode, IdKind};
pub use format::FormatRule;
pub(crate) use format::{RuleSet, Rules};
pub(crate) use state::State;
pub(crate) use template::{Template, Test};
pub use vector::{Cell, Expect, ExpectedUser, Vector};

use crate::Engine;
use user::UserSpec;

/// A system described by data, read and checked. It holds no secret.
#[derive(Debug, Clone)]
pub struct SystemSpec {
    file_name: String,
    file: file::File,
    formats: Vec<FormatRule>,
    inputs: Vec<Input>,
    rules: Rules,
    users: Vec<UserSpec>,
    version: Vec<(Engine, Template)>,
}

/// Whether a product is maintained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Status {
    /// It has releases.
    #[default]
    Living,
    /// It has had no release for years.
    Dead,
    /// It was never public.
    Closed,
}

/// The secret of an installation that some formats compute with, out of the product's own configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SecretSpec {
    /// What its owner calls it.
    pub name: String,
    /// Where it stands.
    #[serde(rename = "where")]
    pub place: String,
    /// Nothing works without it; otherwise only rows of the formats that use it need it.
    #[serde(default)]
    pub required: bool,
    /// How it is written.
    #[serde(default)]
    pub encoding: SecretEncoding,
    /// There may be several, one a line; each is tried, and none at all.
    #[serde(default)]
    pub several: bool,
    /// What it means that a realm does not say `secret` at all, where rows look alike with and without it. A realm
    /// without one says `secret = ""`.
    #[serde(default)]
    pub unsaid: Unsaid,
}

/// What a forgotten secret does to passwords that are right by it, in rows that could also be of a format without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unsaid {
    /// They are wrong: hardly any site has a secret.
    #[default]
    Wrong,
    /// What fits no format in such a row is an error of the configuration, not a wrong password: for few rows, old
    /// ones. Errors count towards no lock-out, so never for rows that most members have.
    Error,
    /// The realm is not opened: for rows that most members have, where sites with and without are common.
    Refuse,
}

/// How a secret is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SecretEncoding {
    /// As it is.
    #[default]
    Text,
    /// Base64, padded or not.
    Base64,
    /// Hex digits.
    Hex,
}

/// What tells an installation from others of the same shape.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct DetectSpec {
    /// Further tables (without prefix) that every installation has.
    pub tables: Vec<String>,
}

impl SystemSpec {
    /// Reads a description. `file_name` is for messages.
    ///
    /// # Errors
    /// What is wrong, with the line, the key and what to write instead.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, SpecError> {
        check::parse(text, file_name)
    }

    /// Reads a description out of a file: a system of one's own.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or why the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SpecError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            SpecError::new(&name, None, "", format!("the file cannot be read: {error}"))
        })?;
        Self::parse(&text, &name)
    }

    /// The name of the file it was read from.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// What the configuration calls it: `wordpress`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// The product's name, for people: `WordPress`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Which versions it covers, for people; empty if it does not say.
    #[must_use]
    pub fn versions(&self) -> &str {
        &self.file.versions
    }

    /// Whether the product is maintained.
    #[must_use]
    pub fn status(&self) -> Status {
        self.file.status
    }

    /// What the product's tables begin with unless their owner chose otherwise.
    #[must_use]
    pub fn default_prefix(&self) -> &str {
        &self.file.default_prefix
    }

    /// The databases that the product runs on, at least one.
    #[must_use]
    pub fn engines(&self) -> &[Engine] {
        &self.file.engines
    }

    /// Where the facts come from; empty if it does not say.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.file.source
    }

    /// What it was last verified against; empty if it does not say.
    #[must_use]
    pub fn verified(&self) -> &str {
        &self.file.verified
    }

    /// Known limits and doubts, one sentence each.
    #[must_use]
    pub fn limits(&self) -> &[String] {
        &self.file.limits
    }

    /// The id in `IntraMessenger` 2.0.6, where it differs from [`id`](Self::id).
    #[must_use]
    pub fn legacy(&self) -> Option<&str> {
        self.file.legacy.as_deref()
    }

    /// The formats of stored passwords, in the order tried.
    #[must_use]
    pub fn formats(&self) -> &[FormatRule] {
        &self.formats
    }

    /// How the password's bytes are made, in the order tried, where a format does not say otherwise.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// The secret out of the product's configuration, if any format uses one.
    #[must_use]
    pub fn secret(&self) -> Option<&SecretSpec> {
        self.file.secret.as_ref()
    }

    /// The tables of accounts (without prefix) in the order tried, each with the name of its source where there are
    /// several.
    pub fn account_tables(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.users
            .iter()
            .map(|user| (&*user.table, user.source.as_deref()))
    }

    /// Whether it says how many private messages wait.
    #[must_use]
    pub fn has_unread(&self) -> bool {
        self.users
            .iter()
            .flat_map(|user| &user.texts)
            .any(|(_, texts)| texts.unread.is_some())
    }

    /// Whether it says which groups an account is in.
    #[must_use]
    pub fn has_groups(&self) -> bool {
        self.users
            .iter()
            .flat_map(|user| &user.texts)
            .any(|(_, texts)| texts.groups.is_some())
    }

    /// Where the product keeps its own database settings; alternatives, for several generations.
    #[must_use]
    pub fn configs(&self) -> &[ConfigSpec] {
        &self.file.config.0
    }

    /// The tables and columns that are read, as `CREATE TABLE {prefix}…` texts.
    #[must_use]
    pub fn schema(&self, engine: Engine) -> Option<&str> {
        self.file.schema.at(engine)
    }

    /// Tables and `table.column`s of the schema (without prefix) that only some installations have.
    #[must_use]
    pub fn optional(&self) -> &[String] {
        &self.file.schema.optional
    }

    /// What tells an installation from others of the same shape.
    #[must_use]
    pub fn detect(&self) -> &DetectSpec {
        &self.file.detect
    }

    /// Accounts for the test run.
    #[must_use]
    pub fn vectors(&self) -> &[Vector] {
        &self.file.vector
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(crate) fn users(&self) -> &[UserSpec] {
        &self.users
    }

    /// The statement that gives the installed version.
    pub(crate) fn version(&self, engine: Engine) -> Option<&Template> {
        self.version
            .iter()
            .find(|(known, _)| *known == engine)
            .map(|(_, template)| template)
    }

    /// Whether the table of versions belongs to some installations only.
    pub(crate) fn version_is_optional(&self) -> bool {
        self.file
            .version
            .as_ref()
            .is_some_and(|query| query.optional)
    }

    /// A JSON schema of descriptions, for editors.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn json_schema() -> serde_json::Value {
        schema::json_schema()
    }
}

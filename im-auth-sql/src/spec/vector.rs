//! Accounts for the test run.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::flexible::OneOrMany;
use crate::Engine;

/// An account that the test run inserts and then signs in with, right and wrong.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Vector {
    /// What it shows, unique in the file.
    pub of: String,
    /// The rows, by table (without prefix).
    #[serde(default)]
    row: BTreeMap<String, OneOrMany<BTreeMap<String, Cell>>>,
    /// Which of the file's formats the stored password has.
    #[serde(default)]
    pub format: Option<String>,
    /// The password as typed.
    pub password: String,
    /// The name as typed, or several, each tried.
    login: OneOrMany<String>,
    /// Passwords that are wrong.
    #[serde(default)]
    pub wrong: Vec<String>,
    /// The secret that the owner configured.
    #[serde(default)]
    pub secret: Option<String>,
    /// What comes of it.
    #[serde(default)]
    pub expect: Expect,
    /// What must be answered about the user.
    #[serde(default)]
    pub user: Option<ExpectedUser>,
    /// When a ban or a lock ends, in Unix seconds.
    #[serde(default)]
    pub until: Option<i64>,
    /// Only on these engines.
    #[serde(default)]
    engines: Option<Vec<Engine>>,
}

impl Vector {
    /// The rows: table (without prefix) and columns.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, Cell>)> {
        self.row
            .iter()
            .flat_map(|(table, rows)| rows.0.iter().map(move |row| (&**table, row)))
    }

    /// The names as typed.
    #[must_use]
    pub fn logins(&self) -> &[String] {
        &self.login.0
    }

    /// Whether it is for this engine.
    #[must_use]
    pub fn is_for(&self, engine: Engine) -> bool {
        self.engines
            .as_ref()
            .is_none_or(|engines| engines.contains(&engine))
    }
}

/// Without passwords.
impl fmt::Debug for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vector")
            .field("of", &self.of)
            .finish_non_exhaustive()
    }
}

/// What a sign-in with the right password must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expect {
    /// Comes in.
    #[default]
    Accepted,
    /// No password is right, such as for an empty stored one.
    WrongPassword,
    /// Nobody has the name.
    UnknownUser,
    /// [`Rejection::Inactive`](im_core::Rejection::Inactive)
    Inactive,
    /// [`Rejection::PendingActivation`](im_core::Rejection::PendingActivation)
    PendingActivation,
    /// [`Rejection::Banned`](im_core::Rejection::Banned)
    Banned,
    /// [`Rejection::LockedOut`](im_core::Rejection::LockedOut)
    LockedOut,
    /// [`Rejection::Deleted`](im_core::Rejection::Deleted)
    Deleted,
    /// [`Rejection::PasswordExpired`](im_core::Rejection::PasswordExpired)
    PasswordExpired,
    /// [`AuthError::UnsupportedHash`](im_core::AuthError::UnsupportedHash)
    UnsupportedHash,
    /// [`AuthError::Ambiguous`](im_core::AuthError::Ambiguous)
    Ambiguous,
    /// [`AuthError::Configuration`](im_core::AuthError::Configuration)
    Configuration,
}

impl Expect {
    /// The word for it, as descriptions write it and as verdicts and errors name themselves.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::WrongPassword => "wrong_password",
            Self::UnknownUser => "unknown_user",
            Self::Inactive => "inactive",
            Self::PendingActivation => "pending_activation",
            Self::Banned => "banned",
            Self::LockedOut => "locked_out",
            Self::Deleted => "deleted",
            Self::PasswordExpired => "password_expired",
            Self::UnsupportedHash => "unsupported_hash",
            Self::Ambiguous => "ambiguous",
            Self::Configuration => "configuration",
        }
    }
}

/// What must be answered about a user; only what is given is compared.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ExpectedUser {
    /// The product's own id, with the source where there are several tables.
    pub id: Option<String>,
    /// The name in its canonical spelling.
    pub name: Option<String>,
    /// The name to show; empty: none.
    pub display_name: Option<String>,
    /// The e-mail address; empty: none.
    pub email: Option<String>,
    /// Administrator.
    pub admin: Option<bool>,
    /// Moderator.
    pub moderator: Option<bool>,
    /// Groups, in any order.
    pub groups: Option<Vec<String>>,
    /// Unread private messages.
    pub unread: Option<u32>,
    /// The language's tag; empty: none.
    pub language: Option<String>,
    /// The picture's address or path; empty: none.
    pub avatar: Option<String>,
    /// When the account was made, in Unix seconds; 0: not known.
    pub registered_at: Option<i64>,
}

/// A value of a column.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Cell {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false, as the engine writes it.
    Bool(bool),
    /// Bytes: `{ hex = "d8a0" }`.
    Bytes(Vec<u8>),
    /// NULL: `{ null = true }`.
    Null,
}

/// Without the value, which may be a stored password.
impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cell")
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, a number, true, false, { hex = \"d8a0\" } or { null = true }")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Cell, E> {
                Ok(Cell::Int(number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Cell, E> {
                Ok(Cell::Float(number))
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<Cell, E> {
                Ok(Cell::Bool(truth))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cell, A::Error> {
                let deserializer = serde::de::value::MapAccessDeserializer::new(map);
                match Marked::deserialize(deserializer)? {
                    Marked {
                        hex: Some(digits),
                        null: false,
                    } => hex::decode(digits.replace(' ', ""))
                        .map(Cell::Bytes)
                        .map_err(|_| A::Error::custom("`hex` takes pairs of hex digits")),
                    Marked {
                        hex: None,
                        null: true,
                    } => Ok(Cell::Null),
                    _ => Err(A::Error::custom(
                        "write { hex = \"d8a0\" } or { null = true }",
                    )),
                }
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The tables that stand for values TOML lacks.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Marked {
    /// Bytes.
    #[serde(default)]
    hex: Option<String>,
    /// NULL.
    #[serde(default)]
    null: bool,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Cell {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let marked = generator.subschema_for::<Marked>();
        schemars::json_schema!({
            "anyOf": [{ "type": ["string", "integer", "number", "boolean"] }, marked]
        })
    }
}

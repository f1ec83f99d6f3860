//! Settings of a Phorum realm.

use std::fmt;
use std::str::FromStr;

use im_auth_sql::{DatabaseConfig, Prefix};
use im_core::{AuthError, Realm};
use im_password::{Input, VerifyPool};
use serde::Deserialize;

use crate::version::Version;

/// Everything a [`Phorum`](crate::Phorum) is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The realm its members belong to.
    pub realm: Realm,
    /// The board's database.
    pub database: DatabaseConfig,
    /// The board itself.
    pub options: Options,
    /// Where passwords are verified.
    pub pool: VerifyPool,
}

impl Config {
    /// A board with the default options.
    #[must_use]
    pub fn new(realm: Realm, database: DatabaseConfig, pool: VerifyPool) -> Self {
        Self {
            realm,
            database,
            options: Options::default(),
            pool,
        }
    }

    /// Other options.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }
}

/// The keys of a `[realm.NAME]` block that are this system's own.
///
/// ```toml
/// prefix = "phorum"            # as in the board's include/db/config.php, without an underscore at the end
/// bans = "product"             # or "strict": refuse everyone whom a ban list matches
/// board_charset = "auto"       # or "windows-1252", "windows-1251", …: what the board's pages are sent in
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Options {
    /// What the names of the board's tables begin with, before the underscore that Phorum adds: `phorum` unless said
    /// otherwise. For Phorum 3 the name of its forum table, usually `forums`.
    pub prefix: Prefix,
    /// Whom the board's ban lists refuse.
    pub bans: BanPolicy,
    /// What the board's pages are sent in; by default what its version implies.
    pub board_charset: BoardCharset,
}

impl Options {
    /// The keys, for a configuration that refuses what it does not know.
    pub const KEYS: &'static [&'static str] = &["prefix", "bans", "board_charset"];

    /// Whether the version has what these options ask for.
    pub(crate) fn fit(&self, version: Version) -> Result<(), AuthError> {
        if self.bans == BanPolicy::Strict && !version.has_ban_lists() {
            return Err(AuthError::configuration(format!(
                "bans = \"strict\" cannot be kept: the ban lists of Phorum {} are not read; write bans = \"product\"",
                version.as_str()
            )));
        }
        Ok(())
    }
}

impl Default for Options {
    fn default() -> Self {
        // `phorum` is what Prefix takes; the empty prefix would be the nearest to it if it ever were not.
        let prefix = Prefix::new("phorum").unwrap_or_default();
        Self {
            prefix,
            bans: BanPolicy::default(),
            board_charset: BoardCharset::default(),
        }
    }
}

/// Whom a board's ban lists refuse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BanPolicy {
    /// Whom the product itself turns away at its sign-in page: nobody up to 5.2 and in 10, banned addresses in 6.0.
    #[default]
    Product,
    /// Everyone whose name, e-mail address, address or id a list matches, and in 10 members that are shadow-banned.
    Strict,
}

/// The character set of a board's pages, in which browsers sent the passwords that it hashed and the names it stored.
///
/// Written `auto`, or any [label](https://encoding.spec.whatwg.org/#names-and-labels) of the web's encodings;
/// `iso-8859-1` means windows-1252 there, as browsers do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BoardCharset(Option<String>);

impl BoardCharset {
    /// What the version implies: windows-1252 for Phorum 3 and 5.0, UTF-8 for others.
    pub const AUTO: Self = Self(None);

    /// The label, unless it is `auto`.
    pub(crate) fn label(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl FromStr for BoardCharset {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, AuthError> {
        let label = text.trim();
        if label.eq_ignore_ascii_case("auto") {
            return Ok(Self::AUTO);
        }
        match format!("charset={label}").parse::<Input>() {
            Ok(_) => Ok(Self(Some(label.to_ascii_lowercase()))),
            Err(error) => Err(AuthError::configuration(format!(
                "board_charset = {text:?} is no character set of web pages: write \"auto\", \"utf-8\", \
                 \"windows-1252\", \"windows-1251\", \"iso-8859-2\", …"
            ))
            .with_source(error)),
        }
    }
}

impl TryFrom<String> for BoardCharset {
    type Error = AuthError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for BoardCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label().unwrap_or("auto"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_prefix_is_the_products() {
        assert_eq!(Options::default().prefix.as_str(), "phorum");
    }

    #[test]
    fn a_board_charset_is_a_label_or_auto() {
        let parse = |text: &str| text.parse::<BoardCharset>().unwrap();
        assert_eq!(parse(" Auto "), BoardCharset::AUTO);
        assert_eq!(parse("KOI8-R").to_string(), "koi8-r");
    }

    #[test]
    fn a_board_charset_that_is_none_is_refused_with_examples() {
        for text in ["klingon", ""] {
            let error = text.parse::<BoardCharset>().unwrap_err();
            assert_eq!(error.kind(), "configuration");
            assert!(error.to_string().contains("windows-1252"), "{error}");
        }
    }
}

//! Settings of a Phorum realm.

use im_auth_sql::{BoardCharset, DatabaseConfig, Prefix};
use im_core::{AuthError, Realm};
use im_password::VerifyPool;
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
    /// What the board's pages are sent in; by default what its version implies: windows-1252 for Phorum 3 and 5.0,
    /// UTF-8 for others.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_prefix_is_the_products() {
        assert_eq!(Options::default().prefix.as_str(), "phorum");
    }
}

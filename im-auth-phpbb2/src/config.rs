//! Settings of one realm.

use std::sync::Arc;

use im_auth_sql::{BoardCharset, DatabaseConfig, Prefix};
use im_core::{Clock, Realm, SystemClock};
use im_password::VerifyPool;
use serde::Deserialize;

use crate::BanPolicy;

/// Everything a [`Phpbb2`](crate::Phpbb2) is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The realm its identities belong to.
    pub realm: Realm,
    /// The board's database.
    pub database: DatabaseConfig,
    /// The board itself.
    pub options: Options,
    /// Where passwords are verified.
    pub pool: VerifyPool,
    /// Says when a lock-out ends; it should agree with the board's web server.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// A board with the default options, by the computer's clock.
    #[must_use]
    pub fn new(realm: Realm, database: DatabaseConfig, pool: VerifyPool) -> Self {
        Self {
            realm,
            database,
            options: Options::default(),
            pool,
            clock: Arc::new(SystemClock),
        }
    }

    /// Other options.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// The keys of a `[realm.NAME]` block that are this system's own.
///
/// ```toml
/// prefix = "phpbb_"            # as in the board's config.php
/// bans = "product"             # or "strict": e-mail patterns such as *@example.com refuse members too
/// board_charset = "auto"       # or "utf-8", "windows-1251", …: what the board's pages are sent in
/// board_disable = "ignore"     # or "follow": while the board is closed, only its administrators sign in here
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Options {
    /// What the names of the board's tables begin with: `phpbb_` unless said otherwise.
    pub prefix: Prefix,
    /// Which bans refuse a sign-in.
    pub bans: BanPolicy,
    /// What the board's pages are sent in; by default what its default language pack is known to say.
    pub board_charset: BoardCharset,
    /// What a board closed for maintenance means here.
    pub board_disable: ClosedBoard,
}

impl Options {
    /// The keys, for a configuration that refuses what it does not know.
    pub const KEYS: &'static [&'static str] = &["prefix", "bans", "board_charset", "board_disable"];
}

impl Default for Options {
    fn default() -> Self {
        // `phpbb_` is what Prefix takes, and a board without prefix is the nearest to it if it ever were not.
        let prefix = Prefix::new("phpbb_").unwrap_or_default();
        Self {
            prefix,
            bans: BanPolicy::default(),
            board_charset: BoardCharset::default(),
            board_disable: ClosedBoard::default(),
        }
    }
}

/// What a board closed for maintenance (`board_disable`) means for sign-ins elsewhere.
///
/// The board itself sends everybody but administrators back to its front page, without a look at the password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ClosedBoard {
    /// Nothing: members sign in as ever. Closing the board says nothing about them.
    #[default]
    Ignore,
    /// A right password of anybody but an administrator is answered with
    /// [`AuthError::Closed`](im_core::AuthError::Closed). Sessions that exist stay.
    Follow,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_prefix_is_the_products() {
        assert_eq!(Options::default().prefix.as_str(), "phpbb_");
    }

    fn read(keys: &[(&'static str, &'static str)]) -> Result<Options, serde::de::value::Error> {
        Options::deserialize(serde::de::value::MapDeserializer::new(keys.iter().copied()))
    }

    #[test]
    fn a_block_of_the_configuration_is_read() {
        let options = read(&[
            ("prefix", "forum_"),
            ("bans", "strict"),
            ("board_charset", "windows-1251"),
            ("board_disable", "follow"),
        ]);
        let options = options.unwrap();
        assert_eq!(options.prefix.as_str(), "forum_");
        assert_eq!(options.bans, BanPolicy::Strict);
        assert_eq!(options.board_charset.to_string(), "windows-1251");
        assert_eq!(options.board_disable, ClosedBoard::Follow);
        assert_eq!(read(&[]).unwrap(), Options::default());
    }

    #[test]
    fn a_word_that_is_none_is_refused() {
        for (key, word) in [
            ("prefix", "a`b"),
            ("bans", "lenient"),
            ("board_charset", "klingon"),
            ("board_disable", "maybe"),
        ] {
            assert!(Options::KEYS.contains(&key));
            assert!(read(&[(key, word)]).is_err(), "{key} = {word}");
        }
    }
}

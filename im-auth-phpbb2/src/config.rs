//! Settings of one realm.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use encoding_rs::Encoding;
use im_auth_sql::{DatabaseConfig, Prefix};
use im_core::{AuthError, Clock, Realm, SystemClock};
use im_password::VerifyPool;
use serde::Deserialize;

use crate::BanPolicy;
use crate::language;

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

/// What the board's pages are sent in, and browsers therefore submit names and passwords in.
///
/// Written `auto`, or any [label](https://encoding.spec.whatwg.org/#names-and-labels) of the web's encodings;
/// `iso-8859-1` means windows-1252 there, as browsers do.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BoardCharset(pub(crate) Option<&'static Encoding>);

impl BoardCharset {
    /// What the board's default language pack is known to say.
    pub const AUTO: Self = Self(None);
}

impl FromStr for BoardCharset {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let label = text.trim();
        if label.eq_ignore_ascii_case("auto") {
            return Ok(Self::AUTO);
        }
        match language::charset(label) {
            Some(encoding) => Ok(Self(Some(encoding))),
            None => Err(AuthError::configuration(format!(
                "board_charset = {text:?} is no character set of web pages: write \"auto\", \"utf-8\", \
                 \"windows-1252\", \"windows-1251\", \"iso-8859-2\", … as in ENCODING of the board's lang_main.php"
            ))),
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
        match self.0 {
            None => f.write_str("auto"),
            Some(encoding) => f.write_str(&encoding.name().to_ascii_lowercase()),
        }
    }
}

impl fmt::Debug for BoardCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoardCharset({self})")
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
    /// [`AuthError::Closed`]. Sessions that exist stay.
    Follow,
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_2, WINDOWS_1252};

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

    #[test]
    fn a_board_charset_is_a_label_or_auto() {
        let parse = |text: &str| text.parse::<BoardCharset>().unwrap();
        assert_eq!(parse("auto"), BoardCharset::AUTO);
        assert_eq!(parse("iso-8859-1"), BoardCharset(Some(WINDOWS_1252)));
        assert_eq!(parse(" Latin2 "), BoardCharset(Some(ISO_8859_2)));
        assert_eq!(parse("utf8").to_string(), "utf-8");
    }

    #[test]
    fn a_board_charset_that_is_none_is_refused_with_what_to_write() {
        for text in ["", "klingon", "utf-16"] {
            let error = text.parse::<BoardCharset>().unwrap_err();
            assert_eq!(error.kind(), "configuration");
            assert!(error.to_string().contains("lang_main.php"), "{error}");
        }
    }
}

//! Boards to test on: the product's tables with the seed's accounts.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test binary uses its part"
)]

use std::time::Duration;

use im_auth_phorum::{BanPolicy, Config, Options, Phorum};
use im_auth_sql::DatabaseConfig;
use im_core::Realm;
use im_password::{PoolLimits, VerifyPool};
use im_testkit::Engine;

pub(crate) const REALM: &str = "board";

/// Where the client of address bans sits.
pub(crate) const BANNED_ADDRESS: [u8; 4] = [203, 0, 113, 7];

/// A version of the product with its tables and what the seed lacks there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Board {
    V3,
    V5_0,
    V5_1,
    V5_2,
    V6_0,
    V10,
}

impl Board {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V3 => "3",
            Self::V5_0 => "5.0",
            Self::V5_1 => "5.1",
            Self::V5_2 => "5.2",
            Self::V6_0 => "6.0",
            Self::V10 => "10",
        }
    }

    pub(crate) fn prefix(self) -> &'static str {
        if self == Self::V3 { "forums" } else { "phorum" }
    }

    pub(crate) fn schema(self, engine: Engine) -> &'static str {
        if engine == Engine::Sqlite {
            assert_eq!(self, Self::V5_2, "only 5.2 has tables for SQLite");
            return include_str!("../../schema/5.2.sqlite.sql");
        }
        match self {
            Self::V3 => include_str!("../../schema/3.mysql.sql"),
            Self::V5_0 => include_str!("../../schema/5.0.mysql.sql"),
            Self::V5_1 => include_str!("../../schema/5.1.mysql.sql"),
            Self::V5_2 => include_str!("../../schema/5.2.mysql.sql"),
            Self::V6_0 => include_str!("../../schema/6.0.mysql.sql"),
            Self::V10 => include_str!("../../schema/10.mysql.sql"),
        }
    }

    /// The seed, and what only this version can hold.
    pub(crate) fn seed(self, engine: Engine, charset: &str) -> String {
        let mut seed = match self {
            Self::V3 => include_str!("seed-3.sql").to_owned(),
            _ => include_str!("../../seed.sql").to_owned() + BANS,
        };
        seed += match self {
            Self::V3 => "",
            Self::V5_0 => include_str!("seed-5.0.sql"),
            Self::V5_1 => include_str!("seed-5.1.sql"),
            Self::V5_2 => include_str!("seed-5.2.sql"),
            Self::V6_0 => include_str!("seed-6.0.sql"),
            Self::V10 => include_str!("seed-10.sql"),
        };
        if self != Self::V3 && charset != "latin1" {
            seed += include_str!("seed-unicode.sql");
        }
        if engine == Engine::Sqlite {
            // Backslashes escape in MySQL's literals and nowhere else.
            seed = seed.replace(r"\\", r"\");
        }
        seed
    }
}

/// The ban lists: for all forums but one.
const BANS: &str = "
INSERT INTO phorum_banlists (id, forum_id, type, pcre, string) VALUES
    (1, 0, 2, 0, 'SPAM'), (2, 0, 3, 1, 'bad\\\\.example'), (3, 0, 5, 0, '6'), (4, 0, 1, 0, '203.0.113.'),
    (5, 7, 2, 0, 'alice'), (6, 0, 4, 0, 'alice'), (7, 0, 6, 0, 'alice'), (8, 0, 2, 1, '(unclosed'),
    (9, 0, 2, 0, ''), (10, 0, 2, 1, 't.m'), (11, 0, 5, 0, '20');
";

/// How a board is opened.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) bans: BanPolicy,
    pub(crate) board_charset: Option<&'static str>,
    pub(crate) charset: Option<&'static str>,
    pub(crate) prefix: &'static str,
}

impl Opening {
    pub(crate) fn of(board: Board) -> Self {
        Self {
            bans: BanPolicy::Product,
            board_charset: None,
            charset: None,
            prefix: board.prefix(),
        }
    }

    pub(crate) fn strict(board: Board) -> Self {
        Self {
            bans: BanPolicy::Strict,
            ..Self::of(board)
        }
    }

    pub(crate) fn config(&self, url: &str, pool: VerifyPool) -> Config {
        let limit = Duration::from_secs(1);
        let database = DatabaseConfig {
            charset: self.charset.map(|charset| charset.parse().unwrap()),
            connect_timeout: limit,
            acquire_timeout: limit,
            query_timeout: limit,
            ..DatabaseConfig::new(url)
        };
        let mut options = Options::default();
        options.prefix = self.prefix.parse().unwrap();
        options.bans = self.bans;
        if let Some(label) = self.board_charset {
            options.board_charset = label.parse().unwrap();
        }
        Config::new(Realm::new(REALM).unwrap(), database, pool).options(options)
    }

    pub(crate) fn open(&self, url: &str) -> Phorum {
        let pool = VerifyPool::new(PoolLimits::default());
        Phorum::new(self.config(url, pool)).unwrap()
    }
}

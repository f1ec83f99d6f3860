//! The questions that every authenticator is asked, on every kind of database a board may lie in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use im_auth_phpbb2::Options;
use im_auth_sql::DatabaseConfig;
use im_core::{Avatar, ExternalUser, Identity, Rejection, Timestamp};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::{
    Accounts, Engine, Fixture, Opened, Place, SqlSubject, SqlSystem, TestAccount, Work, run,
};

use support::{SCHEMA, SCHEMA_SQLITE, SEED, board_with, realm};

struct Phpbb2Board;

#[async_trait]
impl SqlSystem for Phpbb2Board {
    fn name(&self) -> String {
        "phpbb2".into()
    }

    fn schema(&self, at: &Place) -> String {
        match at.engine {
            Engine::Sqlite => SCHEMA_SQLITE,
            _ => SCHEMA,
        }
        .into()
    }

    fn seed(&self, _: &Place) -> String {
        SEED.into()
    }

    fn accounts(&self) -> Accounts {
        Accounts::new("phpbb_users", "user_id", "user_password")
    }

    fn fixture(&self, at: &Place) -> Fixture {
        let mysql = at.engine == Engine::MariaDb;
        // SQLite folds the letter case of ASCII and nothing else.
        let folded = |account: TestAccount, spellings: &[&str]| {
            if mysql {
                account.spelled(spellings.iter().copied())
            } else {
                account.not_spelled(spellings.iter().copied())
            }
        };
        let banned = Rejection::Banned { until: None };
        let alice = TestAccount::new("3", "Alice", "correct horse 42")
            .spelled(["alice", "ALICE", "  Alice ", "Alice\\", "Alice\\\\"])
            .not_spelled(["A lice", "Alice&", "&#65;lice"])
            .wrong(["k3yk3y", "correct horse 42\n"])
            .user(alice())
            .unread(2);
        let mut fixture = Fixture::new(realm())
            .account(folded(alice, &["álice"]))
            .account(
                TestAccount::new("2", "Admin", "admin-pass")
                    .spelled(["Admin\\"])
                    .unread(1),
            )
            .account(folded(
                TestAccount::new("4", "Zoé", "crème brûlée é1").spelled(["zoé", "Zoé\\"]),
                &["Zoe", "ZOÉ", "Zoè"],
            ))
            .account(
                TestAccount::new("5", "O'Reilly", "it's")
                    .spelled(["o'reilly", "O'Reilly\\"])
                    .not_spelled(["OReilly", "O\\'Reilly", "O''Reilly", "O&#39;Reilly"])
                    .wrong(["it\\'s", "it''s"])
                    .unread(0),
            )
            .account(
                TestAccount::new("6", "R&D", "A&B <c> \"d\"")
                    .spelled(["r&d", "R&D\\"])
                    .not_spelled(["R&amp;D", "RD"])
                    .wrong(["A&amp;B &lt;c&gt; &quot;d&quot;"]),
            )
            .account(
                TestAccount::new("7", "Łukasz", "zażółć")
                    .spelled(["ŁUKASZ", "&#321;ukasz", "Łukasz\\"])
                    .not_spelled(["łukasz", "Lukasz"])
                    .wrong(["zazolc"])
                    // What a browser makes of these letters for a page in windows-1252.
                    .also(["za&#380;ó&#322;&#263;"]),
            )
            .account(TestAccount::new("12", "Moderator", "moderator-pass").spelled(["Moderator\\"]))
            .account(TestAccount::new("17", "Relieved", "relieved-pass").spelled(["Relieved\\"]))
            .account(TestAccount::new("19", "100%_sure", "50%_off\\").spelled(["100%_sure\\"]))
            .account(
                TestAccount::new("20", "two  words", "  two spaces  ")
                    .spelled(["Two  Words", "two  words\\"])
                    .not_spelled(["two words"])
                    .wrong(["two spaces"]),
            )
            .account(TestAccount::new("21", "Wildcard", "wildcard-pass").spelled(["Wildcard\\"]))
            .account(TestAccount::new("8", "Ina", "ina-pass").refused(Rejection::Inactive))
            .account(
                TestAccount::new("9", "Penny", "penny-pass").refused(Rejection::PendingActivation),
            )
            .account(TestAccount::new("10", "Bertram", "bertram-pass").refused(banned))
            .account(TestAccount::new("11", "Mallory", "mallory-pass").refused(banned))
            .account(
                TestAccount::new("13", "Groupmod", "groupmod-pass")
                    .from_address([198, 51, 100, 7])
                    .refused(banned),
            )
            .account(TestAccount::new("18", "Ghost", "ghost-pass").refused(Rejection::Inactive))
            .account(TestAccount::new("15", "Unset", "none").refused(Rejection::WrongPassword))
            .account(
                TestAccount::new("16", "Lola", "lola-pass").refused(Rejection::LockedOut {
                    until: Timestamp::from_unix_timestamp(1_780_314_600 + 1800).ok(),
                }),
            )
            .nobody(["Anonymous", "-1", "Al%", "Alic_", "\\", "\\\\\\"]);
        fixture.unknown.push("x".repeat(25));
        fixture
    }

    async fn open(&self, url: &str, _: &Place) -> Opened {
        let mut config = DatabaseConfig::new(url);
        config.connect_timeout = Duration::from_millis(1_500);
        config.acquire_timeout = Duration::from_millis(1_500);
        config.query_timeout = Duration::from_millis(1_000);
        let shown = format!("{config:?}");
        let pool = VerifyPool::new(PoolLimits::default());
        let forum = Arc::new(board_with(config, Options::default(), pool.clone()));
        let shown = format!("{shown} {forum:?}");
        let opened = Opened::new(Arc::clone(&forum)).showing(shown);
        opened.counting(move || {
            let stats = pool.stats();
            Work {
                statements: forum.statements_run(),
                verifications: stats.verified + stats.decoys,
            }
        })
    }
}

/// Everything that is known of her.
fn alice() -> ExternalUser {
    let mut user = ExternalUser::new(Identity::new(realm(), "3"), "Alice");
    user.registered_at = Timestamp::from_unix_timestamp(1_100_000_003).ok();
    user.email = Some("alice@mail.example".into());
    user.avatar = Some(Avatar::Path("images/avatars/3.png".into()));
    user.language = Some("fr".into());
    user.groups = vec!["Gardeners".into()];
    user
}

fn main() -> ExitCode {
    run(vec![
        Box::new(SqlSubject::mariadb(
            Phpbb2Board,
            "latin1",
            "latin1_swedish_ci",
        )),
        Box::new(SqlSubject::mariadb(
            Phpbb2Board,
            "utf8mb3",
            "utf8mb3_general_ci",
        )),
        Box::new(SqlSubject::mariadb(
            Phpbb2Board,
            "utf8mb4",
            "utf8mb4_general_ci",
        )),
        Box::new(SqlSubject::sqlite(Phpbb2Board)),
    ])
}

//! What only this product does, asked of a real MariaDB as an owner's database would hold it.
//!
//! `cargo test -p im-auth-phpbb2 --test quirks -- latin1::names` runs one group. Stored values are written out here
//! as the product leaves them, and were computed by other programs than the one that is tested.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod batches;
mod boards;
mod case;
mod disconnects;
mod found;
mod names;
mod passwords;
mod samples;
mod scans;
mod settings;
mod states;
mod versions;

use std::process::ExitCode;

use im_auth_phpbb2::{BanPolicy, Options, Phpbb2};
use im_core::{ExternalAuthenticator, Login};
use im_testkit::{MariaDb, TestDatabase};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::sync::OnceCell;

use crate::case::Case;
use crate::support::{SCHEMA, block_on, board, insert_members, patient};

/// Character sets of databases, and the collations MySQL gives them by itself.
const DATABASES: [(&str, &str); 3] = [
    ("latin1", "latin1_swedish_ci"),
    ("utf8mb3", "utf8mb3_general_ci"),
    ("utf8mb4", "utf8mb4_general_ci"),
];

/// An English board of 2.0.23 with everybody the cases speak of, in one character set.
struct English {
    product: Phpbb2,
    strict: Phpbb2,
    _database: TestDatabase,
}

impl English {
    async fn of(charset: &'static str) -> &'static Self {
        static BOARDS: [OnceCell<English>; 3] = [const { OnceCell::const_new() }; 3];
        let at = DATABASES
            .iter()
            .position(|(known, _)| *known == charset)
            .expect("a known one");
        BOARDS[at]
            .get_or_init(|| Self::make(charset, DATABASES[at].1))
            .await
    }

    async fn make(charset: &str, collation: &str) -> Self {
        let database = MariaDb::shared()
            .await
            .create_database(charset, collation)
            .await;
        database.execute(SCHEMA).await;
        database
            .execute(&boards::settings(&[
                ("version", ".0.23"),
                ("default_lang", "english"),
                ("max_login_attempts", "5"),
                ("login_reset_time", "30"),
            ]))
            .await;
        for members in [names::members(), passwords::members(), states::members()] {
            database.execute(&insert_members(&members)).await;
        }
        database.execute(boards::GUEST).await;
        database.execute(states::SCRIPT).await;
        let mut strict = Options::default();
        strict.bans = BanPolicy::Strict;
        Self {
            product: board(patient(&database.reader_url()), Options::default()),
            strict: board(patient(&database.reader_url()), strict),
            _database: database,
        }
    }

    async fn ask(&self, charset: &str, case: &Case) -> Result<(), String> {
        let forum = if case.strict {
            &self.strict
        } else {
            &self.product
        };
        let mut login = Login::new(case.typed.as_str(), case.password.as_str());
        if let Some(address) = case.address {
            login = login.from_address(address);
        }
        case.expected(charset)
            .check(&forum.authenticate(&login).await)
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    // The longest first: the others run beside it.
    trials.push(trial("disconnects::leave_every_slot_usable", || async {
        disconnects::leave_every_slot_usable().await;
        Ok(())
    }));
    for (charset, _) in DATABASES {
        for (group, cases) in [
            ("names", names::cases()),
            ("passwords", passwords::cases()),
            ("states", states::cases()),
        ] {
            for case in cases {
                let name = format!("{charset}::{group}::{}", case.name);
                trials.push(trial(name, move || async move {
                    English::of(charset).await.ask(charset, &case).await
                }));
            }
        }
    }
    trials.extend(versions::trials());
    trials.extend(boards::trials());
    trials.extend(settings::trials());
    trials.extend(found::trials());
    trials.extend(batches::trials());
    trials.extend(samples::trials());
    trials.extend(scans::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test of the shared runtime.
fn trial<F>(name: impl Into<String>, test: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = Result<(), String>>,
{
    Trial::test(name, move || block_on(test()).map_err(Failed::from))
}

//! What a stopwatch says. One measurement at a time, so that none disturbs another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it measured"
)]

mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use im_auth_phpbb2::{Options, Phpbb2};
use im_core::{ExternalAuthenticator, Login, Verdict};
use im_testkit::{MariaDb, TestDatabase, median, same_time};
use libtest_mimic::{Arguments, Failed, Trial};

use support::{SCHEMA, SEED, block_on, board, patient};

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let trials = vec![
        trial(
            "names_seen_before_are_twenty_times_as_fast_as_the_scan",
            || block_on(seen_names()),
        ),
        trial(
            "unknown_users_and_wrong_passwords_take_the_same_time",
            || block_on(nobody_is_told_apart(false)),
        ),
        trial(
            "unknown_users_and_wrong_passwords_take_the_same_time_for_seen_names",
            || block_on(nobody_is_told_apart(true)),
        ),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: &str, test: impl FnOnce() -> Result<(), String> + Send + 'static) -> Trial {
    Trial::test(name, move || test().map_err(Failed::from))
}

/// A board with members beside the seed's, `member1000` and every second on, all with one password.
async fn crowded(last: u32) -> TestDatabase {
    let database = MariaDb::shared()
        .await
        .create_database("latin1", "latin1_swedish_ci")
        .await;
    database.execute(SCHEMA).await;
    database.execute(SEED).await;
    database
        .execute(&format!(
            "INSERT INTO phpbb_users (user_id, username, user_password, user_email, user_lang, user_regdate) \
             SELECT seq, CONCAT('member', seq), '{STORED}', CONCAT('m', seq, '@mail.example'), 'english', seq \
             FROM seq_1000_to_{last}_step_2; ANALYZE TABLE phpbb_users;"
        ))
        .await;
    database
}

async fn right(forum: &Phpbb2, name: &str) -> Duration {
    let login = Login::new(name, PASSWORD);
    let start = Instant::now();
    let answer = forum.authenticate(&login).await;
    let time = start.elapsed();
    assert!(
        matches!(answer, Ok(Verdict::Accepted(_))),
        "{name}: {answer:?}"
    );
    time
}

/// 200,000 members, no index on the name.
async fn seen_names() -> Result<(), String> {
    const FIRST: u32 = 1_000;
    const MEMBERS: u32 = 200_000;
    const NAMES: u32 = 40;
    let database = crowded(FIRST + 2 * MEMBERS - 1).await;
    let forum = Arc::new(board(patient(&database.reader_url()), Options::default()));
    right(&forum, "Alice").await;
    let names: Vec<_> = (0..NAMES)
        .map(|n| format!("member{}", FIRST + 2 * n * (MEMBERS / NAMES)))
        .collect();
    let mut scans = Vec::new();
    let mut seen = Vec::new();
    for (last, name) in names.iter().enumerate() {
        scans.push(right(&forum, name).await);
        // In between, so that both meet the same machine.
        for name in &names[..=last] {
            seen.push(right(&forum, name).await);
        }
    }
    let (scan, repeated) = (median(&scans), median(&seen));
    let factor = scan.as_secs_f64() / repeated.as_secs_f64();
    println!("a scan takes {scan:?}, a name seen before {repeated:?}: {factor:.0} times as fast");
    if factor < 20.0 {
        return Err(format!(
            "a scan takes {scan:?}, a name seen before {repeated:?}: only {factor:.1} times as fast"
        ));
    }
    // What the README advises the owner of a large board.
    database
        .execute("CREATE INDEX im_login ON phpbb_users (username)")
        .await;
    let forum = board(patient(&database.reader_url()), Options::default());
    right(&forum, "Alice").await;
    let mut indexed = Vec::new();
    for name in &names {
        indexed.push(right(&forum, name).await);
    }
    let indexed = median(&indexed);
    println!("with an index on the name, a name not seen before takes {indexed:?}");
    if scan < indexed * 4 {
        return Err(format!(
            "with an index a name not seen before still takes {indexed:?}"
        ));
    }
    Ok(())
}

async fn nobody_is_told_apart(seen: bool) -> Result<(), String> {
    let database = crowded(1_399).await;
    let forum = board(patient(&database.reader_url()), Options::default());
    let pairs: Vec<_> = (1_000..1_400)
        .step_by(2)
        .map(|n| (format!("member{n}"), format!("member{}", n + 1)))
        .collect();
    if seen {
        for (member, _) in &pairs {
            right(&forum, member).await;
        }
    }
    same_time(&forum, &pairs, 0.05).await
}

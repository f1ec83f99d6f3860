//! While look-ups that read the whole table are refused.

use std::sync::Arc;
use std::time::Duration;

use im_auth_phpbb2::{Options, Phpbb2};
use im_core::{ExternalAuthenticator, Login};
use im_password::{PoolLimits, VerifyPool};
use libtest_mimic::Trial;

use crate::boards::{Place, ask, ensure_eq};
use crate::case::Expect;
use crate::support::board_with;
use crate::trial;

const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("scans::refused_ones_cost_every_name_the_same", refused_ones),
        trial(
            "scans::who_comes_first_together_is_remembered_together",
            first_together,
        ),
    ]
}

async fn first_together() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, b"Alice", STORED).await;
    place.member(4, b"Bob", STORED).await;
    let pool = VerifyPool::new(PoolLimits::default());
    let forum = board_with(place.config(), Options::default(), pool);
    let (alice, bob) = tokio::join!(
        ask(&forum, "Alice", PASSWORD, Expect::In(3)),
        ask(&forum, "Bob", PASSWORD, Expect::In(4)),
    );
    alice.and(bob)?;
    // Both read the board's settings; what either learned of the names is kept.
    for (name, id) in [("Alice", 3), ("Bob", 4)] {
        let mut statements = Vec::new();
        for _ in 0..2 {
            let before = forum.statements_run();
            ask(&forum, name, PASSWORD, Expect::In(id)).await?;
            statements.push(forum.statements_run() - before);
        }
        ensure_eq!((name, statements[0]), (name, statements[1]));
    }
    Ok(())
}

async fn refused_ones() -> Result<(), String> {
    let rows = [("version", ".0.23"), ("default_lang", "english")];
    let place = Place::new("latin1", "latin1_swedish_ci", &rows).await;
    place.member(3, b"Alice", STORED).await;
    place.member(4, b"Bob", STORED).await;
    place.member(5, b"Sleeper", STORED).await;
    // Whoever reads the row of this member waits.
    place
        .database
        .execute(
            "RENAME TABLE phpbb_users TO members;\n\
             CREATE VIEW phpbb_users AS SELECT * FROM members WHERE user_id <> 5 OR SLEEP(6) = 0;",
        )
        .await;
    let mut config = place.config();
    config.scans = 1;
    config.scan_timeout = Duration::from_millis(300);
    let pool = VerifyPool::new(PoolLimits::default());
    let forum = Arc::new(board_with(config, Options::default(), pool.clone()));
    ask(&forum, "Alice", PASSWORD, Expect::In(3)).await?;
    let reading = tokio::spawn(sign_in(Arc::clone(&forum), "Sleeper"));
    tokio::time::sleep(Duration::from_millis(700)).await;
    for name in ["Alice", "Bob", "Nobody"] {
        let before = pool.stats().verified;
        ask(&forum, name, "wrong", Expect::Error("busy")).await?;
        ensure_eq!((name, pool.stats().verified - before), (name, 1));
    }
    reading.abort();
    Ok(())
}

async fn sign_in(forum: Arc<Phpbb2>, name: &'static str) {
    // What comes of it is of no interest, only that it takes its time.
    let _ = forum.authenticate(&Login::new(name, "wrong")).await;
}

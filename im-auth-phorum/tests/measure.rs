//! What a stopwatch says. One measurement at a time, so that none disturbs another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, and says what it measured"
)]

#[path = "support/mod.rs"]
mod support;

use im_core::{ExternalAuthenticator, Login, Verdict};
use im_testkit::{Engine, MariaDb, same_time};

use support::{Board, Opening};

#[tokio::test]
async fn unknown_users_and_wrong_passwords_take_the_same_time() {
    let (charset, collation) = ("utf8mb3", "utf8mb3_general_ci");
    let database = MariaDb::shared()
        .await
        .create_database(charset, collation)
        .await;
    let board = Board::V5_2;
    database.execute(board.schema(Engine::MariaDb)).await;
    database
        .execute(&board.seed(Engine::MariaDb, charset))
        .await;
    // All with one password, "correct horse 42".
    database
        .execute(
            "INSERT INTO phorum_users (user_id, username, display_name, password, password_temp, email, active, date_added) \
             SELECT seq, CONCAT('member', seq), CONCAT('member', seq), '9ed6210e741906ee73fa04b9225dd63f', \
             '*NO PASSWORD SET*', CONCAT('m', seq, '@mail.example'), 1, seq \
             FROM seq_1000_to_1399_step_2; ANALYZE TABLE phorum_users;",
        )
        .await;
    let phorum = Opening::of(board).open(&database.reader_url());
    let login = Login::new("member1000", "correct horse 42");
    let answer = phorum.authenticate(&login).await;
    assert!(matches!(answer, Ok(Verdict::Accepted(_))), "{answer:?}");
    let pairs: Vec<_> = (1_000..1_400)
        .step_by(2)
        .map(|n| (format!("member{n}"), format!("member{}", n + 1)))
        .collect();
    same_time(&phorum, &pairs, 0.05).await.unwrap();
}

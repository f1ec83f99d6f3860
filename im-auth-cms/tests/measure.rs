//! What a stopwatch says. One measurement at a time, so that none disturbs another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, and says what it measured"
)]

use std::sync::Arc;
use std::time::Duration;

use im_auth_sql::{DatabaseConfig, SpecAuthenticator, SpecConfig};
use im_core::{ExternalAuthenticator, Login, Realm, Verdict};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::{MariaDb, TestDatabase, same_time};

/// SHA-1 of "correct horse 42".
const STORED: &str = "5aac0c2531f7229672f3e8fba2eb2bae1e14476a";

/// A FluxBB board with members beside its guest, `member1000` and every second on, all with one password. Bans and groups
/// hang on its members.
async fn board() -> (TestDatabase, SpecAuthenticator) {
    let spec = im_auth_cms::system("fluxbb").unwrap().spec().unwrap();
    let database = MariaDb::shared()
        .await
        .create_database("utf8mb3", "utf8mb3_general_ci")
        .await;
    database
        .execute(
            "CREATE TABLE users (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, group_id int unsigned NOT NULL,
                 username varchar(200) NOT NULL DEFAULT '', password varchar(40) NOT NULL DEFAULT '',
                 email varchar(80) NOT NULL DEFAULT '', language varchar(25) NOT NULL DEFAULT 'English',
                 registered int unsigned NOT NULL DEFAULT 0, UNIQUE KEY users_username_idx (username(25)));
             CREATE TABLE `groups` (g_id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
                 g_title varchar(50) NOT NULL DEFAULT '', g_moderator tinyint NOT NULL DEFAULT 0);
             CREATE TABLE bans (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(200), ip varchar(255),
                 email varchar(80), expire int unsigned);
             CREATE TABLE config (conf_name varchar(255) NOT NULL PRIMARY KEY, conf_value text);
             INSERT INTO `groups` (g_id, g_title) VALUES (1, 'Administrators'), (3, 'Guests'), (4, 'Members');
             INSERT INTO bans (username) VALUES ('spammer'), ('troll');",
        )
        .await;
    database
        .execute(&format!(
            "INSERT INTO users (id, group_id, username, password, email, registered) \
             SELECT seq, 4, CONCAT('member', seq), '{STORED}', CONCAT('m', seq, '@mail.example'), seq \
             FROM seq_1000_to_1399_step_2; ANALYZE TABLE users;"
        ))
        .await;
    let limit = Duration::from_secs(20);
    let config = DatabaseConfig {
        connect_timeout: limit,
        acquire_timeout: limit,
        query_timeout: limit,
        ..DatabaseConfig::new(database.reader_url())
    };
    let pool = VerifyPool::new(PoolLimits::default());
    let config = SpecConfig::new(Realm::new("board").unwrap(), config, pool);
    let board = SpecAuthenticator::new(Arc::new(spec), config).unwrap();
    (database, board)
}

#[tokio::test]
async fn unknown_users_and_wrong_passwords_take_the_same_time() {
    let (_database, board) = board().await;
    let login = Login::new("member1000", "correct horse 42");
    let answer = board.authenticate(&login).await;
    assert!(matches!(answer, Ok(Verdict::Accepted(_))), "{answer:?}");
    let pairs: Vec<_> = (1_000..1_400)
        .step_by(2)
        .map(|n| (format!("member{n}"), format!("member{}", n + 1)))
        .collect();
    // The database itself reads the row of a member, two microseconds more; twelve were 0.72, thirty 0.8.
    same_time(&board, &pairs, 0.1).await.unwrap();
}

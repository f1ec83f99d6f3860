//! Foreign databases on a real MariaDB, and their owners' doings.

use im_auth_phorum::sample as phorum;
use im_auth_phpbb2::sample as phpbb2;
use im_testkit::{MariaDb, TestDatabase};

use super::Conf;

/// A phpBB 2 board, in latin1 as they were.
pub struct Phpbb2 {
    pub database: TestDatabase,
    pub board: phpbb2::Board,
}

impl Phpbb2 {
    pub async fn new() -> Self {
        Self::on(MariaDb::shared().await).await
    }

    pub async fn on(server: &MariaDb) -> Self {
        let database = server.create_database("latin1", "latin1_swedish_ci").await;
        let board = phpbb2::Board::mysql("phpbb_").unwrap();
        database.execute(&board.create()).await;
        Self { database, board }
    }

    pub async fn register(&self, id: i64, name: &str, password: &str) {
        let member = phpbb2::Member::new(name, password).id(id);
        self.run(&self.board.register(&member)).await;
    }

    /// Registers with another moment of registration: another person.
    pub async fn register_later(&self, id: i64, name: &str, password: &str) {
        let moment = im_core::Timestamp::from_unix_timestamp(1_700_000_000).unwrap();
        let member = phpbb2::Member::new(name, password)
            .id(id)
            .registered_at(moment);
        self.run(&self.board.register(&member)).await;
    }

    pub async fn run(&self, script: &str) {
        self.database.execute(script).await;
    }

    /// `[realm.phpbb2]`.
    pub fn realm(&self, conf: Conf) -> Conf {
        conf.realm("phpbb2", "phpbb2", &self.database.reader_url(), "phpbb_")
    }
}

/// A Phorum 5.2, in UTF-8.
pub struct Phorum {
    pub database: TestDatabase,
    pub board: phorum::Board,
}

impl Phorum {
    pub async fn new() -> Self {
        let server = MariaDb::shared().await;
        let database = server
            .create_database("utf8mb3", "utf8mb3_general_ci")
            .await;
        let board = phorum::Board::mysql("phorum").unwrap();
        database.execute(&board.create()).await;
        Self { database, board }
    }

    pub async fn register(&self, id: i64, name: &str, password: &str) {
        let member = phorum::Member::new(name, password).id(id);
        self.run(&self.board.register(&member)).await;
    }

    pub async fn run(&self, script: &str) {
        self.database.execute(script).await;
    }

    /// `[realm.phorum]`.
    pub fn realm(&self, conf: Conf) -> Conf {
        conf.realm("phorum", "phorum", &self.database.reader_url(), "phorum")
    }
}

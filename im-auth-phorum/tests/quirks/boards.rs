//! The databases that the cases ask, each made once.

use std::future::Future;
use std::sync::{Arc, LazyLock};

use im_auth_phorum::Phorum;
use im_testkit::{Engine, ForeignPlace};
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::support::{Board, Opening};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("a runtime for the tests"));

/// A trial that runs `case` on the shared runtime; a panic in it is its failure.
pub(crate) fn trial<F>(name: String, case: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = ()> + Send + 'static,
{
    Trial::test(name, move || {
        RUNTIME
            .block_on(RUNTIME.spawn(case()))
            .map_err(|error| match error.try_into_panic() {
                Ok(panic) => Failed::from(
                    panic
                        .downcast_ref::<String>()
                        .cloned()
                        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
                        .unwrap_or_else(|| "panicked".into()),
                ),
                Err(error) => Failed::from(error.to_string()),
            })
    })
}

/// A database full of the seed.
pub(crate) struct Furnished {
    pub(crate) name: &'static str,
    pub(crate) board: Board,
    charset: &'static str,
    collation: &'static str,
    database: OnceCell<(ForeignPlace, String)>,
}

macro_rules! places {
    ($($id:ident = $name:literal, $board:ident, $charset:literal, $collation:literal;)*) => {
        $(pub(crate) static $id: Furnished = Furnished {
            name: $name,
            board: Board::$board,
            charset: $charset,
            collation: $collation,
            database: OnceCell::const_new(),
        };)*
    };
}
places! {
    LATIN1 = "latin1", V5_2, "latin1", "latin1_swedish_ci";
    UTF8 = "utf8", V5_2, "utf8mb3", "utf8mb3_general_ci";
    V3 = "v3", V3, "latin1", "latin1_swedish_ci";
    V5_0 = "v5.0", V5_0, "latin1", "latin1_swedish_ci";
    V5_1 = "v5.1", V5_1, "utf8mb3", "utf8mb3_general_ci";
    V6_0 = "v6.0", V6_0, "utf8mb4", "utf8mb4_unicode_ci";
    V10 = "v10", V10, "utf8mb4", "utf8mb4_unicode_ci";
    SQLITE = "sqlite", V5_2, "utf8", "";
}

impl Furnished {
    /// The database with all rights, and its address for a reader.
    pub(crate) async fn database(&'static self) -> &'static (ForeignPlace, String) {
        self.database
            .get_or_init(|| async { fresh(self.board, self.charset, self.collation).await })
            .await
    }

    /// An authenticator on it.
    pub(crate) async fn open(&'static self, opening: &Opening) -> Arc<Phorum> {
        let (_, url) = self.database().await;
        Arc::new(opening.open(url))
    }
}

/// A database of one's own, to change.
pub(crate) async fn fresh(board: Board, charset: &str, collation: &str) -> (ForeignPlace, String) {
    let (database, url, engine) = empty(charset, collation).await;
    database.execute(board.schema(engine)).await;
    database.execute(&board.seed(engine, charset)).await;
    (database, url)
}

/// A database without tables.
pub(crate) async fn empty(charset: &str, collation: &str) -> (ForeignPlace, String, Engine) {
    if collation.is_empty() {
        let file = im_testkit::SqliteFile::create().await;
        let url = file.url();
        (ForeignPlace::Sqlite(file), url, Engine::Sqlite)
    } else {
        let server = im_testkit::MariaDb::shared().await;
        let database = server.create_database(charset, collation).await;
        let url = database.reader_url();
        (ForeignPlace::MariaDb(database), url, Engine::MariaDb)
    }
}

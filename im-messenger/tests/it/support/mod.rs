//! What the cases stand on: a store, forums whose accounts a test changes, and people who sign in.

pub(crate) mod forum;
pub(crate) mod world;

pub(crate) use forum::Forum;
pub(crate) use world::{Person, Site, World};

use im_testkit::{MariaDb, TestDatabase};
use tempfile::TempDir;

/// Where a case keeps its store.
pub(crate) enum Place {
    Sqlite(TempDir),
    MySql(TestDatabase),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().expect("a temporary folder"))
    }

    /// The database's own character set is an old one: what matters must not depend on it.
    pub(crate) async fn mysql() -> Self {
        let server = MariaDb::shared().await;
        Self::MySql(server.create_database("latin1", "latin1_swedish_ci").await)
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("im.db").display()),
            Self::MySql(database) => database.owner_url(),
        }
    }

    pub(crate) fn is_mysql(&self) -> bool {
        matches!(self, Self::MySql(_))
    }
}

/// Runs cases, each `async fn case(place: Place)`, on both stores.
macro_rules! on_both_stores {
    ($($case:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(crate::support::Place::sqlite()).await;
            })+
        }
        mod on_mysql {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case(crate::support::Place::mysql().await).await;
            })+
        }
    };
}
pub(crate) use on_both_stores;

/// The code of an answer that must be an error.
#[track_caller]
pub(crate) fn code<T>(answer: Result<T, im_messenger::Error>) -> &'static str {
    match answer {
        Ok(_) => panic!("this must be refused"),
        Err(error) => error.code().as_str(),
    }
}

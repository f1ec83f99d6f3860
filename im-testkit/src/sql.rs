//! Subjects on SQL databases.

mod place;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;

pub use place::{Accounts, Engine, ForeignPlace, Place};

use crate::sqlite::Blocked;
use crate::{Absent, CutProxy, Fixture, MariaDb, Opened, SqliteFile, Subject};

/// An SQL product, as the suite sees it: its tables, its accounts, and an authenticator on them.
///
/// ```
/// use im_core::ExternalAuthenticator;
/// use im_testkit::{Accounts, Fixture, Opened, Place, SqlSystem, TestAccount};
/// # fn authenticator(url: &str) -> Box<dyn ExternalAuthenticator> { unimplemented!("{url}") }
///
/// struct Portal;
///
/// #[async_trait::async_trait]
/// impl SqlSystem for Portal {
///     fn name(&self) -> String {
///         "portal".into()
///     }
///     fn schema(&self, _: &Place) -> String {
///         "CREATE TABLE portal_users (id INTEGER PRIMARY KEY, name VARCHAR(25), password CHAR(32))".into()
///     }
///     fn seed(&self, _: &Place) -> String {
///         "INSERT INTO portal_users VALUES (1, 'Alice', '9a618248b64db62d15b300a07b00580b')".into()
///     }
///     fn accounts(&self) -> Accounts {
///         Accounts::new("portal_users", "id", "password")
///     }
///     fn fixture(&self, _: &Place) -> Fixture {
///         Fixture::new("portal".parse().unwrap())
///             .account(TestAccount::new("1", "Alice", "supersecret").spelled(["alice"]))
///     }
///     async fn open(&self, url: &str, _: &Place) -> Opened {
///         Opened::new(authenticator(url))
///     }
/// }
/// ```
#[async_trait]
pub trait SqlSystem: Send + Sync + 'static {
    /// The first part of the subject's name: `phpbb2`.
    fn name(&self) -> String;

    /// The product's tables.
    fn schema(&self, at: &Place) -> String;

    /// The rows, among them the accounts of the fixture.
    fn seed(&self, at: &Place) -> String;

    /// Where the accounts and their stored passwords are.
    fn accounts(&self) -> Accounts;

    /// What the seed holds.
    fn fixture(&self, at: &Place) -> Fixture;

    /// A new authenticator on `url`, which names an account that has only SELECT. Time limits of a second or so keep
    /// the suite short. [`Opened::counting`] is required.
    async fn open(&self, url: &str, at: &Place) -> Opened;

    /// What the product or the fixture cannot have, and why. The hands are supplied whole and cannot be absent.
    fn absent(&self) -> Vec<Absent> {
        Vec::new()
    }

    /// See [`Subject::patience`].
    fn patience(&self) -> Duration {
        Duration::from_secs(6)
    }

    /// Fills the new, empty database. Override it where scripts of text are not enough, for instance to store bytes
    /// of another character set with [`TestDatabase::execute_bytes`](crate::TestDatabase::execute_bytes).
    async fn furnish(&self, database: &ForeignPlace, at: &Place) {
        database.execute(&self.schema(at)).await;
        database.execute(&self.seed(at)).await;
    }
}

/// A whole [`Subject`] made of an [`SqlSystem`]: the database, a [`CutProxy`] in front of it, and every hand.
pub struct SqlSubject {
    system: Arc<dyn SqlSystem>,
    at: Place,
    live: OnceCell<Live>,
}

/// The database once somebody has asked for it.
struct Live {
    database: ForeignPlace,
    /// In front of MariaDB.
    proxy: Option<CutProxy>,
    /// While SQLite is down or silent.
    blocked: std::sync::Mutex<Option<Blocked>>,
}

impl Live {
    async fn block(&self) {
        if let ForeignPlace::Sqlite(file) = &self.database {
            let blocked = file.block().await;
            *self.blocked.lock().expect("not poisoned") = Some(blocked);
        }
    }
}

impl SqlSubject {
    /// The system in a database of the shared MariaDB, with this character set and collation.
    pub fn mariadb(
        system: impl SqlSystem,
        charset: impl Into<String>,
        collation: impl Into<String>,
    ) -> Self {
        Self::new(
            Arc::new(system),
            Place {
                engine: Engine::MariaDb,
                charset: charset.into(),
                collation: collation.into(),
            },
        )
    }

    /// The system in a SQLite file.
    pub fn sqlite(system: impl SqlSystem) -> Self {
        Self::new(
            Arc::new(system),
            Place {
                engine: Engine::Sqlite,
                charset: "utf8".into(),
                collation: String::new(),
            },
        )
    }

    fn new(system: Arc<dyn SqlSystem>, at: Place) -> Self {
        Self {
            system,
            at,
            live: OnceCell::new(),
        }
    }

    /// The database, for tests that go beyond the suite.
    pub async fn database(&self) -> &ForeignPlace {
        &self.live().await.database
    }

    /// The URL for [`SqlSystem::open`]: on MariaDB the SELECT-only account, through the proxy.
    pub async fn url(&self) -> String {
        let live = self.live().await;
        match (&live.database, &live.proxy) {
            (ForeignPlace::MariaDb(database), Some(proxy)) => database.reader_url_at(proxy.port()),
            (ForeignPlace::MariaDb(database), None) => database.reader_url(),
            (ForeignPlace::Sqlite(file), _) => file.url(),
        }
    }

    async fn live(&self) -> &Live {
        self.live
            .get_or_init(|| async {
                let (database, proxy) = match self.at.engine {
                    Engine::MariaDb => {
                        let server = MariaDb::shared().await;
                        let database = server
                            .create_database(&self.at.charset, &self.at.collation)
                            .await;
                        let proxy = CutProxy::to(database.port());
                        (ForeignPlace::MariaDb(database), Some(proxy))
                    }
                    Engine::Sqlite => (ForeignPlace::Sqlite(SqliteFile::create().await), None),
                };
                self.system.furnish(&database, &self.at).await;
                Live {
                    database,
                    proxy,
                    blocked: std::sync::Mutex::new(None),
                }
            })
            .await
    }

    async fn execute(&self, script: &str) {
        self.database().await.execute(script).await;
    }
}

#[async_trait]
impl Subject for SqlSubject {
    fn name(&self) -> String {
        let system = self.system.name();
        match self.at.engine {
            Engine::MariaDb => format!("{system}-mariadb-{}", self.at.charset),
            Engine::Sqlite => format!("{system}-sqlite"),
        }
    }

    fn fixture(&self) -> Fixture {
        self.system.fixture(&self.at)
    }

    async fn open(&self) -> Opened {
        self.system.open(&self.url().await, &self.at).await
    }

    fn absent(&self) -> Vec<Absent> {
        let absent = self.system.absent();
        if let Some(hands) = absent.iter().find(|absent| absent.need.is_hands()) {
            panic!(
                "{}: every SQL subject has Need::{:?}: it cannot be absent",
                self.name(),
                hands.need
            );
        }
        absent
    }

    fn patience(&self) -> Duration {
        self.system.patience()
    }

    async fn secrets(&self) -> Vec<String> {
        match self.database().await {
            ForeignPlace::MariaDb(database) => vec![database.reader_password().to_owned()],
            ForeignPlace::Sqlite(_) => Vec::new(),
        }
    }

    async fn stored_password(&self, id: &str) -> String {
        let Accounts {
            table,
            id: column,
            password,
        } = self.system.accounts();
        let select = format!(
            "SELECT {password} FROM {table} WHERE {column} = {}",
            quoted(id)
        );
        self.database()
            .await
            .value(&select)
            .await
            .unwrap_or_else(|| panic!("no stored password: {select}"))
    }

    async fn store_password(&self, id: &str, stored: &str) {
        let Accounts {
            table,
            id: column,
            password,
        } = self.system.accounts();
        self.execute(&format!(
            "UPDATE {table} SET {password} = {} WHERE {column} = {}",
            quoted(stored),
            quoted(id)
        ))
        .await;
    }

    async fn delete_account(&self, id: &str) {
        let Accounts {
            table, id: column, ..
        } = self.system.accounts();
        self.execute(&format!(
            "DELETE FROM {table} WHERE {column} = {}",
            quoted(id)
        ))
        .await;
    }

    async fn take_table_away(&self) -> String {
        let table = self.system.accounts().table;
        self.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone"))
            .await;
        table
    }

    /// SQLite is in the same process and cannot refuse: there, another program holds the lock.
    async fn go_down(&self) {
        let live = self.live().await;
        match &live.proxy {
            Some(proxy) => proxy.cut().await,
            None => live.block().await,
        }
    }

    async fn go_silent(&self, after: usize) {
        let live = self.live().await;
        match &live.proxy {
            Some(proxy) => proxy.stall_after(after),
            None => live.block().await,
        }
    }

    async fn come_back(&self) {
        let live = self.live().await;
        if let Some(proxy) = &live.proxy {
            proxy.restore().await;
        }
        let blocked = live.blocked.lock().expect("not poisoned").take();
        if let Some(blocked) = blocked {
            blocked.end().await;
        }
    }

    async fn contents(&self) -> BTreeMap<String, String> {
        self.database().await.checksums().await
    }

    async fn reset(&self) {
        self.come_back().await;
        let database = self.database().await;
        database.clear().await;
        self.system.furnish(database, &self.at).await;
    }
}

impl fmt::Debug for SqlSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlSubject")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// A literal that both engines read alike: without backslashes, which only MariaDB reads.
fn quoted(text: &str) -> String {
    assert!(
        !text.contains('\\'),
        "stored passwords and ids with backslashes need a subject of their own"
    );
    format!("'{}'", text.replace('\'', "''"))
}

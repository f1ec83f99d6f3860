//! The store: SQLite or MySQL/MariaDB behind one small interface, one SQL text for both wherever possible.

mod advice;
mod connection;
mod inspect;
mod migrate;
#[cfg(feature = "mysql")]
mod mysql;
mod retry;
#[cfg(feature = "sqlite")]
mod sqlite;
mod value;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use im_core::{Clock, Timestamp};
use secrecy::{ExposeSecret, SecretString};

pub(crate) use connection::{Connection, Transaction};
pub use inspect::{Inspection, RememberedRealm};
pub(crate) use retry::{Attempts, transaction};
pub(crate) use value::{Row, Value, args, marks};

use crate::clock::{Millis, Random, SystemRandom, to_millis};

/// Where the store is and how to connect to it.
#[derive(Clone)]
pub struct StoreConfig {
    /// `sqlite:PATH`, `sqlite::memory:` or `mysql://user@host/database` (`mariadb://` likewise).
    pub url: SecretString,
    /// The password, where the address has none.
    pub password: Option<SecretString>,
    /// How many connections at most.
    pub max_connections: u32,
    /// Where tokens and ids come from.
    pub random: Arc<dyn Random>,
}

impl StoreConfig {
    /// A store at an address, with the operating system's randomness.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            password: None,
            max_connections: 10,
            random: Arc::new(SystemRandom),
        }
    }
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("url", &"[secret]")
            .field("password", &self.password.as_ref().map(|_| "[secret]"))
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// A question to the store failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// All connections were in use for too long.
    #[error("all connections to the store are in use")]
    Busy,
    /// The server cannot be reached, or the connection broke.
    #[error("the store cannot be reached")]
    Unavailable(#[source] Box<sqlx::Error>),
    /// Two transactions stood in each other's way; the same again will do.
    #[error("two transactions stood in each other's way")]
    Retry(#[source] Box<sqlx::Error>),
    /// Something changed between looking and locking; the same again will do.
    #[error("something changed meanwhile")]
    Changed,
    /// A row of this key is there already.
    #[error("the row is there already")]
    Duplicate(#[source] Box<sqlx::Error>),
    /// Anything else the database said.
    #[error("the store failed")]
    Database(#[source] Box<sqlx::Error>),
    /// A row holds what this program never writes.
    #[error("the column {column} holds something unexpected")]
    Content {
        /// Which column.
        column: &'static str,
    },
    /// There is no room on the disk.
    #[error("the disk of the store is full")]
    Full,
    /// The transaction was rolled back because the one it shared its commit with failed.
    #[error("the commit failed")]
    CommitFailed,
}

/// The store could not be opened, or the messenger not be started on it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address is none the messenger knows.
    #[error(
        "the store's address must begin with `sqlite:` or `mysql://`, such as `sqlite:im.db` or `mysql://im@127.0.0.1/im`"
    )]
    Address,
    /// The address of a server names no database there.
    #[error(
        "the store's address names no database; write it behind the server's, such as `mysql://im@127.0.0.1/im`"
    )]
    NoDatabase,
    /// The address is for a database that this program was built without.
    #[error("this program was built without the feature `{0}`")]
    NotBuiltIn(&'static str),
    /// Another process has the file.
    #[error(
        "the store {path} is in use by another process; several processes need a MySQL or MariaDB store"
    )]
    InUse {
        /// The file.
        path: String,
    },
    /// The file cannot be opened or made.
    #[error("cannot open {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The server would refuse the messenger's transactions.
    #[error(
        "the server writes its binary log as STATEMENT, which cannot record READ COMMITTED transactions; set binlog_format to MIXED or ROW"
    )]
    BinlogStatement,
    /// A newer program has been here.
    #[error(
        "the store has schema version {found}, this program knows up to {known}; use the newer program"
    )]
    SchemaNewer {
        /// The store's version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// A realm means other accounts than before.
    #[error(
        "realm `{realm}` was {was_system} with prefix `{was_prefix}` in this store and is now {system} with prefix `{prefix}`: its ids would mean other people. If they are the same people, rebind the realm; else give it another name"
    )]
    RealmChanged {
        /// The realm.
        realm: String,
        /// The system the store remembers.
        was_system: String,
        /// The prefix the store remembers.
        was_prefix: String,
        /// The system it is now.
        system: String,
        /// The prefix it is now.
        prefix: String,
    },
    /// The setup contradicts itself.
    #[error(transparent)]
    Setup(#[from] crate::setup::SetupError),
    /// It cannot be reached, or refuses what the messenger needs.
    #[error("the store {store} cannot be used: {advice}")]
    Unusable {
        /// Which, without its password.
        store: String,
        /// What to do.
        advice: String,
        /// What it says.
        source: StoreError,
    },
    /// The store answered with an error.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// Making the sites and realms known to the store failed.
    #[error("the messenger cannot be started on the store")]
    Start(#[from] crate::error::Error),
}

/// Is told which accounts have new events, right after the commit.
pub(crate) trait CommitListener: Send + Sync {
    fn committed(&self, news: &[News]);
}

/// An account's newest event after a commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct News {
    pub(crate) account: i64,
    pub(crate) last_event: i64,
}

/// The messenger's own database. Cloning shares its connections.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    backend: Backend,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    warnings: Vec<String>,
    listeners: Arc<Listeners>,
}

enum Backend {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Database),
    #[cfg(feature = "mysql")]
    MySql(mysql::Database),
}

/// Who wants to hear of commits.
#[derive(Default)]
pub(crate) struct Listeners(RwLock<Vec<Weak<dyn CommitListener>>>);

impl Listeners {
    fn tell(&self, news: &[News]) {
        if news.is_empty() {
            return;
        }
        let listeners = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for listener in listeners.iter().filter_map(Weak::upgrade) {
            listener.committed(news);
        }
    }
}

/// Which kind of database a store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreKind {
    /// A file of one process.
    Sqlite,
    /// A server, for several processes.
    MySql,
}

impl Store {
    /// Connects, brings the tables up to date, and checks how durable the database is set up.
    ///
    /// # Errors
    /// When the address is wrong, the database cannot be reached, another process has the SQLite file, or a newer
    /// program has changed the tables.
    pub async fn open(config: StoreConfig, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let url = config.url.clone();
        let opened = Self::open_there(config, clock).await;
        opened.map_err(|error| advice::advised(error, url.expose_secret()))
    }

    async fn open_there(config: StoreConfig, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let url = config.url.expose_secret();
        let listeners = Arc::new(Listeners::default());
        let (backend, warnings) = if let Some(path) = url.strip_prefix("sqlite:") {
            #[cfg(feature = "sqlite")]
            {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() {
                    return Err(OpenError::Address);
                }
                let database =
                    sqlite::Database::open(path, config.max_connections, listeners.clone()).await?;
                (Backend::Sqlite(database), Vec::new())
            }
            #[cfg(not(feature = "sqlite"))]
            {
                let _ = path;
                return Err(OpenError::NotBuiltIn("sqlite"));
            }
        } else if url.starts_with("mysql://") || url.starts_with("mariadb://") {
            #[cfg(feature = "mysql")]
            {
                let (database, warnings) =
                    mysql::Database::open(&config, listeners.clone()).await?;
                (Backend::MySql(database), warnings)
            }
            #[cfg(not(feature = "mysql"))]
            return Err(OpenError::NotBuiltIn("mysql"));
        } else {
            return Err(OpenError::Address);
        };
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        Ok(Self(Arc::new(Shared {
            backend,
            clock,
            random: config.random,
            warnings,
            listeners,
        })))
    }

    /// What an administrator should know, one sentence each, with what to do.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// Which kind of database it is.
    #[must_use]
    pub fn kind(&self) -> StoreKind {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(_) => StoreKind::Sqlite,
            #[cfg(feature = "mysql")]
            Backend::MySql(_) => StoreKind::MySql,
        }
    }

    /// Whether the last thing that was to be kept found no room.
    pub(crate) fn is_full(&self) -> bool {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(database) => database.is_full(),
            #[cfg(feature = "mysql")]
            Backend::MySql(_) => false,
        }
    }

    /// Closes every connection. A SQLite file is free for another process then.
    pub async fn close(&self) {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(database) => database.close().await,
            #[cfg(feature = "mysql")]
            Backend::MySql(database) => database.close().await,
        }
    }

    /// The clock the store was opened with.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    /// This process's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn now_millis(&self) -> Millis {
        to_millis(self.now())
    }

    /// The clock that every process on this store shares: the server's, or for a file, of one process, this one's.
    pub(crate) async fn shared_now(&self) -> Result<Millis, StoreError> {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(_) => Ok(self.now_millis()),
            #[cfg(feature = "mysql")]
            Backend::MySql(database) => database.now().await,
        }
    }

    pub(crate) fn listen(&self, listener: Weak<dyn CommitListener>) {
        let mut listeners = self
            .0
            .listeners
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(listener);
    }

    /// A connection to ask with, each statement for itself.
    pub(crate) async fn read(&self) -> Result<Connection, StoreError> {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(database) => database.read().await,
            #[cfg(feature = "mysql")]
            Backend::MySql(database) => database.read().await,
        }
    }

    /// A transaction. Use [`transaction!`], which repeats it when it stood in another's way.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        match &self.0.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite(database) => database.begin().await,
            #[cfg(feature = "mysql")]
            Backend::MySql(database) => database.begin().await,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("kind", &self.kind())
            .field("warnings", &self.0.warnings)
            .finish_non_exhaustive()
    }
}

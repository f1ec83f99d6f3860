//! The store in a SQLite file: many readers, one writer, and commits that several transactions share.
//!
//! Write transactions queue for the one writing connection. Each is a savepoint in an open transaction; the committer
//! queues like everybody else, so that all who were waiting before it share its commit, and its one flush to disk.
//! Nobody is told of success before that.

mod committer;
mod lock;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Connection, Listeners, OpenError, StoreError, Transaction, migrate};
use committer::Committer;
use lock::FileLock;
use writer::Writer;
pub(super) use writer::WriterGuard;

/// How long the turn to write, or a connection to read, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Database {
    /// None for a store in memory, which has only the one connection.
    readers: Option<SqlitePool>,
    writer: Arc<Writer>,
    committer: Committer,
    lock: std::sync::Mutex<Option<FileLock>>,
}

impl Database {
    pub(super) async fn open(
        path: &str,
        max_connections: u32,
        listeners: Arc<Listeners>,
    ) -> Result<Self, OpenError> {
        let in_memory = path == ":memory:";
        let lock = if in_memory {
            None
        } else {
            Some(FileLock::take(path)?)
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .in_memory(in_memory)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(256);
        let writer = Arc::new(Writer::open(&options).await?);
        let mut connection = Connection::writer(writer.clone().turn().await?);
        migrate::sqlite(&mut connection).await?;
        drop(connection);
        let readers = if in_memory {
            None
        } else {
            let pool = SqlitePoolOptions::new()
                .max_connections(max_connections.max(2))
                .acquire_timeout(PATIENCE)
                .connect_with(options.read_only(true).create_if_missing(false))
                .await
                .map_err(StoreError::from)?;
            Some(pool)
        };
        Ok(Self {
            readers,
            committer: Committer::start(writer.clone(), listeners),
            writer,
            lock: std::sync::Mutex::new(lock),
        })
    }

    pub(super) async fn read(&self) -> Result<Connection, StoreError> {
        match &self.readers {
            Some(pool) => Ok(Connection::reader(pool.acquire().await?)),
            None => Ok(Connection::writer(self.writer.clone().turn().await?)),
        }
    }

    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let mut guard = self.writer.clone().turn().await?;
        guard.begin().await?;
        Ok(Transaction::sqlite(guard))
    }

    pub(super) async fn close(&self) {
        self.committer.stop().await;
        if let Some(pool) = &self.readers {
            pool.close().await;
        }
        self.writer.close().await;
        self.lock
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
    }
}

//! The store in a SQLite file: many readers, one writer, and commits that several transactions share.
//!
//! Write transactions queue for the one writing connection. Each is a savepoint in an open transaction; the committer
//! queues like everybody else, so that all who were waiting before it share its commit, and its one flush to disk.
//! Nobody is told of success before that.

mod committer;
mod lock;
mod writer;

use std::path::Path;
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

    /// A connection that changes nothing: no file is made, and nothing is written into those that are there. `None`: there is
    /// no such file.
    pub(super) async fn inspect(path: &str) -> Result<Option<Connection>, OpenError> {
        let file = Path::new(path);
        let failed = |source| OpenError::File {
            path: path.to_owned(),
            source,
        };
        if !file.try_exists().map_err(failed)? {
            // An empty parent is the current folder.
            let folder = file
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty());
            writable(folder.unwrap_or(Path::new("."))).map_err(failed)?;
            return Ok(None);
        }
        if file.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        writable(file).map_err(failed)?;
        let beside = |suffix: &str| Path::new(&format!("{path}{suffix}")).exists();
        // SQLite would make the files beside it even to read. Without a log to read there is no need for them.
        let untouched = !(beside("-wal") && beside("-shm"));
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(untouched)
            .busy_timeout(PATIENCE);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options);
        let connection = pool.acquire().await.map_err(StoreError::from)?;
        Ok(Some(Connection::reader(connection)))
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

    pub(super) fn is_full(&self) -> bool {
        self.writer.is_full()
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

/// Whether this user may write a file, or make files in a folder. Nothing is opened: closing a file would take back the
/// locks that this process has on it.
#[cfg(unix)]
fn writable(path: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(path, Access::READ_OK | Access::WRITE_OK)?)
}

#[cfg(not(unix))]
fn writable(path: &Path) -> std::io::Result<()> {
    path.metadata().map(|_| ())
}

#[cfg(test)]
mod tests {
    use sqlx::Executor;

    use super::*;
    use crate::store::args;

    async fn keep(database: &Database, bytes: usize) -> Result<(), StoreError> {
        let mut tx = database.begin().await?;
        let text = "x".repeat(bytes);
        let kept = tx
            .run("INSERT INTO im_site (path) VALUES (?)", args![text])
            .await;
        match kept {
            Ok(_) => tx.commit().await,
            Err(error) => {
                tx.rollback().await;
                Err(error)
            }
        }
    }

    async fn pages(database: &Database, most: u32) {
        let mut guard = database.writer.clone().turn().await.expect("a turn");
        let pragma = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
        guard.connection().execute(pragma).await.expect("set");
    }

    #[tokio::test]
    async fn a_full_disk_is_told_from_other_failures_until_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("im.db").display().to_string();
        let database = Database::open(&path, 2, Arc::default())
            .await
            .expect("opens");
        keep(&database, 10).await.expect("kept");
        // The least there can be: as many as there are.
        pages(&database, 1).await;
        let full = keep(&database, 100_000).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        database.read().await.expect("reading goes on");
        pages(&database, 1_000_000).await;
        keep(&database, 100_001).await.expect("kept");
    }
}

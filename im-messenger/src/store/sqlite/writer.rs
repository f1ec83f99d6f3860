//! The one connection that writes, and whose turn it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Executor, SqliteConnection};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use super::PATIENCE;
use crate::store::connection::is_full;
use crate::store::{News, StoreError};

pub(super) struct Writer {
    turn: Arc<Mutex<Turn>>,
    /// Tells the committer that there is something to commit, or to clear away.
    pub(super) pending: Notify,
    /// The last commit found no room on the disk.
    full: AtomicBool,
    path: PathBuf,
}

/// What a shared commit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Committed,
    Full,
    Failed,
}

/// What goes from one writer to the next. `None` once closed.
pub(super) struct Turn {
    connection: Option<SqliteConnection>,
    /// The transactions that wait for the next commit; `None`: no transaction is open.
    batch: Option<Vec<Waiting>>,
    /// The last turn ended without releasing its savepoint.
    unfinished: bool,
}

/// A transaction that is done but for the commit it shares.
pub(super) struct Waiting {
    pub(super) done: oneshot::Sender<Outcome>,
    pub(super) news: Vec<News>,
}

impl Writer {
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = SqliteConnection::connect_with(options).await?;
        Ok(Self {
            turn: Arc::new(Mutex::new(Turn {
                connection: Some(connection),
                batch: None,
                unfinished: false,
            })),
            pending: Notify::new(),
            full: AtomicBool::new(false),
            path: options.get_filename().to_owned(),
        })
    }

    /// Waits for the turn, first come, first served.
    pub(super) async fn turn(self: Arc<Self>) -> Result<WriterGuard, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, self.turn.clone().lock_owned())
            .await
            .map_err(|_| StoreError::Busy)?;
        let mut guard = WriterGuard { writer: self, turn };
        guard.clear().await?;
        Ok(guard)
    }

    pub(super) fn is_full(&self) -> bool {
        self.full.load(Relaxed) && !has_room(&self.path)
    }

    /// Notes what a commit came to. The log hears of the disk when it is full and when it is not any more.
    fn note(&self, outcome: Outcome, error: Option<&sqlx::Error>) {
        let was_full = self.full.load(Relaxed);
        // Something small may still find its place.
        let is_full = outcome == Outcome::Full || (was_full && !has_room(&self.path));
        self.full.store(is_full, Relaxed);
        match (outcome, error) {
            (Outcome::Full, _) if !was_full => tracing::error!(
                path = %self.path.display(),
                "the disk is full: nothing is kept until there is room on it"
            ),
            (Outcome::Committed, _) if was_full && !is_full => {
                tracing::info!("there is room on the disk again");
            }
            (Outcome::Failed, Some(error)) => {
                tracing::error!(error = error as &dyn std::error::Error, "a commit failed");
            }
            _ => {}
        }
    }

    pub(super) async fn close(&self) {
        let connection = self.turn.lock().await.connection.take();
        if let Some(connection) = connection {
            // The file is consistent either way; closing only folds the log into it.
            let _ = connection.close().await;
        }
    }
}

/// The turn to write.
pub(crate) struct WriterGuard {
    writer: Arc<Writer>,
    turn: OwnedMutexGuard<Turn>,
}

impl WriterGuard {
    /// The connection. After closing there is one in memory, empty, so that every statement fails.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        self.turn.connection()
    }

    /// What a statement came to; if it found no room on the disk, that is noted.
    pub(crate) fn noted<T>(&self, done: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if let Err(error) = &done
            && is_full(error)
        {
            self.writer.note(Outcome::Full, None);
        }
        done
    }

    /// Undoes what a predecessor left half-done.
    async fn clear(&mut self) -> Result<(), StoreError> {
        if self.turn.connection.is_none() {
            return Err(StoreError::Unavailable(Box::new(sqlx::Error::PoolClosed)));
        }
        if !self.turn.unfinished {
            return Ok(());
        }
        self.turn.undo().await
    }

    /// Opens a savepoint, in the transaction that is open or in a new one.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        // Noted first: this may be abandoned at any await, and the statement run all the same.
        self.turn.unfinished = true;
        if self.turn.batch.is_none() {
            self.turn.connection().execute("BEGIN IMMEDIATE").await?;
            self.turn.batch = Some(Vec::new());
        }
        self.turn.connection().execute("SAVEPOINT one").await?;
        Ok(())
    }

    /// Gives the turn on, and waits for the shared commit.
    pub(crate) async fn commit(mut self, news: Vec<News>) -> Result<(), StoreError> {
        self.turn.connection().execute("RELEASE one").await?;
        self.turn.unfinished = false;
        let (done, outcome) = oneshot::channel();
        match &mut self.turn.batch {
            Some(batch) => batch.push(Waiting { done, news }),
            None => return Err(StoreError::CommitFailed),
        }
        drop(self);
        match outcome.await {
            Ok(Outcome::Committed) => Ok(()),
            Ok(Outcome::Full) => Err(StoreError::Full),
            _ => Err(StoreError::CommitFailed),
        }
    }

    /// Undoes this transaction, not the others of the batch.
    pub(crate) async fn rollback(mut self) {
        if let Err(error) = self.turn.undo().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "rolling back failed"
            );
        }
    }

    /// Commits the batch, for the committer. Gives back who waits for it.
    pub(super) async fn commit_batch(&mut self) -> (Vec<Waiting>, Outcome) {
        let Some(batch) = self.turn.batch.take() else {
            return (Vec::new(), Outcome::Committed);
        };
        if batch.is_empty() {
            // Nothing was done, so nothing is learnt of the disk.
            let _ = self.turn.connection().execute("ROLLBACK").await;
            return (batch, Outcome::Committed);
        }
        let (outcome, error) = match self.turn.connection().execute("COMMIT").await {
            Ok(_) => (Outcome::Committed, None),
            Err(error) if is_full(&error) => (Outcome::Full, Some(error)),
            Err(error) => (Outcome::Failed, Some(error)),
        };
        self.writer.note(outcome, error.as_ref());
        if error.is_some() {
            // Whether it is still open or not, it must not stay so.
            let _ = self.turn.connection().execute("ROLLBACK").await;
        }
        (batch, outcome)
    }
}

impl Drop for WriterGuard {
    fn drop(&mut self) {
        if self.turn.unfinished || self.turn.batch.is_some() {
            self.writer.pending.notify_one();
        }
    }
}

impl Turn {
    #[expect(
        clippy::expect_used,
        reason = "every turn begins by checking that it is there"
    )]
    fn connection(&mut self) -> &mut SqliteConnection {
        self.connection
            .as_mut()
            .expect("checked in WriterGuard::clear")
    }

    /// Rolls the savepoint back, if it was set and not released yet: an abandoned turn may have come to any point. Some
    /// errors (disk full) have rolled back the whole transaction already, the others' work included; then a new one can
    /// begin, which tells.
    async fn undo(&mut self) -> Result<(), StoreError> {
        let rolled_back = self.connection().execute("ROLLBACK TO one").await.is_ok()
            && self.connection().execute("RELEASE one").await.is_ok();
        if !rolled_back {
            // Out of the way first: whoever is dropped here is told that the commit failed, which is never a lie.
            let batch = self.batch.take();
            let lost = self.connection().execute("BEGIN IMMEDIATE").await.is_ok();
            self.batch = Some(if lost {
                Vec::new()
            } else {
                batch.unwrap_or_default()
            });
        }
        self.unfinished = false;
        Ok(())
    }
}

/// Bytes on a disk with which a store is not full any more.
#[cfg(unix)]
const ROOM: u64 = 1024 * 1024;

/// Whether a disk has room; `true` where nobody can tell.
#[cfg(unix)]
fn has_room(path: &Path) -> bool {
    rustix::fs::statvfs(path).map_or(true, |disk| {
        disk.f_bavail.saturating_mul(disk.f_frsize) >= ROOM
    })
}

#[cfg(not(unix))]
fn has_room(_: &Path) -> bool {
    true
}

//! The store on MySQL or MariaDB.

use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{ConnectOptions, Connection as _, Executor, MySql, MySqlConnection, MySqlPool};

use super::{Connection, Listeners, OpenError, Row, StoreConfig, StoreError, Transaction, migrate};
use crate::clock::Millis;

/// How long a connection or a row lock is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection may take before the server is looked for.
const SOON: Duration = Duration::from_millis(500);
/// How long looking for it may take, and for how long the answer is good.
const LOOK: Duration = Duration::from_secs(2);

/// Why the server was not found.
type Lost = (std::io::ErrorKind, String);

pub(super) struct Database {
    pool: MySqlPool,
    options: Box<MySqlConnectOptions>,
    /// When the server was last looked for, and why it was not found.
    looked: tokio::sync::Mutex<Option<(Instant, Option<Lost>)>>,
    listeners: Arc<Listeners>,
    clock: Mutex<Option<(Millis, Instant)>>,
}

impl Database {
    pub(super) async fn open(
        config: &StoreConfig,
        listeners: Arc<Listeners>,
    ) -> Result<(Self, Vec<String>), OpenError> {
        let database = Self::connect(config, listeners).await?;
        let warnings = database.check().await?;
        let mut connection = database.read().await?;
        migrate::mysql(&mut connection).await?;
        Ok((database, warnings))
    }

    /// A connection to ask with, and what is to be said of the server. Nothing is changed.
    pub(super) async fn inspect(
        config: &StoreConfig,
    ) -> Result<(Connection, Vec<String>), OpenError> {
        let database = Self::connect(config, Arc::default()).await?;
        let warnings = database.check().await?;
        Ok((database.read().await?, warnings))
    }

    async fn connect(config: &StoreConfig, listeners: Arc<Listeners>) -> Result<Self, OpenError> {
        let url = config.url.expose_secret();
        let mut options = MySqlConnectOptions::from_str(url)
            .map_err(|_| OpenError::Address)?
            .charset("utf8mb4")
            .statement_cache_capacity(256);
        if let Some(password) = &config.password {
            options = options.password(password.expose_secret());
        }
        if options.get_database().is_none() {
            return Err(OpenError::NoDatabase);
        }
        // Once directly: the pool would try for as long as it waits, and then say only that it has no connection.
        let first = tokio::time::timeout(PATIENCE, options.connect()).await;
        first
            .map_err(|_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
            .and_then(|first| first)
            .map_err(StoreError::from)?
            .close()
            .await
            .map_err(StoreError::from)?;
        let pool = MySqlPoolOptions::new()
            .max_connections(config.max_connections.max(2))
            .acquire_timeout(PATIENCE)
            .max_lifetime(Duration::from_secs(30 * 60))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // With READ COMMITTED a transaction that waited for a lock reads what its predecessor wrote.
                    for statement in [
                        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
                        "SET SESSION innodb_lock_wait_timeout = 10",
                        "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')",
                    ] {
                        connection.execute(statement).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options.clone())
            .await
            .map_err(StoreError::from)?;
        Ok(Self {
            pool,
            options: Box::new(options),
            looked: tokio::sync::Mutex::default(),
            listeners,
            clock: Mutex::new(None),
        })
    }

    /// How durable is the server set up, and can it record our transactions?
    async fn check(&self) -> Result<Vec<String>, OpenError> {
        let mut connection = self.read().await?;
        let row = connection
            .row(
                "SELECT CAST(@@innodb_flush_log_at_trx_commit AS SIGNED) AS flush, \
                 CAST(@@log_bin AS SIGNED) AS log_bin, CAST(@@sync_binlog AS SIGNED) AS sync_binlog, \
                 @@binlog_format AS binlog_format",
                Vec::new(),
            )
            .await?
            .ok_or(StoreError::Content { column: "flush" })?;
        durability(
            row.int("flush")?,
            row.flag("log_bin")?,
            &row.text("binlog_format")?,
            row.int("sync_binlog")?,
        )
    }

    pub(super) async fn read(&self) -> Result<Connection, StoreError> {
        Ok(Connection::mysql(Guard::new(self.acquire().await?)))
    }

    pub(super) async fn begin(&self) -> Result<Transaction, StoreError> {
        let mut guard = Guard::new(self.acquire().await?);
        guard.open = true;
        guard
            .run(async |connection| connection.execute("START TRANSACTION").await)
            .await?;
        Ok(Transaction::mysql(guard, self.listeners.clone()))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection. The pool waits for a server that is gone as it waits for one that is busy, and says the same of both
    /// in the end; here the one is told from the other, and soon.
    async fn acquire(&self) -> Result<PoolConnection<MySql>, StoreError> {
        let mut waiting = std::pin::pin!(self.pool.acquire());
        if let Ok(got) = tokio::time::timeout(SOON, &mut waiting).await {
            return Ok(got?);
        }
        tokio::select! {
            got = &mut waiting => Ok(got?),
            lost = self.lost() => Err(lost),
        }
    }

    /// Resolves when the server is not there. One looks, for all who wait.
    async fn lost(&self) -> StoreError {
        let mut looked = self.looked.lock().await;
        let is_fresh = looked.as_ref().is_some_and(|(at, _)| at.elapsed() < LOOK);
        if !is_fresh {
            let lost = match tokio::time::timeout(LOOK, self.options.connect()).await {
                Err(_) => Some((
                    std::io::ErrorKind::TimedOut,
                    "it does not answer".to_owned(),
                )),
                Ok(Err(sqlx::Error::Io(error))) => Some((error.kind(), error.to_string())),
                // It answers, whatever it says.
                Ok(Err(_)) => None,
                Ok(Ok(connection)) => {
                    let _ = connection.close().await;
                    None
                }
            };
            *looked = Some((Instant::now(), lost));
        }
        let lost = looked.as_ref().and_then(|(_, lost)| lost.clone());
        drop(looked);
        match lost {
            Some((kind, why)) => {
                let error = std::io::Error::new(kind, why);
                StoreError::Unavailable(Box::new(sqlx::Error::Io(error)))
            }
            None => std::future::pending().await,
        }
    }

    /// The server's clock, asked for every few seconds and carried on in between.
    pub(super) async fn now(&self) -> Result<Millis, StoreError> {
        let known = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, asked)) = known {
            let since = asked.elapsed();
            if since < Duration::from_secs(10) {
                return Ok(at + i64::try_from(since.as_millis()).unwrap_or(0));
            }
        }
        let mut connection = self.read().await?;
        let row = connection.row(NOW, Vec::new()).await?;
        let at = row
            .ok_or(StoreError::Content { column: "now" })
            .and_then(|row: Row| row.int("now"))?;
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, Instant::now()));
        Ok(at)
    }
}

/// What a server's settings mean for what was acknowledged.
fn durability(
    flush: i64,
    log_bin: bool,
    binlog_format: &str,
    sync_binlog: i64,
) -> Result<Vec<String>, OpenError> {
    let mut warnings = Vec::new();
    if flush != 1 {
        warnings.push(
            "innodb_flush_log_at_trx_commit is not 1: after a power failure, acknowledged messages may be gone; \
             set it to 1"
                .to_owned(),
        );
    }
    if log_bin && binlog_format == "STATEMENT" {
        return Err(OpenError::BinlogStatement);
    }
    if log_bin && sync_binlog != 1 {
        warnings.push(
            "sync_binlog is not 1: after a power failure, a replica may have other messages than this server; \
             set it to 1 if there is one"
                .to_owned(),
        );
    }
    Ok(warnings)
}

/// The server's clock in milliseconds. Sessions run in UTC.
pub(super) const NOW: &str = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now";

/// A pooled connection that is closed, not given back, when it is dropped in the middle of something: what the server
/// still sends would otherwise block the slot, and a half-done transaction would go to its next user.
pub(super) struct Guard {
    connection: PoolConnection<MySql>,
    open: bool,
    running: bool,
}

impl Guard {
    fn new(connection: PoolConnection<MySql>) -> Self {
        Self {
            connection,
            open: false,
            running: false,
        }
    }

    pub(super) async fn run<T>(
        &mut self,
        statement: impl AsyncFnOnce(&mut MySqlConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        self.running = true;
        let outcome = statement(&mut self.connection).await;
        // After an I/O error the pool finds the connection broken by itself.
        self.running = false;
        Ok(outcome?)
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        self.run(async |connection| connection.execute("COMMIT").await)
            .await?;
        self.open = false;
        Ok(())
    }

    pub(super) async fn rollback(mut self) {
        let undone = self
            .run(async |connection| connection.execute("ROLLBACK").await)
            .await;
        self.open = undone.is_err();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.open || self.running {
            self.connection.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_may_forget_is_warned_of() {
        let warnings = |flush, log_bin, format, sync| durability(flush, log_bin, format, sync).ok();
        assert_eq!(warnings(1, false, "MIXED", 0), Some(Vec::new()));
        assert_eq!(warnings(1, true, "ROW", 1), Some(Vec::new()));
        let forgetful = warnings(2, true, "MIXED", 0).expect("it may be used");
        assert!(forgetful[0].contains("innodb_flush_log_at_trx_commit"));
        assert!(forgetful[1].contains("sync_binlog"));
        assert!(matches!(
            durability(1, true, "STATEMENT", 1),
            Err(OpenError::BinlogStatement)
        ));
    }
}

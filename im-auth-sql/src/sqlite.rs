//! SQLite through sqlx.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use im_core::AuthError;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, Connection, Decode, Row as _, Sqlite, TypeInfo,
    ValueRef,
};

use crate::error::Failure;
use crate::error::sqlite::{opening, running};
use crate::pool::Driver;
use crate::row::{Cell, Row};
use crate::rows::{gather, unbindable};
use crate::{DatabaseConfig, Statement, Value};

/// How many steps of SQLite's machine lie between two looks at the clock: some microseconds.
const STEPS: i32 = 2_000;

pub(crate) struct SqliteDriver {
    path: PathBuf,
    options: SqliteConnectOptions,
    query_timeout: Duration,
    opened: AtomicBool,
}

pub(crate) struct SqliteHandle {
    connection: SqliteConnection,
    deadline: Arc<Deadline>,
    file: Option<FileId>,
}

/// When the statement that runs must end; SQLite has no time limit of its own.
struct Deadline {
    start: Instant,
    /// Milliseconds after `start`.
    at: AtomicU64,
}

impl Deadline {
    fn set(&self, after: Duration) {
        let at = self.start.elapsed().saturating_add(after).as_millis();
        self.at
            .store(u64::try_from(at).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.start.elapsed().as_millis() >= u128::from(self.at.load(Ordering::Relaxed))
    }
}

/// Which file a path leads to: a restored backup is another one.
type FileId = (u64, u64);

fn file_id(path: &Path) -> Option<FileId> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(path).ok()?;
        Some((file.dev(), file.ino()))
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(path).ok().map(|_| (0, 0))
    }
}

impl SqliteDriver {
    pub(crate) fn new(path: &Path, config: &DatabaseConfig) -> Self {
        // Not `immutable`, with which the tables of a live WAL database are missing.
        let mut options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .create_if_missing(false)
            .busy_timeout(config.query_timeout)
            .disable_statement_logging();
        if config.read_only_session {
            options = options.pragma("query_only", "ON");
        }
        Self {
            path: path.to_owned(),
            options,
            query_timeout: config.query_timeout,
            opened: AtomicBool::new(false),
        }
    }
}

impl Driver for SqliteDriver {
    type Connection = SqliteHandle;

    async fn connect(&self) -> Result<SqliteHandle, AuthError> {
        let seen = self.opened.load(Ordering::Relaxed);
        let open = async {
            let file = file_id(&self.path);
            let mut connection = self.options.connect().await?;
            // Opening reads nothing; whether this is a database shows only now.
            sqlx::raw_sql("SELECT COUNT(*) FROM sqlite_master")
                .execute(&mut connection)
                .await?;
            let deadline = Arc::new(Deadline {
                start: Instant::now(),
                at: AtomicU64::new(u64::MAX),
            });
            let watched = Arc::clone(&deadline);
            connection
                .lock_handle()
                .await?
                .set_progress_handler(STEPS, move || !watched.is_over());
            Ok(SqliteHandle {
                connection,
                deadline,
                file,
            })
        };
        let opened = open.await.map_err(|error| opening(error, seen))?;
        self.opened.store(true, Ordering::Relaxed);
        Ok(opened)
    }

    async fn is_alive(&self, handle: &mut SqliteHandle) -> bool {
        file_id(&self.path) == handle.file && handle.connection.ping().await.is_ok()
    }

    async fn select(
        &self,
        handle: &mut SqliteHandle,
        statement: &Statement,
        values: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        let arguments = bind(values).map_err(unbindable)?;
        handle.deadline.set(self.query_timeout);
        let query =
            sqlx::query_with(AssertSqlSafe(statement.shared_sql()), arguments).persistent(true);
        gather(query.fetch(&mut handle.connection), None, running, cell).await
    }

    async fn close(handle: SqliteHandle) {
        let _ = handle.connection.close().await;
    }

    fn idle_limit(&self) -> Option<Duration> {
        None
    }
}

fn bind(values: &[Value]) -> Result<SqliteArguments, BoxDynError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Null | Value::NoText => arguments.add(None::<i64>)?,
            Value::Int(number) => arguments.add(*number)?,
            Value::Bytes(bytes) => arguments.add(bytes.clone())?,
            Value::Text(text) => arguments.add(text.clone())?,
        }
    }
    Ok(arguments)
}

/// By the value's own type: SQLite's columns hold any.
fn cell(row: &SqliteRow, at: usize) -> Cell {
    let Ok(raw) = row.try_get_raw(at) else {
        return Cell::Unreadable;
    };
    if raw.is_null() {
        return Cell::Null;
    }
    let decoded = match raw.type_info().name() {
        "INTEGER" | "BOOLEAN" => <i64 as Decode<Sqlite>>::decode(raw).map(Cell::Int),
        "REAL" => <f64 as Decode<Sqlite>>::decode(raw).map(Cell::Real),
        _ => <Vec<u8> as Decode<Sqlite>>::decode(raw).map(Cell::Bytes),
    };
    decoded.unwrap_or(Cell::Unreadable)
}

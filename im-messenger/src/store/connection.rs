//! A connection and a transaction, whichever database they belong to.

use std::ops::{Deref, DerefMut};
#[cfg(feature = "mysql")]
use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{News, Row, StoreError, Value};

/// A connection to ask with. `FOR UPDATE` is added to a statement only by [`Connection::lock`].
pub(crate) struct Connection {
    kind: Kind,
}

enum Kind {
    #[cfg(feature = "sqlite")]
    Reader(Box<sqlx::pool::PoolConnection<sqlx::Sqlite>>),
    #[cfg(feature = "sqlite")]
    Writer(super::sqlite::WriterGuard),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::Guard),
}

/// Texts of statements: constants, or assembled from constants.
pub(crate) trait Sql {
    fn into_sql(self) -> sqlx::SqlStr;
}

impl Sql for &'static str {
    fn into_sql(self) -> sqlx::SqlStr {
        self.into_sql_str()
    }
}

impl Sql for String {
    fn into_sql(self) -> sqlx::SqlStr {
        AssertSqlSafe(self).into_sql_str()
    }
}

macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Null => query.bind(None::<String>),
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Connection {
    #[cfg(feature = "sqlite")]
    pub(super) fn reader(connection: sqlx::pool::PoolConnection<sqlx::Sqlite>) -> Self {
        Self {
            kind: Kind::Reader(Box::new(connection)),
        }
    }

    #[cfg(feature = "sqlite")]
    pub(super) fn writer(guard: super::sqlite::WriterGuard) -> Self {
        Self {
            kind: Kind::Writer(guard),
        }
    }

    #[cfg(feature = "mysql")]
    pub(super) fn mysql(guard: super::mysql::Guard) -> Self {
        Self {
            kind: Kind::MySql(guard),
        }
    }

    /// All rows of an answer.
    pub(crate) async fn rows(
        &mut self,
        sql: impl Sql,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = sql.into_sql();
        match &mut self.kind {
            #[cfg(feature = "sqlite")]
            Kind::Reader(connection) => {
                let rows = bound!(sql, values).fetch_all(&mut ***connection).await;
                Ok(rows?.into_iter().map(Row::Sqlite).collect())
            }
            #[cfg(feature = "sqlite")]
            Kind::Writer(guard) => {
                let rows = bound!(sql, values).fetch_all(guard.connection()).await;
                Ok(rows?.into_iter().map(Row::Sqlite).collect())
            }
            #[cfg(feature = "mysql")]
            Kind::MySql(guard) => {
                let rows = guard
                    .run(async |connection| bound!(sql, values).fetch_all(connection).await)
                    .await?;
                Ok(rows.into_iter().map(Row::MySql).collect())
            }
        }
    }

    /// The first row of an answer.
    pub(crate) async fn row(
        &mut self,
        sql: impl Sql,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a statement; tells how many rows it met.
    pub(crate) async fn run(
        &mut self,
        sql: impl Sql,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let sql = sql.into_sql();
        match &mut self.kind {
            #[cfg(feature = "sqlite")]
            Kind::Reader(connection) => Ok(bound!(sql, values)
                .execute(&mut ***connection)
                .await?
                .rows_affected()),
            #[cfg(feature = "sqlite")]
            Kind::Writer(guard) => {
                let done = bound!(sql, values).execute(guard.connection()).await;
                Ok(guard.noted(done)?.rows_affected())
            }
            #[cfg(feature = "mysql")]
            Kind::MySql(guard) => Ok(guard
                .run(async |connection| bound!(sql, values).execute(connection).await)
                .await?
                .rows_affected()),
        }
    }

    /// Runs an `INSERT` into a table that numbers its rows; tells the number.
    pub(crate) async fn insert(
        &mut self,
        sql: impl Sql,
        values: Vec<Value>,
    ) -> Result<i64, StoreError> {
        let sql = sql.into_sql();
        match &mut self.kind {
            #[cfg(feature = "sqlite")]
            Kind::Reader(connection) => Ok(bound!(sql, values)
                .execute(&mut ***connection)
                .await?
                .last_insert_rowid()),
            #[cfg(feature = "sqlite")]
            Kind::Writer(guard) => {
                let done = bound!(sql, values).execute(guard.connection()).await;
                Ok(guard.noted(done)?.last_insert_rowid())
            }
            #[cfg(feature = "mysql")]
            Kind::MySql(guard) => {
                let done = guard
                    .run(async |connection| bound!(sql, values).execute(connection).await)
                    .await?;
                Ok(i64::try_from(done.last_insert_id()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// A transaction: rolled back unless committed.
pub(crate) struct Transaction {
    connection: Connection,
    news: Vec<News>,
    #[cfg(feature = "mysql")]
    listeners: Option<Arc<super::Listeners>>,
}

impl Transaction {
    #[cfg(feature = "sqlite")]
    pub(super) fn sqlite(guard: super::sqlite::WriterGuard) -> Self {
        Self {
            connection: Connection::writer(guard),
            news: Vec::new(),
            #[cfg(feature = "mysql")]
            listeners: None,
        }
    }

    #[cfg(feature = "mysql")]
    pub(super) fn mysql(guard: super::mysql::Guard, listeners: Arc<super::Listeners>) -> Self {
        Self {
            connection: Connection::mysql(guard),
            news: Vec::new(),
            listeners: Some(listeners),
        }
    }

    /// The rows of a `SELECT`, locked until the end of the transaction. (SQLite has one writer at a time anyway.)
    pub(crate) async fn lock(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        if self.is_mysql() {
            self.connection
                .rows(format!("{sql} FOR UPDATE"), values)
                .await
        } else {
            self.connection.rows(sql, values).await
        }
    }

    pub(crate) fn is_mysql(&self) -> bool {
        #[cfg(feature = "mysql")]
        return matches!(self.connection.kind, Kind::MySql(_));
        #[cfg(not(feature = "mysql"))]
        return false;
    }

    /// Whom to tell, once this is committed, that they have a new event.
    pub(crate) fn announce(&mut self, account: i64, last_event: i64) {
        self.news.retain(|news| news.account != account);
        self.news.push(News {
            account,
            last_event,
        });
    }

    /// Makes everything durable, then tells the listeners.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        let Self {
            connection, news, ..
        } = self;
        match connection.kind {
            #[cfg(feature = "sqlite")]
            Kind::Writer(guard) => guard.commit(news).await,
            #[cfg(feature = "sqlite")]
            Kind::Reader(_) => Ok(()),
            #[cfg(feature = "mysql")]
            Kind::MySql(guard) => {
                guard.commit().await?;
                if let Some(listeners) = self.listeners {
                    listeners.tell(&news);
                }
                Ok(())
            }
        }
    }

    /// Undoes everything.
    pub(crate) async fn rollback(self) {
        match self.connection.kind {
            #[cfg(feature = "sqlite")]
            Kind::Writer(guard) => guard.rollback().await,
            #[cfg(feature = "sqlite")]
            Kind::Reader(_) => {}
            #[cfg(feature = "mysql")]
            Kind::MySql(guard) => guard.rollback().await,
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(Box::new(error)),
            sqlx::Error::Database(database) => {
                if is_full(&error) {
                    return Self::Full;
                }
                if database.is_unique_violation() {
                    return Self::Duplicate(Box::new(error));
                }
                // MySQL: 40001 deadlock, lock wait, 1205/1213; 08S01 and 1053: the server goes away.
                // SQLite: 5 busy, 6 locked, and their extended codes.
                match database.code().as_deref() {
                    Some("40001" | "5" | "6" | "261" | "262" | "517") => {
                        Self::Retry(Box::new(error))
                    }
                    _ if mysql_lock_wait(&**database) => Self::Retry(Box::new(error)),
                    Some("08S01" | "70100") => Self::Unavailable(Box::new(error)),
                    _ => Self::Database(Box::new(error)),
                }
            }
            _ => Self::Database(Box::new(error)),
        }
    }
}

#[cfg(feature = "mysql")]
fn mysql_lock_wait(error: &dyn sqlx::error::DatabaseError) -> bool {
    error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .is_some_and(|error| matches!(error.number(), 1205 | 1213 | 1020))
}

#[cfg(not(feature = "mysql"))]
fn mysql_lock_wait(_: &dyn sqlx::error::DatabaseError) -> bool {
    false
}

/// Whether a database found no room on its disk: SQLite's 13, and 4874 for the index of its log; MySQL's 1021, and 1114 for
/// one table.
pub(super) fn is_full(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return matches!(error.number(), 1021 | 1114);
    }
    matches!(error.code().as_deref(), Some("13" | "4874"))
}

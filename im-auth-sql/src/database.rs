//! A foreign database: what adapters talk to.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use im_core::AuthError;
use secrecy::ExposeSecret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::Failure;
use crate::explain::{self, Hints};
#[cfg(feature = "mysql")]
use crate::mysql::MySqlDriver;
use crate::pool::{Limits, Pool};
#[cfg(feature = "postgres")]
use crate::postgres::PostgresDriver;
use crate::row::Row;
#[cfg(feature = "sqlite")]
use crate::sqlite::SqliteDriver;
use crate::target::{Target, public_address};
use crate::{DatabaseConfig, Statement, TextCharset, Value};

/// More rows than any look-up needs: a statement that gives more is wrong, and must not fill the memory.
pub(crate) const MAX_ROWS: usize = 100_000;

/// Statements that wait for their turn to read a whole table; any more are refused at once. Each is one person signing
/// in, so that this is far above any start of a server, and no burden.
const MOST_WAITING: usize = 1_000;

/// Somebody else's database, read only. Cheap to clone; clones share connections.
///
/// Nothing is connected until the first question. Every wait has a limit ([`DatabaseConfig`]). A future may be
/// dropped at any time: a statement that was sent is read to its end, or its connection closed, without anyone.
#[derive(Clone)]
pub struct ForeignDatabase(Arc<Inner>);

struct Inner {
    drivers: Drivers,
    address: String,
    limits: Limits,
    charset: Option<TextCharset>,
    scans: Arc<Semaphore>,
    /// Places for those who wait for a scan.
    queue: Semaphore,
    statements: AtomicU64,
    hints: Hints,
}

/// One variant per engine; each has its own types, and neither is squeezed through a common denominator.
enum Drivers {
    #[cfg(feature = "mysql")]
    MySql(Pool<MySqlDriver>),
    #[cfg(feature = "postgres")]
    Postgres(Pool<PostgresDriver>),
    #[cfg(feature = "sqlite")]
    Sqlite(Pool<SqliteDriver>),
}

/// The kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Engine {
    /// MySQL or MariaDB.
    MySql,
    /// PostgreSQL.
    Postgres,
    /// SQLite.
    Sqlite,
}

impl Engine {
    /// The product's name: `MySQL`, `PostgreSQL`, `SQLite`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        }
    }
}

impl ForeignDatabase {
    /// Takes a configuration; connects to nothing yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the address cannot be used or a limit is zero. It repeats no secret.
    pub fn new(mut config: DatabaseConfig) -> Result<Self, AuthError> {
        // Text is what the server makes of every column by itself.
        config.charset = config.charset.filter(TextCharset::is_bytes);
        let limits = Limits {
            connections: config.max_connections,
            connect: config.connect_timeout,
            acquire: config.acquire_timeout,
            query: config.query_timeout,
            scan: config.scan_timeout,
        };
        for (name, number) in [
            ("max_connections", config.max_connections),
            ("scans", config.scans),
        ] {
            if !(1..=1_000).contains(&number) {
                return Err(AuthError::configuration(format!(
                    "{name} must be 1 to 1000, not {number}"
                )));
            }
        }
        for (name, time) in [
            ("connect_timeout", limits.connect),
            ("acquire_timeout", limits.acquire),
            ("query_timeout", limits.query),
            ("scan_timeout", limits.scan),
        ] {
            if !(Duration::from_millis(1)..=Duration::from_secs(600)).contains(&time) {
                return Err(AuthError::configuration(format!(
                    "{name} must be 1 ms to 10 minutes, not {time:?}"
                )));
            }
        }
        // At least one connection is left for those who need no scan.
        let scans = config
            .scans
            .min(config.max_connections.saturating_sub(1))
            .max(1);
        let drivers = match Target::parse(config.url.expose_secret())? {
            #[cfg(feature = "mysql")]
            Target::MySql(address) => {
                Drivers::MySql(Pool::new(MySqlDriver::new(&address, &config)?, limits))
            }
            #[cfg(not(feature = "mysql"))]
            Target::MySql(_) => return Err(not_built("MySQL", "mysql")),
            Target::Postgres(_) if config.charset.is_some() => {
                return Err(AuthError::configuration(
                    "charset is for MySQL's latin1 columns; PostgreSQL converts by itself",
                ));
            }
            #[cfg(feature = "postgres")]
            Target::Postgres(address) => {
                Drivers::Postgres(Pool::new(PostgresDriver::new(&address, &config)?, limits))
            }
            #[cfg(not(feature = "postgres"))]
            Target::Postgres(_) => return Err(not_built("PostgreSQL", "postgres")),
            #[cfg(feature = "sqlite")]
            Target::Sqlite(_) if config.charset.is_some() => {
                return Err(AuthError::configuration(
                    "charset is for MySQL's latin1 columns; SQLite has UTF-8 only",
                ));
            }
            #[cfg(feature = "sqlite")]
            Target::Sqlite(path) => {
                Drivers::Sqlite(Pool::new(SqliteDriver::new(&path, &config), limits))
            }
            #[cfg(not(feature = "sqlite"))]
            Target::Sqlite(_) => return Err(not_built("SQLite", "sqlite")),
        };
        Ok(Self(Arc::new(Inner {
            drivers,
            address: public_address(config.url.expose_secret()),
            limits,
            charset: config.charset,
            scans: Arc::new(Semaphore::new(scans as usize)),
            queue: Semaphore::new(MOST_WAITING),
            statements: AtomicU64::new(0),
            hints: Hints::default(),
        })))
    }

    /// The kind of server.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0.drivers {
            #[cfg(feature = "mysql")]
            Drivers::MySql(_) => Engine::MySql,
            #[cfg(feature = "postgres")]
            Drivers::Postgres(_) => Engine::Postgres,
            #[cfg(feature = "sqlite")]
            Drivers::Sqlite(_) => Engine::Sqlite,
        }
    }

    /// The address without credentials, for people.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// The bytes that `latin1` columns really hold, if the configuration says so.
    #[must_use]
    pub fn charset(&self) -> Option<TextCharset> {
        self.0.charset
    }

    /// How many statements have been sent, the preparation of sessions aside. For tests that count.
    #[must_use]
    pub fn statements_run(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// All rows.
    ///
    /// A bound text with characters that the column's character set lacks equals nothing in that column: no error.
    ///
    /// # Errors
    /// [`AuthError::Unavailable`] when the database cannot be reached or a limit strikes, [`AuthError::Schema`] when
    /// a table or column is missing (by name, with a suggestion), [`AuthError::Configuration`] when the account may
    /// not do this or a parameter has no value.
    pub async fn fetch_all(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
    ) -> Result<Vec<Row>, AuthError> {
        self.answer(statement, values, None).await
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// [`AuthError::Ambiguous`] when there are two; otherwise as [`fetch_all`](Self::fetch_all).
    pub async fn fetch_optional(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        only(self.fetch_all(statement, values).await?, statement)
    }

    /// [`fetch_all`](Self::fetch_all) for a statement that reads a whole table: few run at a time, so that they
    /// leave room for the others. The others wait, in the order in which they came.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when too many of them wait, or for too long; otherwise as [`fetch_all`](Self::fetch_all).
    pub async fn fetch_scan(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
    ) -> Result<Vec<Row>, AuthError> {
        match self.scan_slot().await {
            Some(slot) => self.answer(statement, values, Some(slot)).await,
            None => Err(self.located(AuthError::busy(
                "too many look-ups read the whole user table; an index on the name would help",
            ))),
        }
    }

    /// Waits for a turn to read a whole table; `None` when too many wait, or for too long.
    async fn scan_slot(&self) -> Option<ScanSlot> {
        let _place = self.0.queue.try_acquire().ok()?;
        let slot = Arc::clone(&self.0.scans).acquire_owned();
        // The semaphore is never closed.
        let slot = timeout(self.0.limits.scan, slot).await.ok()?.ok()?;
        Some(Arc::new(slot))
    }

    /// [`fetch_optional`](Self::fetch_optional) for a statement that reads a whole table.
    ///
    /// # Errors
    /// As [`fetch_optional`](Self::fetch_optional) and [`fetch_scan`](Self::fetch_scan).
    pub async fn fetch_scan_optional(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        only(self.fetch_scan(statement, values).await?, statement)
    }

    async fn answer(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
        slot: Option<ScanSlot>,
    ) -> Result<Vec<Row>, AuthError> {
        match self.run(statement, values, slot).await {
            Ok(rows) => Ok(rows),
            Err(failure) => Err(self.located(explain::explain(self, failure, statement).await)),
        }
    }

    /// Says which database an error is about.
    pub(crate) fn located(&self, error: AuthError) -> AuthError {
        error.with("database", self.address())
    }

    pub(crate) fn hints(&self) -> &Hints {
        &self.0.hints
    }

    /// Runs a statement, and once more when the column's character set lacks a character of a bound text: then
    /// with NULL for such texts, so that the rest of a condition still decides.
    ///
    /// Likewise when the statement makes of a text what the text is not, such as a number of `alice`.
    pub(crate) async fn run(
        &self,
        statement: &Statement,
        values: &[(&str, Value)],
        slot: Option<ScanSlot>,
    ) -> Result<Vec<Row>, Failure> {
        let mut bound = statement.bind(values).map_err(Failure::Refused)?;
        loop {
            let result = self
                .run_expressible(statement, bound.clone(), slot.clone())
                .await;
            let Err(Failure::Unholdable(message, _)) = &result else {
                return result;
            };
            let message = message.expose_secret().to_lowercase();
            let mut any = false;
            for value in &mut bound {
                if matches!(value, Value::Text(text) if is_quoted(&message, text)) {
                    *value = Value::NoText;
                    any = true;
                }
            }
            // No text that somebody sent, but one of a column.
            if !any {
                return result;
            }
        }
    }

    async fn run_expressible(
        &self,
        statement: &Statement,
        bound: Vec<Value>,
        slot: Option<ScanSlot>,
    ) -> Result<Vec<Row>, Failure> {
        let foreign = |value: &Value| matches!(value, Value::Text(text) if !text.is_ascii());
        if !bound.iter().any(foreign) {
            return self.send(statement, bound, slot).await;
        }
        let result = self.send(statement, bound.clone(), slot.clone()).await;
        if !matches!(result, Err(Failure::Inexpressible(_))) {
            return result;
        }
        let holdable = bound
            .into_iter()
            .map(|value| {
                if foreign(&value) {
                    Value::NoText
                } else {
                    value
                }
            })
            .collect();
        self.send(statement, holdable, slot).await
    }

    async fn send(
        &self,
        statement: &Statement,
        values: Vec<Value>,
        slot: Option<ScanSlot>,
    ) -> Result<Vec<Row>, Failure> {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
        match &self.0.drivers {
            #[cfg(feature = "mysql")]
            Drivers::MySql(pool) => pool.select(statement.clone(), values, slot).await,
            #[cfg(feature = "postgres")]
            Drivers::Postgres(pool) => pool.select(statement.clone(), values, slot).await,
            #[cfg(feature = "sqlite")]
            Drivers::Sqlite(pool) => pool.select(statement.clone(), values, slot).await,
            #[cfg(not(any(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            none => match *none {},
        }
    }
}

/// Free again when whoever asked has the answer *and* the server is done with the statement. Otherwise who asks and
/// goes away a thousand times would have a thousand scans running.
type ScanSlot = Arc<OwnedSemaphorePermit>;

/// Whether a server's message, in lower case, quotes this text, with the quotes of whatever language it speaks.
fn is_quoted(message: &str, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    message.match_indices(&text).any(|(at, _)| {
        let before = message[..at].trim_end().chars().next_back();
        let after = message[at + text.len()..].trim_start().chars().next();
        let quote = |c: Option<char>| c.is_some_and(|c| "\"'`«»„“”‚‘’「」".contains(c));
        quote(before) && quote(after)
    })
}

fn only(mut rows: Vec<Row>, statement: &Statement) -> Result<Option<Row>, AuthError> {
    if rows.len() > 1 {
        return Err(
            AuthError::ambiguous("more than one row answers where one must")
                .with("rows", rows.len().to_string())
                .with("statement", statement.sql()),
        );
    }
    Ok(rows.pop())
}

#[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
fn not_built(engine: &str, feature: &str) -> AuthError {
    AuthError::configuration(format!(
        "this program was built without {engine} (feature `{feature}`)"
    ))
}

/// Without credentials.
impl fmt::Debug for ForeignDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignDatabase")
            .field("address", &self.0.address)
            .field("charset", &self.0.charset)
            .finish_non_exhaustive()
    }
}

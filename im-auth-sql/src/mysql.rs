//! MySQL and MariaDB through sqlx.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use im_core::{AuthError, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::mysql::types::MySqlTime;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlRow, MySqlTypeInfo};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, Connection, Decode, Encode, MySql, Row as _, Type,
    TypeInfo, ValueRef,
};
use time::Date;

use crate::error::Failure;
use crate::error::mysql::{connecting, running};
use crate::pool::Driver;
use crate::row::{Cell, Row};
use crate::rows::{gather, unbindable};
use crate::target::ServerAddress;
use crate::{DatabaseConfig, Statement, TextCharset, Value};

pub(crate) struct MySqlDriver {
    options: MySqlConnectOptions,
    setup: Vec<String>,
    charset: Option<TextCharset>,
    old_server: bool,
    /// Seconds, asked once; 0: not asked yet.
    wait_timeout: AtomicU64,
}

/// What sqlx takes for `ssl-mode`, the most careful last.
const SSL_MODES: [&str; 5] = [
    "disabled",
    "preferred",
    "required",
    "verify_ca",
    "verify_identity",
];

impl MySqlDriver {
    pub(crate) fn new(address: &ServerAddress, config: &DatabaseConfig) -> Result<Self, AuthError> {
        address.check_encryption(&SSL_MODES)?;
        let mut options = MySqlConnectOptions::from_url(&address.url)
            .map_err(|error| {
                AuthError::configuration("the database address cannot be used").with_source(error)
            })?
            .host(&address.host)
            .disable_statement_logging();
        if let Some(password) = &config.password {
            options = options.password(SecretString::expose_secret(password));
        }
        // The names of the connection's character set: `latin1` passes every byte as it is.
        options = match (config.charset, config.old_server) {
            (Some(_), _) => options.charset("latin1"),
            (None, true) => options.charset("utf8"),
            (None, false) => options.charset("utf8mb4"),
        };
        if config.old_server {
            options = options
                .timezone(None)
                .pipes_as_concat(false)
                .no_engine_substitution(false);
        }
        Ok(Self {
            options,
            setup: setup(config),
            charset: config.charset,
            old_server: config.old_server,
            wait_timeout: AtomicU64::new(0),
        })
    }

    fn bind(&self, values: &[Value]) -> Result<MySqlArguments, BoxDynError> {
        let mut arguments = MySqlArguments::default();
        for value in values {
            match value {
                Value::Null | Value::NoText => arguments.add(None::<i64>)?,
                Value::Int(number) => arguments.add(*number)?,
                Value::Bytes(bytes) => arguments.add(&**bytes)?,
                Value::Text(text) => match &self.charset {
                    Some(charset) => arguments.add(EncodedText(&charset.encode(text)))?,
                    // A utf8 connection takes such a letter for question marks, which may be somebody's name.
                    None if self.old_server && text.chars().any(|c| c.len_utf8() > 3) => {
                        arguments.add(None::<&str>)?;
                    }
                    None => arguments.add(&**text)?,
                },
            }
        }
        Ok(arguments)
    }
}

/// What prepares a session. Comments of this kind are run by servers from that version on only; MariaDB skips those
/// of MySQL 5.7 and up.
fn setup(config: &DatabaseConfig) -> Vec<String> {
    let mut setup = Vec::new();
    if config.server_time_limit {
        let milliseconds = config.query_timeout.as_millis().max(1);
        let seconds = config.query_timeout.as_secs_f64().max(0.001);
        setup.push(format!(
            "SET @im=1 /*!50708 , SESSION max_execution_time={milliseconds} */ \
             /*M!100101 , SESSION max_statement_time={seconds:.3} */"
        ));
    }
    if config.read_only_session {
        setup.push("/*!50605 SET SESSION TRANSACTION READ ONLY */".to_owned());
    }
    setup
}

impl Driver for MySqlDriver {
    type Connection = MySqlConnection;

    async fn connect(&self) -> Result<MySqlConnection, AuthError> {
        self.open().await.map_err(connecting)
    }

    async fn is_alive(&self, connection: &mut MySqlConnection) -> bool {
        connection.ping().await.is_ok()
    }

    async fn select(
        &self,
        connection: &mut MySqlConnection,
        statement: &Statement,
        values: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        let arguments = self.bind(values).map_err(unbindable)?;
        // Persistent: preparing a text anew for every query costs 44 ms over TCP, since sqlx sets no TCP_NODELAY.
        let query =
            sqlx::query_with(AssertSqlSafe(statement.shared_sql()), arguments).persistent(true);
        gather(query.fetch(connection), self.charset, running, cell).await
    }

    async fn close(connection: MySqlConnection) {
        let _ = connection.close().await;
    }

    fn idle_limit(&self) -> Option<Duration> {
        let seconds = match self.wait_timeout.load(Ordering::Relaxed) {
            0 => return None,
            seconds => Duration::from_secs(seconds),
        };
        // Half a minute before the server would, or half way when it is that impatient.
        Some(
            seconds
                .saturating_sub(Duration::from_secs(30))
                .max(seconds / 2),
        )
    }
}

impl MySqlDriver {
    async fn open(&self) -> Result<MySqlConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        for statement in &self.setup {
            let done = sqlx::raw_sql(AssertSqlSafe(statement.as_str()))
                .execute(&mut connection)
                .await;
            match done {
                Err(error) if !is_empty_statement(&error) => return Err(error),
                _ => {}
            }
        }
        if self.wait_timeout.load(Ordering::Relaxed) == 0 {
            let rows = sqlx::raw_sql("SELECT @@session.wait_timeout")
                .fetch_all(&mut connection)
                .await?;
            let seconds = rows
                .first()
                .and_then(|row| row.try_get_unchecked::<u64, _>(0).ok());
            self.wait_timeout
                .store(seconds.unwrap_or(0).max(1), Ordering::Relaxed);
        }
        Ok(connection)
    }
}

/// What a server answers that skips the whole of a versioned comment.
fn is_empty_statement(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>())
        .is_some_and(|error| error.number() == 1065)
}

/// Bytes that the server takes for text in the connection's character set.
struct EncodedText<'a>(&'a [u8]);

impl Type<MySql> for EncodedText<'_> {
    fn type_info() -> MySqlTypeInfo {
        <str as Type<MySql>>::type_info()
    }
}

impl Encode<'_, MySql> for EncodedText<'_> {
    fn encode_by_ref(&self, buf: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        <&[u8] as Encode<MySql>>::encode_by_ref(&self.0, buf)
    }
}

/// By what the driver agrees to decode, not by the type's name: a `utf8mb3_bin` column calls itself BINARY.
fn cell(row: &MySqlRow, at: usize) -> Cell {
    let Ok(raw) = row.try_get_raw(at) else {
        return Cell::Unreadable;
    };
    if raw.is_null() {
        return Cell::Null;
    }
    let kind = raw.type_info().into_owned();
    let decoded = if <u64 as Type<MySql>>::compatible(&kind)
        || matches!(kind.name(), "BIT" | "YEAR")
    {
        <u64 as Decode<MySql>>::decode(raw).map(Cell::UInt)
    } else if <i64 as Type<MySql>>::compatible(&kind) {
        <i64 as Decode<MySql>>::decode(raw).map(Cell::Int)
    } else if <f64 as Type<MySql>>::compatible(&kind) {
        <f64 as Decode<MySql>>::decode(raw).map(Cell::Real)
    } else if <Timestamp as Type<MySql>>::compatible(&kind) {
        <Timestamp as Decode<MySql>>::decode(raw).map(Cell::Moment)
    } else if <Date as Type<MySql>>::compatible(&kind) {
        <Date as Decode<MySql>>::decode(raw).map(|date| Cell::Moment(date.midnight().assume_utc()))
    } else if <MySqlTime as Type<MySql>>::compatible(&kind) {
        <MySqlTime as Decode<MySql>>::decode(raw)
            .map(|time| Cell::Bytes(time.to_string().into_bytes()))
    } else {
        // Text and bytes; DECIMAL, JSON, SET and geometry as the protocol writes them.
        <Vec<u8> as Decode<MySql>>::decode(raw).map(Cell::Bytes)
    };
    decoded.unwrap_or_else(|_| {
        if is_partly_zero(row, at, &kind) {
            Cell::Null
        } else {
            Cell::Unreadable
        }
    })
}

/// A date without month or day, which is as unknown as the zero date. After its length, the wire has the year in two
/// bytes, the month and the day.
fn is_partly_zero(row: &MySqlRow, at: usize, kind: &MySqlTypeInfo) -> bool {
    let is_date =
        <Timestamp as Type<MySql>>::compatible(kind) || <Date as Type<MySql>>::compatible(kind);
    let bytes = row
        .try_get_raw(at)
        .ok()
        .and_then(|raw| <&[u8] as Decode<MySql>>::decode(raw).ok());
    is_date && matches!(bytes, Some([_, _, _, month, day, ..]) if *month == 0 || *day == 0)
}

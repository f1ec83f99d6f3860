//! PostgreSQL through sqlx.

mod moment;
mod numeric;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use im_core::AuthError;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnectOptions, PgConnection, PgRow, PgSslMode, PgTypeInfo,
};
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions, Connection, Decode, Encode, Postgres, Row as _, Type,
    TypeInfo, ValueRef,
};

use crate::error::Failure;
use crate::error::postgres::{connecting, running};
use crate::pool::Driver;
use crate::row::{Cell, Row};
use crate::rows::{gather, unbindable};
use crate::target::ServerAddress;
use crate::{DatabaseConfig, Statement, Value};

/// The type whose values the server takes for whatever stands beside them.
const UNKNOWN: Oid = Oid(705);

pub(crate) struct PostgresDriver {
    options: PgConnectOptions,
}

/// What sqlx takes for `ssl-mode`, the most careful last. It also takes `allow`, and never encrypts then.
const SSL_MODES: [&str; 5] = ["disable", "prefer", "require", "verify-ca", "verify-full"];

impl PostgresDriver {
    pub(crate) fn new(address: &ServerAddress, config: &DatabaseConfig) -> Result<Self, AuthError> {
        address.check_encryption(&SSL_MODES)?;
        let text = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        // Every part is set here: what is not would come from the environment or a password file.
        let mut options = PgConnectOptions::new_without_pgpass()
            .host(&address.host)
            .port(address.url.port().unwrap_or(5432))
            .username(&text(address.url.username()))
            .password(&text(address.url.password().unwrap_or_default()))
            .database(&text(&address.database))
            .ssl_mode(PgSslMode::Prefer)
            .application_name("im-auth")
            .disable_statement_logging();
        let session = session(config);
        if !session.is_empty() {
            options = options.options(session);
        }
        for (name, value) in address.url.query_pairs() {
            options = match &*name {
                "socket" => options.socket(&*value),
                // It is one of those above.
                "ssl-mode" | "sslmode" => {
                    options.ssl_mode(value.parse().unwrap_or(PgSslMode::VerifyFull))
                }
                "ssl-ca" | "sslca" => options.ssl_root_cert(&*value),
                "ssl-cert" | "sslcert" => options.ssl_client_cert(&*value),
                "ssl-key" | "sslkey" => options.ssl_client_key(&*value),
                _ => options,
            };
        }
        if let Some(password) = &config.password {
            options = options.password(SecretString::expose_secret(password));
        }
        Ok(Self { options })
    }
}

/// What a session begins with. As start-up options these stand before what the owner set for the role or the
/// database, and no statement of another session can come in between.
fn session(config: &DatabaseConfig) -> Vec<(&'static str, String)> {
    let mut options = Vec::new();
    if config.server_time_limit {
        let milliseconds = config.query_timeout.as_millis().max(1);
        options.push(("statement_timeout", milliseconds.to_string()));
    }
    if config.read_only_session {
        options.push(("default_transaction_read_only", "on".to_owned()));
    }
    options
}

/// Where the owner's `search_path` names `pg_catalog` late, whoever may create functions in a schema before it could
/// have theirs run for the server's own. Unless it is named, it comes first by itself.
const OWN_NAMES_FIRST: &str = "SELECT pg_catalog.set_config('search_path', \
     pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path')), false) \
     WHERE (pg_catalog.current_schemas(true))[1] OPERATOR(pg_catalog.<>) 'pg_catalog'";

impl Driver for PostgresDriver {
    type Connection = PgConnection;

    async fn connect(&self) -> Result<PgConnection, AuthError> {
        let open = async {
            let mut connection = self.options.connect().await?;
            sqlx::raw_sql(OWN_NAMES_FIRST)
                .execute(&mut connection)
                .await?;
            Ok(connection)
        };
        open.await.map_err(connecting)
    }

    async fn is_alive(&self, connection: &mut PgConnection) -> bool {
        connection.ping().await.is_ok()
    }

    async fn select(
        &self,
        connection: &mut PgConnection,
        statement: &Statement,
        values: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        let arguments = bind(values).map_err(unbindable)?;
        let sql = spelled_for(statement.postgres_sql(), values);
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(true);
        gather(query.fetch(connection), None, running, cell).await
    }

    async fn close(connection: PgConnection) {
        let _ = connection.close().await;
    }

    fn idle_limit(&self) -> Option<Duration> {
        None
    }
}

/// The text, other than for other places of NULL: a prepared statement keeps the types that its parameters had at
/// first, and a NULL has none of its own.
fn spelled_for(sql: &Arc<str>, values: &[Value]) -> Arc<str> {
    if !values.iter().any(|value| matches!(value, Value::Null)) {
        return Arc::clone(sql);
    }
    let places: String = values
        .iter()
        .map(|value| {
            if matches!(value, Value::Null) {
                '0'
            } else {
                '1'
            }
        })
        .collect();
    format!("{sql} /* {places} */").into()
}

fn bind(values: &[Value]) -> Result<PgArguments, BoxDynError> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Null => arguments.add(Untyped)?,
            Value::NoText => arguments.add(None::<&str>)?,
            Value::Int(number) => arguments.add(*number)?,
            Value::Bytes(bytes) => arguments.add(bytes.clone())?,
            // The server has no text with a NUL in it, and refuses to look for one.
            Value::Text(text) if text.contains('\0') => arguments.add(None::<&str>)?,
            Value::Text(text) => arguments.add(text.clone())?,
        }
    }
    Ok(arguments)
}

/// NULL, of whatever type the statement wants.
struct Untyped;

impl Type<Postgres> for Untyped {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Untyped {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

fn cell(row: &PgRow, at: usize) -> Cell {
    let Ok(raw) = row.try_get_raw(at) else {
        return Cell::Unreadable;
    };
    if raw.is_null() {
        return Cell::Null;
    }
    let kind: Cow<'_, PgTypeInfo> = raw.type_info();
    let name = kind.name().to_owned();
    drop(kind);
    let decoded = match &*name {
        "BOOL" => <bool as Decode<Postgres>>::decode(raw).map(|truth| Cell::Int(truth.into())),
        "INT2" => <i16 as Decode<Postgres>>::decode(raw).map(|number| Cell::Int(number.into())),
        "INT4" => <i32 as Decode<Postgres>>::decode(raw).map(|number| Cell::Int(number.into())),
        "INT8" => <i64 as Decode<Postgres>>::decode(raw).map(Cell::Int),
        "OID" => <Oid as Decode<Postgres>>::decode(raw).map(|oid| Cell::Int(oid.0.into())),
        "FLOAT4" => <f32 as Decode<Postgres>>::decode(raw).map(|number| Cell::Real(number.into())),
        "FLOAT8" => <f64 as Decode<Postgres>>::decode(raw).map(Cell::Real),
        // The driver's own decoding panics beyond the year 9999.
        "TIMESTAMPTZ" | "TIMESTAMP" => raw.as_bytes().map(moment::of_microseconds),
        "DATE" => raw.as_bytes().map(moment::of_days),
        "NUMERIC" => raw.as_bytes().map(|bytes| match numeric::text(bytes) {
            Some(text) => Cell::Bytes(text.into_bytes()),
            None => Cell::Unreadable,
        }),
        "UUID" => raw.as_bytes().map(|bytes| Cell::Bytes(uuid(bytes))),
        // A version number stands before the text.
        "JSONB" => raw
            .as_bytes()
            .map(|bytes| Cell::Bytes(bytes.get(1..).unwrap_or_default().to_vec())),
        // Text of every kind, enumerations, bytes.
        _ => raw.as_bytes().map(|bytes| Cell::Bytes(bytes.to_vec())),
    };
    decoded.unwrap_or(Cell::Unreadable)
}

/// `550e8400-e29b-41d4-a716-446655440000`
fn uuid(bytes: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text.into_bytes()
}

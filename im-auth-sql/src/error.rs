//! What database errors mean to whoever asked: one table per engine.
//!
//! Messages are sorted by number, since servers speak many languages. What a server says goes into the error's
//! source where it is known to quote names and statements, not values.

use im_core::AuthError;
use im_password::{PoolError, VerifyError};
use secrecy::SecretString;

/// Why a statement gave no rows.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection is in an unknown state and must not be used again.
    Broken(AuthError),
    /// The connection lives on.
    Refused(AuthError),
    /// The column's character set lacks a character of a bound text.
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has one character set")
    )]
    Inexpressible(AuthError),
    /// The type that the statement makes of a bound text, or of a column, has no such value; with the message,
    /// which quotes it.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "other servers make do with what they get")
    )]
    Unholdable(SecretString, AuthError),
    /// There is no such table; its name as the database has it.
    MissingTable(String, AuthError),
    /// There is no such column.
    MissingColumn(String, AuthError),
}

impl Failure {
    /// The error when nothing more can be found out.
    pub(crate) fn into_error(self) -> AuthError {
        match self {
            Self::Broken(error)
            | Self::Refused(error)
            | Self::Inexpressible(error)
            | Self::Unholdable(_, error)
            | Self::MissingTable(_, error)
            | Self::MissingColumn(_, error) => error,
        }
    }
}

/// What a failed verification means, from a policy or from the pool: an unknown or too costly stored password is
/// [`AuthError::UnsupportedHash`], a missing salt or secret [`AuthError::Configuration`], a full pool
/// [`AuthError::Busy`]. None of them is a wrong password.
#[must_use]
pub fn verify_error(error: impl Into<PoolError>) -> AuthError {
    match error.into() {
        PoolError::Verify(VerifyError::UnsupportedHash { shape }) => {
            AuthError::unsupported_hash(shape)
        }
        PoolError::Verify(VerifyError::TooCostly { what }) => AuthError::unsupported_hash(what),
        PoolError::Verify(error) => AuthError::configuration(error.to_string()),
        PoolError::TooMuchMemory { needed, .. } => {
            AuthError::unsupported_hash(format!("one that needs {needed} bytes of memory"))
        }
        error @ PoolError::Panicked => AuthError::unavailable(error.to_string()),
        error => AuthError::busy(error.to_string()),
    }
}

/// An error while a connection to a server was opened or its session prepared. `server` is what it should be,
/// `refused` sorts what it answered.
#[cfg(any(feature = "mysql", feature = "postgres"))]
fn connecting(
    error: sqlx::Error,
    server: &str,
    refused: fn(sqlx::Error) -> AuthError,
) -> AuthError {
    use sqlx::Error;

    let sorted = match &error {
        Error::Io(_) | Error::Tls(_) => tls::not_reached(&error),
        Error::Database(_) => return refused(error),
        Error::Configuration(_) => AuthError::configuration("the database address cannot be used"),
        Error::Protocol(_) => AuthError::unavailable(format!(
            "the foreign database does not answer as {server} does; is this the right port?"
        )),
        _ => AuthError::unavailable("cannot connect to the foreign database"),
    };
    sorted.with_source(error)
}

#[cfg(feature = "mysql")]
pub(crate) mod mysql;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod tls;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_password_that_cannot_be_verified_is_no_wrong_password() {
        let error = verify_error(VerifyError::UnsupportedHash {
            shape: "sha512-crypt".into(),
        });
        assert_eq!(error.kind(), "unsupported_hash");
        assert!(error.to_string().contains("sha512-crypt"));
        let error = verify_error(VerifyError::Missing { what: "$salt" });
        assert_eq!(error.kind(), "configuration");
    }
}

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

/// The last part of a name that a server quotes in a message, without database and alias.
#[cfg(feature = "mysql")]
fn quoted_name(message: &str) -> String {
    let mut parts = message.split('\'');
    let quoted = parts.nth(1).unwrap_or_default();
    quoted.rsplit('.').next().unwrap_or_default().to_owned()
}

/// What MySQL's and MariaDB's errors mean.
#[cfg(feature = "mysql")]
pub(crate) mod mysql {
    use im_core::AuthError;
    use sqlx::Error;
    use sqlx::mysql::MySqlDatabaseError;

    use super::{Failure, quoted_name};

    fn number(error: &Error) -> Option<(u16, String)> {
        let error = error.as_database_error()?;
        let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
        Some((error.number(), error.message().to_owned()))
    }

    /// An error while a connection was opened or its session prepared.
    pub(crate) fn connecting(error: Error) -> AuthError {
        let sorted = match &error {
            Error::Io(_) => AuthError::unavailable("cannot connect to the foreign database"),
            Error::Tls(cause) if cause.downcast_ref::<std::io::Error>().is_some() => {
                AuthError::unavailable(
                    "the foreign database ended the connection during the TLS handshake",
                )
            }
            Error::Tls(_) => AuthError::configuration(
                "no encrypted connection to the foreign database: check ssl-mode and ssl-ca in its address",
            ),
            Error::Database(_) => return refused(error),
            Error::Configuration(_) => {
                AuthError::configuration("the database address cannot be used")
            }
            Error::Protocol(_) => AuthError::unavailable(
                "the foreign database does not answer as MySQL 5.5.7 or newer does; is this the right port?",
            ),
            _ => AuthError::unavailable("cannot connect to the foreign database"),
        };
        sorted.with_source(error)
    }

    fn refused(error: Error) -> AuthError {
        let (number, message) = number(&error).unwrap_or_default();
        let sorted = match number {
            1045 | 1698 if message.contains("using password: NO") => AuthError::configuration(
                "the foreign database refuses the account: it was shown no password (servers before MySQL 5.5.7 \
                 cannot be signed in to with one)",
            ),
            1045 | 1698 => AuthError::configuration(
                "the foreign database refuses the account: wrong user name or password, or it may not come from this host",
            ),
            1044 => AuthError::configuration(
                "the account may not read this database: GRANT SELECT on it, or check the database's name",
            ),
            1049 => AuthError::configuration("there is no database of this name on the server"),
            1130 => AuthError::configuration(
                "the foreign database server refuses connections from this host: create the account for it",
            ),
            1129 => AuthError::configuration(
                "the foreign database server has blocked this host after many broken connections: FLUSH HOSTS there",
            ),
            1251 | 2059 => AuthError::configuration(
                "the account's authentication plugin is not supported: use mysql_native_password or caching_sha2_password",
            ),
            3159 => AuthError::configuration(
                "the server wants an encrypted connection: write ?ssl-mode=REQUIRED at the end of the address",
            ),
            1820 | 1862 => {
                AuthError::configuration("the account's password has expired on the server")
            }
            1115 | 1273 => {
                AuthError::configuration("the server does not know utf8mb4: set old_server = true")
            }
            1193 | 1064 | 1227 | 1231 => AuthError::configuration(
                "the server refuses to prepare the session: set server_time_limit = false or read_only_session = false",
            ),
            1040 | 1203 | 1226 => {
                AuthError::unavailable("the foreign database has too many connections")
            }
            _ => AuthError::unavailable("the foreign database refuses the connection"),
        };
        sorted.with("code", number.to_string()).with_source(error)
    }

    /// An error while a statement ran.
    pub(crate) fn running(error: Error) -> Failure {
        let Some((number, message)) = number(&error) else {
            return Failure::Broken(
                AuthError::unavailable("the connection to the foreign database broke")
                    .with_source(error),
            );
        };
        let say = |error: AuthError, source: Error| {
            error.with("code", number.to_string()).with_source(source)
        };
        match number {
            // Illegal mix of collations, invalid character string, impossible conversion.
            1267 | 1270 | 1271 | 1300 | 3988 => Failure::Inexpressible(say(
                AuthError::schema(
                    "the columns that are compared have character sets that do not mix",
                ),
                error,
            )),
            1146 => Failure::MissingTable(
                quoted_name(&message),
                say(AuthError::schema("a table is missing"), error),
            ),
            1054 => Failure::MissingColumn(
                quoted_name(&message),
                say(AuthError::schema("a column is missing"), error),
            ),
            1356 => Failure::Refused(say(
                AuthError::schema(
                    "a view refers to a table or column that is missing, or that it may not read",
                ),
                error,
            )),
            1142 | 1143 => Failure::Refused(say(
                AuthError::configuration(
                    "the account may not read a table or column: GRANT SELECT on it",
                ),
                error,
            )),
            1044 | 1046 | 1049 => Failure::Refused(say(
                AuthError::configuration("the account may not use this database"),
                error,
            )),
            1064 | 1305 | 1630 => Failure::Refused(say(
                AuthError::configuration("the server does not understand the statement"),
                error,
            )),
            1290 | 1792 | 1836 => Failure::Refused(say(
                AuthError::configuration("the session is read-only and the statement is not"),
                error,
            )),
            1969 | 3024 => Failure::Refused(say(
                AuthError::unavailable(
                    "the foreign database ended the statement at its time limit",
                ),
                error,
            )),
            1317 => Failure::Refused(say(
                AuthError::unavailable("the statement was ended on the server"),
                error,
            )),
            1205 | 1213 | 1015 => Failure::Refused(say(
                AuthError::unavailable("a table of the foreign database is locked"),
                error,
            )),
            126 | 127 | 144 | 145 | 1034 | 1035 | 1194 | 1195 => Failure::Refused(say(
                AuthError::unavailable(
                    "a table of the foreign database is damaged: its owner must repair it",
                ),
                error,
            )),
            1615 => Failure::Broken(say(
                AuthError::unavailable("a table of the foreign database has just been changed"),
                error,
            )),
            1461 => Failure::Broken(say(
                AuthError::unavailable(
                    "the server holds too many prepared statements (max_prepared_stmt_count)",
                ),
                error,
            )),
            // Shut down, killed, gone, lost, packets, idle for too long.
            1053 | 1077 | 1079 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => {
                Failure::Broken(say(
                    AuthError::unavailable("the foreign database ended the connection"),
                    error,
                ))
            }
            // Its message may quote a value: EXTRACTVALUE's does.
            _ => Failure::Refused(
                AuthError::unavailable("the foreign database answered with an error")
                    .with("code", number.to_string()),
            ),
        }
    }
}

/// What PostgreSQL's errors mean.
#[cfg(feature = "postgres")]
pub(crate) mod postgres;

/// What SQLite's errors mean.
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite {
    use im_core::AuthError;
    use sqlx::Error;

    use super::Failure;

    fn code(error: &Error) -> Option<(i32, String)> {
        let error = error.as_database_error()?;
        let extended: i32 = error.code()?.parse().ok()?;
        Some((extended & 0xff, error.message().to_owned()))
    }

    /// An error while the file was opened. `seen`: whether it was open before in this process.
    pub(crate) fn opening(error: Error, seen: bool) -> AuthError {
        let sorted = match code(&error) {
            Some((14, _)) if seen => AuthError::unavailable("the database file is gone"),
            Some((14, _)) => AuthError::configuration(
                "the database file cannot be opened: it must exist and be readable, and a database that another \
                 program has open in WAL mode needs its folder writable",
            ),
            Some((3 | 23, _)) => AuthError::configuration("the database file may not be read"),
            Some((26, _)) => AuthError::configuration("the file is no SQLite database"),
            Some(_) => match running(error) {
                Failure::MissingColumn(_, error) | Failure::MissingTable(_, error) => return error,
                failure => return failure.into_error(),
            },
            None => AuthError::unavailable("the database file cannot be opened"),
        };
        sorted.with_source(error)
    }

    /// An error while a statement ran.
    pub(crate) fn running(error: Error) -> Failure {
        let Some((code, message)) = code(&error) else {
            return Failure::Broken(
                AuthError::unavailable("the database file could not be read").with_source(error),
            );
        };
        let say = |sorted: AuthError, source: Error| {
            sorted.with("code", code.to_string()).with_source(source)
        };
        match code {
            1 => {
                let name = |marker: &str| {
                    let name = message.split_once(marker)?.1.trim();
                    Some(name.rsplit('.').next().unwrap_or(name).to_owned())
                };
                if let Some(table) = name("no such table: ") {
                    return Failure::MissingTable(
                        table,
                        say(AuthError::schema("a table is missing"), error),
                    );
                }
                if let Some(column) = name("no such column: ") {
                    return Failure::MissingColumn(
                        column,
                        say(AuthError::schema("a column is missing"), error),
                    );
                }
                Failure::Refused(say(
                    AuthError::configuration("SQLite does not understand the statement"),
                    error,
                ))
            }
            5 | 6 => Failure::Refused(say(
                AuthError::unavailable("the database file is locked"),
                error,
            )),
            8 => Failure::Refused(say(
                AuthError::configuration(
                    "the database file is opened read-only and the statement is not",
                ),
                error,
            )),
            9 => Failure::Refused(say(
                AuthError::unavailable("the statement was ended at its time limit"),
                error,
            )),
            11 | 26 => Failure::Broken(say(
                AuthError::unavailable("the database file is damaged"),
                error,
            )),
            _ => Failure::Broken(say(
                AuthError::unavailable("the database file could not be read"),
                error,
            )),
        }
    }
}

#[cfg(all(test, feature = "mysql"))]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_messages_of_any_language() {
        assert_eq!(
            quoted_name("Table 'forum.phpbb_users' doesn't exist"),
            "phpbb_users"
        );
        assert_eq!(
            quoted_name("Champ 'u.user_x' inconnu dans field list"),
            "user_x"
        );
        assert_eq!(quoted_name("no name at all"), "");
    }

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

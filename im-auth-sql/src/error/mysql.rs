//! What MySQL's and MariaDB's errors mean.

use im_core::AuthError;
use sqlx::Error;
use sqlx::mysql::MySqlDatabaseError;

use super::Failure;

fn number(error: &Error) -> Option<(u16, String)> {
    let error = error.as_database_error()?;
    let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
    Some((error.number(), error.message().to_owned()))
}

/// An error while a connection was opened or its session prepared.
pub(crate) fn connecting(error: Error) -> AuthError {
    super::connecting(error, "MySQL 5.5.7 or newer", refused)
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
        1820 | 1862 => AuthError::configuration("the account's password has expired on the server"),
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
            AuthError::schema("the columns that are compared have character sets that do not mix"),
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
            AuthError::unavailable("the foreign database ended the statement at its time limit"),
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

/// The last part of a name that a server quotes in a message, without database and alias.
fn quoted_name(message: &str) -> String {
    let mut parts = message.split('\'');
    let quoted = parts.nth(1).unwrap_or_default();
    quoted.rsplit('.').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
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
}

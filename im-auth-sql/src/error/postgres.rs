//! What PostgreSQL's errors mean.

use im_core::AuthError;
use sqlx::Error;
use sqlx::postgres::PgDatabaseError;

use super::Failure;

/// The SQLSTATE and the message.
fn state(error: &Error) -> Option<(String, String)> {
    let error = error.as_database_error()?;
    let error = error.try_downcast_ref::<PgDatabaseError>()?;
    Some((error.code().to_owned(), error.message().to_owned()))
}

/// An error while a connection was opened or its session prepared.
pub(crate) fn connecting(error: Error) -> AuthError {
    super::connecting(error, "PostgreSQL", refused)
}

fn refused(error: Error) -> AuthError {
    let (state, _) = state(&error).unwrap_or_default();
    let sorted = match &*state {
        "28P01" | "28000" => AuthError::configuration(
            "the foreign database refuses the account: wrong user name or password, or pg_hba.conf does not let it \
             come from this host",
        ),
        "3D000" => AuthError::configuration("there is no database of this name on the server"),
        "42501" => AuthError::configuration(
            "the account may not read this database: GRANT CONNECT on it, or check the database's name",
        ),
        "08P01" => AuthError::configuration(
            "the server, or a proxy in between, does not take the options of a session: set server_time_limit = false \
             and read_only_session = false (PgBouncer: or ignore_startup_parameters = extra_float_digits, options)",
        ),
        "53300" => AuthError::unavailable("the foreign database has too many connections"),
        _ => match running(error) {
            Failure::MissingColumn(_, error) | Failure::MissingTable(_, error) => return error,
            failure => return failure.into_error(),
        },
    };
    sorted.with("code", state).with_source(error)
}

/// An error while a statement ran.
pub(crate) fn running(error: Error) -> Failure {
    let Some((state, message)) = state(&error) else {
        return Failure::Broken(
            AuthError::unavailable("the connection to the foreign database broke")
                .with_source(error),
        );
    };
    let say =
        |sorted: AuthError, source: Error| sorted.with("code", state.clone()).with_source(source);
    match &*state {
        "42P01" => Failure::MissingTable(
            quoted_name(&message),
            say(AuthError::schema("a table is missing"), error),
        ),
        "42703" => Failure::MissingColumn(
            quoted_name(&message),
            say(AuthError::schema("a column is missing"), error),
        ),
        // A character that the database's encoding lacks, or one that is none.
        "22P05" | "22021" => Failure::Inexpressible(say(
            AuthError::schema("the database's encoding lacks a character that was asked for"),
            error,
        )),
        // The message quotes the value.
        "22P02" | "22003" | "22007" | "22008" => Failure::Unholdable(
            message.into(),
            AuthError::schema("a value is none of the type that the statement makes of it")
                .with("code", state),
        ),
        _ if state.starts_with("22") => Failure::Refused(
            AuthError::configuration("the statement asks the server for what it cannot compute")
                .with("code", state),
        ),
        "42501" => Failure::Refused(say(
            AuthError::configuration(
                "the account may not read a table or column: GRANT SELECT on it, and USAGE on its schema",
            ),
            error,
        )),
        "42601" | "42883" | "42804" | "42P02" | "42P18" | "42702" | "42803" => {
            Failure::Refused(say(
                AuthError::configuration("the server does not understand the statement"),
                error,
            ))
        }
        "25006" => Failure::Refused(say(
            AuthError::configuration("the session is read-only and the statement is not"),
            error,
        )),
        "57014" => Failure::Refused(say(
            AuthError::unavailable("the foreign database ended the statement at its time limit"),
            error,
        )),
        "55P03" | "40001" | "40P01" => Failure::Refused(say(
            AuthError::unavailable("a table of the foreign database is locked"),
            error,
        )),
        // A table was changed under a prepared statement.
        "0A000" | "26000" => Failure::Broken(say(
            AuthError::unavailable("a table of the foreign database has just been changed"),
            error,
        )),
        _ if state.starts_with("57P") || state.starts_with("08") || state.starts_with("53") => {
            Failure::Broken(say(
                AuthError::unavailable("the foreign database ended the connection"),
                error,
            ))
        }
        // Its message may quote a value.
        _ => Failure::Refused(
            AuthError::unavailable("the foreign database answered with an error")
                .with("code", state),
        ),
    }
}

/// The last part of a name that the server quotes in a message: `relation "forum.users" does not exist`, or
/// `column u.name does not exist`.
fn quoted_name(message: &str) -> String {
    let quoted = message.split('"').nth(1);
    let word = || message.split_whitespace().nth(1);
    let name = quoted.or_else(word).unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::quoted_name;

    #[test]
    fn names_are_found_in_messages() {
        for (message, name) in [
            (
                "relation \"forum.phpbb_users\" does not exist",
                "phpbb_users",
            ),
            ("column u.user_x does not exist", "user_x"),
            ("column \"user_x\" does not exist", "user_x"),
            ("", ""),
        ] {
            assert_eq!(quoted_name(message), name);
        }
    }
}

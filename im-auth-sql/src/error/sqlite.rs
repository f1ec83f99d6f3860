//! What SQLite's errors mean.

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

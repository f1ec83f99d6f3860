//! What to do about a store that cannot be used.

use std::io::ErrorKind;

use super::{OpenError, StoreError};

/// An error of the store with its place and what to do.
pub(super) fn advised(error: OpenError, url: &str) -> OpenError {
    match error {
        OpenError::Store(source) => OpenError::Unusable {
            advice: advice(&source, url.starts_with("sqlite:")).to_owned(),
            store: place(url),
            source,
        },
        error => error,
    }
}

/// The address without what is secret.
fn place(url: &str) -> String {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return path.strip_prefix("//").unwrap_or(path).to_owned();
    }
    let Ok(mut url) = url::Url::parse(url) else {
        return "at its address".into();
    };
    // Only addresses without a host have no password to take away.
    let _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

fn advice(error: &StoreError, is_file: bool) -> &'static str {
    let source = match error {
        StoreError::Full => return "make room on its disk",
        StoreError::Unavailable(source) | StoreError::Database(source) => &**source,
        _ => return "try again",
    };
    match source {
        sqlx::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => {
                "nothing listens there; is the database server running, and are host and port right?"
            }
            ErrorKind::TimedOut => {
                "the host does not answer; is it the right one, and does a firewall let this one in?"
            }
            ErrorKind::NotFound => "there is no such socket; is the database server running?",
            _ => "is the host's name right, and the database server running?",
        },
        sqlx::Error::Tls(_) => "the encrypted connection failed; look at `ssl-mode` in the address",
        sqlx::Error::Database(error) if is_file => match error.code().as_deref() {
            Some("26" | "11") => {
                "the file is not a database, or damaged; name another file, or bring a backup back"
            }
            Some("8" | "1032") => {
                "the file cannot be written; give it to the user this program runs as"
            }
            _ => "look at the file, its folder and its disk",
        },
        sqlx::Error::Database(error) => refused(number(&**error)),
        _ => "look at the database server's own log",
    }
}

/// What a MySQL server refused.
fn refused(number: u16) -> &'static str {
    match number {
        1045 | 1698 => {
            "the server refuses the name or the password, or this account may not come from this host; the password \
             may stand in `database_password_file`"
        }
        1044 | 1142 | 1143 => {
            "the account may not do this; GRANT ALL on the database to it (it makes and changes its own tables)"
        }
        1049 => "there is no such database; CREATE DATABASE … CHARACTER SET utf8mb4",
        1040 | 1203 => "the server has no connection left for it; raise max_connections there",
        1290 | 1836 => "the server is read-only; name the one that can be written",
        _ => "look at what the server says",
    }
}

#[cfg(feature = "mysql")]
fn number(error: &dyn sqlx::error::DatabaseError) -> u16 {
    error
        .try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()
        .map_or(0, sqlx::mysql::MySqlDatabaseError::number)
}

#[cfg(not(feature = "mysql"))]
fn number(_: &dyn sqlx::error::DatabaseError) -> u16 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_no_password() {
        for (url, shown) in [
            (
                "mysql://im:seeded@127.0.0.1:3307/im?ssl-mode=REQUIRED",
                "mysql://im@127.0.0.1:3307/im",
            ),
            ("mysql://im:see@ded@127.0.0.1/im", "mysql://im@127.0.0.1/im"),
            ("mysql://im:see/ded@127.0.0.1/im", "at its address"),
            ("sqlite:///var/lib/im.db", "/var/lib/im.db"),
        ] {
            assert_eq!(place(url), shown);
        }
    }
}

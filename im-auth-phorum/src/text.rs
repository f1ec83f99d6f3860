//! What the columns of a board really hold, found out where the configuration does not say.

use im_auth_sql::{DatabaseConfig, Engine, ForeignDatabase, Prefix, Statement};
use im_core::AuthError;

use crate::names::charset;
use crate::version::Version;

/// The database, by the connections that read its text right.
#[derive(Debug)]
pub(crate) struct Databases {
    /// As configured.
    pub(crate) declared: ForeignDatabase,
    /// The same database, with UTF-8 in columns declared latin1. Connected only where a board turns out to be such
    /// a one; `None` where the configuration says what the columns hold, or the engine has one character set.
    pub(crate) utf8: Option<ForeignDatabase>,
}

impl Databases {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// As [`ForeignDatabase::new`].
    pub(crate) fn new(config: DatabaseConfig) -> Result<Self, AuthError> {
        let declared = ForeignDatabase::new(config.clone())?;
        let utf8 = if config.charset.is_none() && declared.engine() == Engine::MySql {
            Some(ForeignDatabase::new(DatabaseConfig {
                charset: charset("utf-8"),
                ..config
            })?)
        } else {
            None
        };
        Ok(Self { declared, utf8 })
    }

    /// How many statements have been sent.
    pub(crate) fn statements_run(&self) -> u64 {
        let utf8 = self.utf8.as_ref();
        self.declared.statements_run() + utf8.map_or(0, ForeignDatabase::statements_run)
    }
}

/// What the names of a board look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Declared latin1, and most letters beyond ASCII are UTF-8.
    pub(crate) utf8_in_latin1: bool,
    /// There is a letter that pages in windows-1252 could not send.
    pub(crate) beyond_western: bool,
}

/// Looks at some of the newest names, which are what the board writes today.
///
/// # Errors
/// As [`ForeignDatabase::fetch_all`]: a guess would turn people away whose names the next look would read.
pub(crate) async fn look(
    database: &ForeignDatabase,
    prefix: &Prefix,
    version: Version,
    declared: Option<&str>,
) -> Result<Look, AuthError> {
    if database.engine() != Engine::MySql {
        return Ok(Look::default());
    }
    let (table, key) = version.user_table();
    // The inner limit bounds the work, the outer one the answer. Longer in UTF-8 than in characters: not all ASCII.
    let statement = Statement::prefixed(
        &format!(
            "SELECT CAST(n.name AS BINARY) AS name FROM \
             (SELECT u.username AS name FROM {{prefix}}{table} u ORDER BY u.{key} DESC LIMIT 20000) n \
             WHERE LENGTH(CONVERT(n.name USING utf8)) > CHAR_LENGTH(n.name) LIMIT 200"
        ),
        prefix,
    )?;
    let rows = database.fetch_all(&statement, &[]).await?;
    let names = rows
        .iter()
        .map(|row| row.bytes("name"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(judge(&names, declared))
}

fn judge(names: &[Vec<u8>], declared: Option<&str>) -> Look {
    let texts: Vec<&str> = names
        .iter()
        .filter_map(|name| std::str::from_utf8(name).ok())
        .collect();
    if declared == Some("latin1") {
        return Look {
            utf8_in_latin1: texts.len() * 2 > names.len(),
            beyond_western: false,
        };
    }
    let western = charset("windows-1252");
    let sendable =
        |text: &str| western.is_some_and(|western| western.decode(&western.encode(text)) == text);
    Look {
        utf8_in_latin1: false,
        beyond_western: texts.iter().any(|text| !sendable(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(names: &[&[u8]], declared: &str) -> Look {
        let names: Vec<Vec<u8>> = names.iter().map(|name| name.to_vec()).collect();
        judge(&names, Some(declared))
    }

    #[test]
    fn most_names_tell_what_a_latin1_column_holds() {
        let utf8 = "Zoé".as_bytes();
        let latin1 = b"Zo\xe9";
        assert!(look(&[utf8], "latin1").utf8_in_latin1);
        assert!(look(&[utf8, utf8, latin1], "latin1").utf8_in_latin1);
        assert!(!look(&[utf8, latin1], "latin1").utf8_in_latin1);
        assert!(!look(&[latin1], "latin1").utf8_in_latin1);
        assert!(!look(&[], "latin1").utf8_in_latin1);
        assert!(!look(&[utf8], "utf8mb3").utf8_in_latin1);
    }

    #[test]
    fn a_name_that_western_pages_could_not_send_tells_that_there_were_others() {
        assert!(look(&["Иван".as_bytes()], "utf8mb3").beyond_western);
        assert!(!look(&["Zoé".as_bytes()], "utf8mb3").beyond_western);
        assert!(!look(&["Иван".as_bytes()], "latin1").beyond_western);
    }
}

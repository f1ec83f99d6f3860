//! What is known of one board: its settings, its columns, and the statements made for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use encoding_rs::Encoding;
use im_auth_sql::{ForeignDatabase, LoginColumn, NameLookup, Prefix, Statement};
use im_core::{AuthError, Clock, Timestamp};
use im_password::{Format, Input, Policy};

use crate::board::{Board, Columns};
use crate::query::{self, ATTEMPT_COLUMNS, Queries};

/// How long the board's settings, and what its columns are declared as, are good for.
const GOOD_FOR: Duration = Duration::from_secs(30);
/// How long the others go on with the old settings while one reads them anew.
const READING: Duration = Duration::from_secs(5);

/// The format of every stored password.
const FORMAT: &str = "md5($pass)";

/// A board in a foreign database, and what was last read of it.
#[derive(Debug)]
pub(crate) struct Installation {
    database: ForeignDatabase,
    prefix: Prefix,
    /// Overrides what the board's default language says.
    charset: Option<&'static Encoding>,
    /// What the owner says that columns hold, whatever they are declared as.
    columns: Option<Columns>,
    clock: Arc<dyn Clock>,
    settings: Statement,
    known: Mutex<Option<Slot>>,
}

/// What is known, and for how long it is good.
#[derive(Debug)]
struct Slot {
    since: Timestamp,
    until: Timestamp,
    known: Arc<Known>,
}

impl Slot {
    /// Whether it is good now; not if the clock has been put back.
    fn is_good(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

/// What is known of the board.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) board: Board,
    pub(crate) statements: Arc<Statements>,
    /// How a typed password is compared with a stored one.
    pub(crate) policy: Arc<Policy>,
}

/// The statements that fit the columns there are. They outlive the settings, with the names seen so far, until the
/// columns change.
#[derive(Debug)]
pub(crate) struct Statements {
    seen: Seen,
    pub(crate) queries: Queries,
    pub(crate) by_name: NameLookup,
}

/// What the statements, and how names are read, depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    /// The character set that the name column is declared in.
    declared: Option<String>,
    /// Whether failed sign-ins are counted.
    attempts: bool,
}

impl Installation {
    /// The board with this table prefix; nothing is read yet.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the prefix makes a table name too long.
    pub(crate) fn new(
        database: ForeignDatabase,
        prefix: Prefix,
        charset: Option<&'static Encoding>,
        columns: Option<Columns>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AuthError> {
        Ok(Self {
            settings: query::settings(&prefix)?,
            database,
            prefix,
            charset,
            columns,
            clock,
            known: Mutex::new(None),
        })
    }

    /// What is known, read anew when it is old; while one reads, the others go on with what was known.
    ///
    /// # Errors
    /// When it cannot be read; when the tables are not those of phpBB 2.
    pub(crate) async fn known(&self) -> Result<Arc<Known>, AuthError> {
        let old = {
            let mut slot = self.slot();
            match &mut *slot {
                Some(slot) => {
                    let now = self.clock.now();
                    if slot.is_good(now) {
                        return Ok(Arc::clone(&slot.known));
                    }
                    (slot.since, slot.until) = (now, now + READING);
                    Some(Arc::clone(&slot.known))
                }
                None => None,
            }
        };
        let mut known = self.read(old.as_deref()).await?;
        let now = self.clock.now();
        let mut slot = self.slot();
        // Many come at once when a server starts, and each of them has read: what the first one found stays, with its
        // statements and the names they remember.
        let last = slot.as_ref().map(|slot| &slot.known);
        if let Some(last) = last
            && last.statements.seen == known.statements.seen
        {
            known.statements = Arc::clone(&last.statements);
        }
        if last.is_none_or(|last| last.board != known.board) {
            tracing::info!(
                database = self.database.address(),
                prefix = self.prefix.as_str(),
                version = known.board.version.as_deref().unwrap_or("unknown"),
                pages = known.board.charset.name(),
                columns = ?known.board.columns,
                "read the board's settings"
            );
        }
        let known = Arc::new(known);
        *slot = Some(Slot {
            since: now,
            until: now + GOOD_FOR,
            known: Arc::clone(&known),
        });
        Ok(known)
    }

    fn slot(&self) -> MutexGuard<'_, Option<Slot>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read(&self, old: Option<&Known>) -> Result<Known, AuthError> {
        let mut rows = HashMap::new();
        for row in self.database.fetch_all(&self.settings, &[]).await? {
            rows.insert(
                row.text("name")?,
                row.opt_text("value")?.unwrap_or_default(),
            );
        }
        let seen = self.look_at_columns().await?;
        let mut board = Board::read(&rows, self.charset, seen.attempts)?;
        board.columns = self
            .columns
            .unwrap_or_else(|| Columns::of(seen.declared.as_deref(), board.charset));
        let statements = match old {
            Some(old) if old.statements.seen == seen => Arc::clone(&old.statements),
            _ => Arc::new(self.statements(seen)?),
        };
        let policy = Arc::new(policy(board.charset)?);
        Ok(Known {
            board,
            statements,
            policy,
        })
    }

    /// What the catalogue tells. An empty answer is never taken for one: an account without the right to read the
    /// table sees none of its columns, and neither does anybody while it is being restored.
    async fn look_at_columns(&self) -> Result<Seen, AuthError> {
        if let Some(seen) = self.catalogued().await? {
            return Ok(seen);
        }
        // The server's own words about what is wrong.
        let sql = "SELECT username FROM {prefix}users WHERE 1 = 0";
        let nothing = Statement::prefixed(sql, &self.prefix)?;
        self.database.fetch_all(&nothing, &[]).await?;
        // Nothing any more, unless the catalogue keeps the table to itself.
        self.catalogued().await?.ok_or_else(|| {
            AuthError::schema("the database's catalogue does not tell the columns of the table")
                .with("table", format!("{}users", self.prefix))
        })
    }

    /// `None` where there is no column of names to be seen.
    async fn catalogued(&self) -> Result<Option<Seen>, AuthError> {
        let columns = self
            .database
            .column_infos(&self.prefix.table("users")?)
            .await?;
        let find = |name: &str| {
            columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(name))
        };
        Ok(find("username").map(|column| Seen {
            declared: column.charset.clone(),
            attempts: ATTEMPT_COLUMNS.iter().all(|column| find(column).is_some()),
        }))
    }

    fn statements(&self, seen: Seen) -> Result<Statements, AuthError> {
        let queries = Queries::new(&self.prefix, seen.attempts)?;
        let by_name = NameLookup::new(
            self.database.clone(),
            LoginColumn::new(self.prefix.table("users")?, "username"),
            queries.by_name.clone(),
            queries.by_id_and_name.clone(),
        );
        Ok(Statements {
            seen,
            queries,
            by_name,
        })
    }

    /// The board's database.
    pub(crate) fn database(&self) -> &ForeignDatabase {
        &self.database
    }

    /// What the names of its tables begin with.
    pub(crate) fn prefix(&self) -> &Prefix {
        &self.prefix
    }
}

/// MD5 of the submitted bytes with backslashes added; the bytes being those of the board's pages, or UTF-8, for who
/// chose a password after the board's pages changed to it.
fn policy(charset: &'static Encoding) -> Result<Policy, AuthError> {
    let wrong = |error: &dyn std::fmt::Display| AuthError::configuration(error.to_string());
    let format: Format = FORMAT.parse().map_err(|error| wrong(&error))?;
    let mut inputs: Vec<Input> = Vec::new();
    for input in [
        format!("charset={}+addslashes", charset.name()),
        "addslashes".into(),
    ] {
        inputs.push(input.parse().map_err(|error| wrong(&error))?);
    }
    Ok(Policy::new([format]).inputs(inputs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_set_of_a_language_pack_makes_a_policy() {
        for folder in [
            "english", "russian", "polish", "greek", "hebrew", "thai", "japanese", "korean",
        ] {
            let charset = crate::language::page_charset(folder).unwrap();
            policy(charset).unwrap();
        }
        policy(encoding_rs::BIG5).unwrap();
        policy(encoding_rs::UTF_8).unwrap();
    }
}

//! Finding an account by the name somebody typed, fast where a product has no index for it, and without telling a
//! stopwatch who exists.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use im_core::{AuthError, Rejection, Verdict};

use crate::probe::LoginColumn;
use crate::{ForeignDatabase, NameCache, Row, Statement, Value};

/// How long an answer about the index is good for: an owner may add one.
const GOOD_FOR: Duration = Duration::from_secs(10 * 60);

/// What an adapter decides about an account whose row was found.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an adapter writes it; there is no fourth answer"
)]
pub enum Checked {
    /// The answer: the password is right, and the account may come in or not; or the product refuses before it
    /// looks at a password ([`Rejection::LockedOut`]).
    Decided(Verdict),
    /// The password is wrong.
    WrongPassword,
    /// The row stands for nobody, and nothing was verified: for statements that always give a row, lest a row more
    /// or less on the way tell who exists.
    Nobody,
}

/// Compares what somebody typed with one row, or with nothing.
#[async_trait]
pub trait PasswordCheck: Send + Sync {
    /// Verifies the typed password against the row, once; when it is right, judges the account. A row that is
    /// [`Nobody`](Checked::Nobody)'s need not be verified: the decoy is, where it matters.
    ///
    /// # Errors
    /// When the stored password cannot be verified or the account cannot be judged. Never for a wrong password.
    async fn check(&self, row: &Row) -> Result<Checked, AuthError>;

    /// Does the work of one verification, against nobody's stored password.
    ///
    /// # Errors
    /// As [`check`](Self::check) would, such as [`AuthError::Busy`].
    async fn decoy(&self) -> Result<(), AuthError>;
}

/// The look-up of accounts by name: two statements, the ids that names had before, and the order of things.
///
/// With an index on the name column one statement by name is all. Without one, reading by name reads the whole
/// table, so:
///
/// 1. a statement asks for the remembered id *and* the name, or for no id at all and the name: by the primary key,
///    while the column's collation still decides about the name. If it gives a row, the password is verified; a
///    right one is accepted at once.
/// 2. Otherwise a statement asks by name, few at a time. Its row is verified unless it was already; without a row
///    the decoy is.
///
/// So an unknown name, a wrong password and a wrong password for a remembered name cost two statements and one
/// verification each. Only a right password is faster, and whoever has it needs no stopwatch.
pub struct NameLookup {
    database: ForeignDatabase,
    column: LoginColumn,
    by_name: Statement,
    by_id_and_name: Statement,
    names: NameCache,
    indexed: Mutex<Option<(Instant, bool)>>,
    /// No index on a column could help: the condition computes with it.
    computes: bool,
}

impl NameLookup {
    /// A look-up by `column`. `by_name` has the parameter `:login`, `by_id_and_name` also `:id`; both select the
    /// same aliases, one of them `id`, the primary key.
    #[must_use]
    pub fn new(
        database: ForeignDatabase,
        column: LoginColumn,
        by_name: Statement,
        by_id_and_name: Statement,
    ) -> Self {
        Self {
            database,
            column,
            by_name,
            by_id_and_name,
            names: NameCache::new(),
            indexed: Mutex::new(None),
            computes: false,
        }
    }

    /// The statements compute with the column, as in `LOWER(username) = LOWER(:login)`, so that they read the whole
    /// table whatever indexes there are on it.
    #[must_use]
    pub fn computing(mut self) -> Self {
        self.computes = true;
        self
    }

    /// The column that names are looked up in.
    #[must_use]
    pub fn column(&self) -> &LoginColumn {
        &self.column
    }

    /// Signs somebody in. `name` is cleaned as the product cleans it, and compared by the database.
    ///
    /// # Errors
    /// [`AuthError::Ambiguous`] when two accounts answer to the name, [`AuthError::Busy`] when too many look-ups
    /// wait, and whatever the database or `check` say.
    pub async fn sign_in(
        &self,
        name: &str,
        check: &dyn PasswordCheck,
    ) -> Result<Verdict, AuthError> {
        self.sign_in_with(name, &[], check).await
    }

    /// As [`sign_in`](Self::sign_in), with further values for the statements.
    pub(crate) async fn sign_in_with(
        &self,
        name: &str,
        further: &[(&str, Value)],
        check: &dyn PasswordCheck,
    ) -> Result<Verdict, AuthError> {
        if self.is_indexed().await? {
            let row = self.by_name(name, further).await?;
            return self.judge(name, row, None, check).await;
        }
        let id = self.names.id(name);
        let remembered = id.is_some();
        let mut seen = self.by_id_and_name(id, name, further).await?;
        if let Some(row) = &seen {
            match check.check(row).await? {
                Checked::Decided(verdict) => return Ok(verdict),
                Checked::WrongPassword => {}
                Checked::Nobody => seen = None,
            }
        }
        // Forgetting takes longer than it seems: not for names that nobody has.
        if remembered && seen.is_none() {
            self.names.forget(name);
        }
        let row = match self.by_scan(name, further).await {
            Ok(row) => row,
            Err(error) => {
                if seen.is_none() {
                    // Or else, while scans are refused, a remembered name would answer later than others.
                    check.decoy().await.ok();
                }
                return Err(error);
            }
        };
        self.judge(name, row, seen, check).await
    }

    /// The row for a name, without a password.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in).
    pub async fn find(&self, name: &str) -> Result<Option<Row>, AuthError> {
        self.find_with(name, &[]).await
    }

    /// As [`find`](Self::find), with further values for the statements.
    pub(crate) async fn find_with(
        &self,
        name: &str,
        further: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        if self.is_indexed().await? {
            return somebody(self.by_name(name, further).await?);
        }
        if let Some(id) = self.names.id(name) {
            let row = self.by_id_and_name(Some(id), name, further).await?;
            if let Some(row) = somebody(row)? {
                return Ok(Some(row));
            }
            self.names.forget(name);
        }
        somebody(self.by_scan(name, further).await?)
    }

    /// `seen`: the row that was verified already, with a wrong password.
    async fn judge(
        &self,
        name: &str,
        row: Option<Row>,
        seen: Option<Row>,
        check: &dyn PasswordCheck,
    ) -> Result<Verdict, AuthError> {
        let Some(row) = row else {
            return self.unknown(name, seen.is_some(), check).await;
        };
        let id = row.value("id")?;
        if let Some(seen) = &seen
            && seen.value("id")? == id
        {
            return Ok(Rejection::WrongPassword.into());
        }
        match check.check(&row).await? {
            Checked::Nobody => self.unknown(name, seen.is_some(), check).await,
            Checked::WrongPassword => Ok(Rejection::WrongPassword.into()),
            Checked::Decided(verdict) => {
                // Only after a right password: nobody else is to change what is remembered.
                if !matches!(verdict, Verdict::Rejected(Rejection::LockedOut { .. }))
                    && let Some(id) = id
                {
                    self.names.remember(name, id);
                }
                Ok(verdict)
            }
        }
    }

    /// The answer where nobody has the name. `verified`: the work is done, on a row that was renamed or deleted
    /// between the two statements.
    async fn unknown(
        &self,
        name: &str,
        verified: bool,
        check: &dyn PasswordCheck,
    ) -> Result<Verdict, AuthError> {
        if verified {
            self.names.forget(name);
        } else {
            check.decoy().await?;
        }
        Ok(Rejection::UnknownUser.into())
    }

    /// Whether the name column begins an index: asked at first, and now and then.
    async fn is_indexed(&self) -> Result<bool, AuthError> {
        if self.computes {
            return Ok(false);
        }
        {
            let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, answer)) = &mut *indexed {
                if at.elapsed() < GOOD_FOR {
                    return Ok(*answer);
                }
                // One asks; the others go on with what is known.
                *at = Instant::now();
            }
        }
        let LoginColumn { table, column } = &self.column;
        let answer = match self.database.has_index(table, column).await {
            Ok(answer) => answer,
            Err(error) if error.is_temporary() => return Err(error),
            // An account that may not look into the catalogue still signs people in.
            Err(_) => false,
        };
        let mut indexed = self.indexed.lock().unwrap_or_else(PoisonError::into_inner);
        if indexed.is_none() && !answer {
            tracing::warn!(
                database = self.database.address(),
                table = table.as_str(),
                column,
                "no index on the column of names: the first sign-in of each name reads the whole table"
            );
        }
        *indexed = Some((Instant::now(), answer));
        Ok(answer)
    }

    async fn by_name(
        &self,
        name: &str,
        further: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        let values = with(further, [("login", name.into())]);
        self.database.fetch_optional(&self.by_name, &values).await
    }

    async fn by_scan(
        &self,
        name: &str,
        further: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        let values = with(further, [("login", name.into())]);
        self.database
            .fetch_scan_optional(&self.by_name, &values)
            .await
    }

    /// The same statement for a name that is not remembered: no row has the id NULL.
    async fn by_id_and_name(
        &self,
        id: Option<Value>,
        name: &str,
        further: &[(&str, Value)],
    ) -> Result<Option<Row>, AuthError> {
        let values = with(
            further,
            [("login", name.into()), ("id", id.unwrap_or(Value::Null))],
        );
        self.database
            .fetch_optional(&self.by_id_and_name, &values)
            .await
    }
}

/// A row that has an id: statements that always give a row give nobody's without.
fn somebody(row: Option<Row>) -> Result<Option<Row>, AuthError> {
    match row {
        Some(row) if row.opt_text("id")?.is_none() => Ok(None),
        row => Ok(row),
    }
}

/// These values and the further ones.
fn with<'a, const N: usize>(
    further: &[(&'a str, Value)],
    values: [(&'a str, Value); N],
) -> Vec<(&'a str, Value)> {
    values.into_iter().chain(further.iter().cloned()).collect()
}

impl fmt::Debug for NameLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameLookup")
            .field("column", &self.column)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

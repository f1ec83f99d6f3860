//! SQL texts, checked once, with named parameters.

mod functions;
#[cfg(feature = "postgres")]
mod postgres;
mod scan;

use std::sync::Arc;

use im_core::AuthError;

use crate::{Engine, Prefix, Value};

/// One SELECT with named parameters, checked once and sent as it is from then on. Cheap to clone.
///
/// ```
/// use im_auth_sql::{Prefix, Statement};
///
/// let prefix = Prefix::new("phpbb_")?;
/// let by_name = Statement::prefixed(
///     "SELECT u.user_id AS id, u.username AS name FROM {prefix}users u WHERE u.username = :login",
///     &prefix,
/// )?;
/// assert_eq!(by_name.sql(), "SELECT u.user_id AS id, u.username AS name FROM `phpbb_users` u WHERE u.username = ?");
/// # Ok::<(), im_core::AuthError>(())
/// ```
///
/// What is refused, because it would mean different things to different servers, or more than reading rows:
/// anything but one SELECT; `INTO`, `FOR UPDATE`, locks, and functions that wait or read files; a bare `?`;
/// `/*! */` and optimizer hints; nested comments; `--` without a space; a backslash right before a closing quote;
/// characters that are not ASCII (bind them). Comments are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement(Arc<Checked>);

#[derive(Debug, PartialEq, Eq)]
struct Checked {
    sql: Arc<str>,
    #[cfg(feature = "postgres")]
    postgres: Arc<str>,
    names: Vec<String>,
    /// For each `?`, which of `names` it stands for.
    order: Vec<usize>,
    prefix: Option<Prefix>,
    quoted_names: Vec<String>,
}

impl Statement {
    /// Checks an SQL text. Names of tables come in through [`Ident`](crate::Ident), values as parameters.
    ///
    /// # Errors
    /// [`AuthError::Configuration`], saying what is wrong, where, and what to write instead.
    pub fn new(sql: impl Into<String>) -> Result<Self, AuthError> {
        Self::check(&sql.into(), None)
    }

    /// Checks an SQL text in which `{prefix}users` stands for the table `users` of an installation.
    ///
    /// When a table is missing, the error can then say which prefix would be right.
    ///
    /// # Errors
    /// As [`Statement::new`].
    pub fn prefixed(sql: &str, prefix: &Prefix) -> Result<Self, AuthError> {
        Self::check(sql, Some(prefix))
    }

    fn check(sql: &str, prefix: Option<&Prefix>) -> Result<Self, AuthError> {
        let scanned = scan::scan(sql, prefix)?;
        Ok(Self(Arc::new(Checked {
            #[cfg(feature = "postgres")]
            postgres: postgres::spelled(&scanned.sql).into(),
            sql: scanned.sql.into(),
            names: scanned.names,
            order: scanned.order,
            prefix: prefix.cloned(),
            quoted_names: scanned.idents,
        })))
    }

    /// The text as it is sent to MySQL and SQLite, with `?` for parameters. PostgreSQL gets the same with `$1` and
    /// `"…"` for `` `…` ``.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.0.sql
    }

    /// The text as it is sent to this kind of server.
    #[must_use]
    pub fn sql_for(&self, engine: Engine) -> &str {
        match engine {
            #[cfg(feature = "postgres")]
            Engine::Postgres => &self.0.postgres,
            _ => &self.0.sql,
        }
    }

    /// The names of its parameters, in the order of their first use.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.names.iter().map(String::as_str)
    }

    pub(crate) fn shared_sql(&self) -> Arc<str> {
        Arc::clone(&self.0.sql)
    }

    /// The text as PostgreSQL wants it: names in double quotes, parameters numbered.
    #[cfg(feature = "postgres")]
    pub(crate) fn postgres_sql(&self) -> &Arc<str> {
        &self.0.postgres
    }

    pub(crate) fn prefix(&self) -> Option<&Prefix> {
        self.0.prefix.as_ref()
    }

    /// Every quoted name in it: tables, mostly.
    pub(crate) fn quoted_names(&self) -> &[String] {
        &self.0.quoted_names
    }

    /// The values in the order of the `?`. Values that are not asked for are left out.
    pub(crate) fn bind(&self, values: &[(&str, Value)]) -> Result<Vec<Value>, AuthError> {
        self.0
            .order
            .iter()
            .map(|at| {
                let name = &self.0.names[*at];
                values
                    .iter()
                    .find(|(given, _)| given == name)
                    .map(|(_, value)| value.clone())
                    .ok_or_else(|| {
                        AuthError::configuration(format!(
                            "the statement wants :{name}, which is not given here"
                        ))
                        .with("statement", self.sql())
                    })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;

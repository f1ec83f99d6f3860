//! What a description comes to, for people: the statements as they are sent, the tables, the rights.

use std::cell::RefCell;
use std::collections::BTreeSet;

use im_core::AuthError;

use super::check::word;
use super::template::Test;
use super::user::Maker;
use super::{SecretSpec, SystemSpec};
use crate::{Engine, Prefix, Statement};

/// What is done with a database, in words and SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The engine it is for.
    pub engine: Engine,
    /// The statements, in the order in which a sign-in comes to them, then the others.
    pub statements: Vec<Explained>,
    /// The tables that are read, by their whole names, sorted.
    pub tables: Vec<String>,
    /// The formats of stored passwords as the description names them, in the order tried.
    pub formats: Vec<String>,
    /// What is done to a typed password before it is hashed; each is tried.
    pub inputs: Vec<String>,
    /// The secret that some formats compute with.
    pub secret: Option<SecretSpec>,
    /// Some tables are those of add-ons or versions, which may come later.
    pub has_optional: bool,
}

/// One statement and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explained {
    /// What it is for, in words.
    pub purpose: String,
    /// The text as it is sent.
    pub sql: String,
}

impl Explanation {
    /// What the database's owner runs to make an account that may read these tables and nothing else, with comments;
    /// where some tables may come later, the whole database: a table that may not be read looks as if it were not
    /// there. Empty for SQLite, which has no accounts.
    #[must_use]
    pub fn grants(&self, database: &str, account: &str) -> Vec<String> {
        let tables = self.tables.iter();
        let why = "-- The whole database: tables that come later, with an add-on or an upgrade, may say who is banned, \
                   and would stay invisible.";
        match self.engine {
            Engine::MySql if self.has_optional => vec![
                why.to_owned(),
                // `_` and `%` stand for other letters in the name of a whole database.
                format!(
                    "GRANT SELECT ON `{}`.* TO {account};",
                    database.replace('_', "\\_").replace('%', "\\%")
                ),
            ],
            Engine::Postgres if self.has_optional => vec![
                why.to_owned(),
                format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {account};"),
                "-- As the role that makes the product's tables:".to_owned(),
                format!(
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {account};"
                ),
            ],
            Engine::MySql => tables
                .map(|table| format!("GRANT SELECT ON `{database}`.`{table}` TO {account};"))
                .collect(),
            Engine::Postgres => tables
                .map(|table| format!("GRANT SELECT ON \"{table}\" TO {account};"))
                .collect(),
            Engine::Sqlite => Vec::new(),
        }
    }
}

impl SystemSpec {
    /// What is asked of an installation on this engine, with this prefix (or the product's own). `has` says which of
    /// the columns and tables that only some installations have are there, as `table.column` or `table` without
    /// prefix.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the prefix cannot be used, or the product does not run on the engine.
    pub fn explain(
        &self,
        engine: Engine,
        prefix: Option<&str>,
        has: &dyn Fn(&str) -> bool,
    ) -> Result<Explanation, AuthError> {
        let prefix = Prefix::new(prefix.unwrap_or(self.default_prefix()))?;
        // Where a table decides something by being there, the account must see it: servers hide what it may not read.
        let asked = RefCell::new(BTreeSet::new());
        let has = |test: &Test| {
            let there = has(&test.to_string());
            if there {
                asked.borrow_mut().insert(test.table.clone());
            }
            there
        };
        let mut statements = Vec::new();
        let mut tables = Vec::new();
        let mut add = |purpose: String, statement: &Statement| {
            for table in statement.quoted_names() {
                if !tables.contains(table) {
                    tables.push(table.clone());
                }
            }
            statements.push(Explained {
                purpose,
                sql: statement.sql_for(engine).to_owned(),
            });
        };
        for user in self.users() {
            let texts = user.texts(engine).ok_or_else(|| self.no_engine(engine))?;
            let made = texts
                .statements(&prefix, user.id, &user.states, &has)
                .map_err(|problem| self.unusable(&problem))?;
            let of = user
                .source
                .as_ref()
                .map(|source| format!(" ({source})"))
                .unwrap_or_default();
            for (login, text) in made.by_login.iter().zip(&texts.by_login) {
                let only = text
                    .only_if
                    .as_ref()
                    .map(|part| format!(", if it contains {part:?}"))
                    .unwrap_or_default();
                add(
                    format!("the stored password of a typed name{of}{only}"),
                    &login.candidate,
                );
                add(
                    format!("its account, once the password is right{of}{only}"),
                    &login.account,
                );
            }
            add(format!("the account of an id{of}"), made.by_ids.one());
            if let Some(groups) = &made.groups {
                add(format!("its groups{of}"), groups.one());
            }
            if let Some(unread) = &made.unread {
                add(format!("its unread private messages{of}"), unread);
            }
            add(format!("how many accounts there are{of}"), &made.count);
        }
        if let Some(version) = self.version(engine) {
            let maker = Maker { prefix: &prefix };
            let statement = maker
                .statement("version.select", &version.resolve(&has))
                .map_err(|problem| self.unusable(&problem))?;
            add("the installed version".into(), &statement);
        }
        for table in asked.borrow().iter() {
            let table = prefix.table(table)?.as_str().to_owned();
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables.sort();
        Ok(Explanation {
            engine,
            statements,
            tables,
            formats: self
                .formats()
                .iter()
                .map(|rule| rule.text().to_owned())
                .collect(),
            inputs: self.inputs().iter().map(ToString::to_string).collect(),
            secret: self.secret().cloned(),
            has_optional: self.has_optional_tables(engine),
        })
    }

    /// Whether it reads tables that only some installations have.
    fn has_optional_tables(&self, engine: Engine) -> bool {
        let is_table = |test: &Test| test.column.is_none();
        let of_users = self.users().iter().any(|user| {
            let texts = user.texts(engine);
            texts.is_some_and(|texts| {
                texts.tests().any(is_table)
                    || (user.groups_optional && texts.groups.is_some())
                    || (user.unread_optional && texts.unread.is_some())
            })
        });
        of_users
            || self.optional().iter().any(|part| !part.contains('.'))
            || self.version_is_optional()
            || self
                .version(engine)
                .is_some_and(|text| text.tests().any(is_table))
    }

    pub(crate) fn no_engine(&self, engine: Engine) -> AuthError {
        let known: Vec<&str> = self.engines().iter().map(|engine| engine.name()).collect();
        AuthError::configuration(format!(
            "{} is described for {} only: for {} copy the description, add \"{}\" to `engines` and check its SQL",
            self.name(),
            known.join(" and "),
            engine.name(),
            word(engine),
        ))
    }

    pub(crate) fn unusable(&self, problem: &super::user::Problem) -> AuthError {
        AuthError::configuration(format!("{}: {}", problem.key, problem.message))
            .with("description", self.file_name())
    }
}

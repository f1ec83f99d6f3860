//! What the adapters' sample boards are made of: scripts that play a product, for demonstrations and tests.
//!
//! Scripts are text, to be run with whatever the caller has at hand, on a database of the caller's own.

use std::fmt;

use im_core::{AuthError, Timestamp};

use crate::{Engine, Prefix};

/// Somebody to register on a sample board.
#[derive(Clone)]
#[non_exhaustive]
pub struct Member {
    /// The id; otherwise the database gives one as it does for the product.
    pub id: Option<i64>,
    /// The name as typed.
    pub name: String,
    /// The password as typed.
    pub password: String,
    /// The e-mail address, empty if there is none.
    pub email: String,
    /// The product's word for the language: `english`.
    pub language: String,
    /// What the member may do.
    pub rank: Rank,
    /// When, as Unix time.
    pub registered_at: i64,
}

/// What a member of a sample board may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rank {
    /// What everybody may.
    Member,
    /// Moderate somewhere, on boards that note it with the member.
    Moderator,
    /// Everything.
    Administrator,
}

impl Member {
    /// A member with the name and password as typed, registered on 1 January 2005.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            password: password.into(),
            email: String::new(),
            language: "english".into(),
            rank: Rank::Member,
            registered_at: 1_104_537_600,
        }
    }

    /// With this id.
    #[must_use]
    pub fn id(mut self, id: i64) -> Self {
        self.id = Some(id);
        self
    }

    /// With an e-mail address.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = email.into();
        self
    }

    /// With the product's word for a language: `french`.
    #[must_use]
    pub fn language(mut self, word: impl Into<String>) -> Self {
        self.language = word.into();
        self
    }

    /// Who registered then.
    #[must_use]
    pub fn registered_at(mut self, moment: Timestamp) -> Self {
        self.registered_at = moment.unix_timestamp();
        self
    }

    /// As an administrator of the board.
    #[must_use]
    pub fn administrator(mut self) -> Self {
        self.rank = Rank::Administrator;
        self
    }

    /// As a moderator, on boards that note it with the member.
    #[must_use]
    pub fn moderator(mut self) -> Self {
        self.rank = Rank::Moderator;
        self
    }
}

/// Without the password.
impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Writes SQL for one kind of database and one prefix.
#[derive(Debug, Clone)]
pub struct Script {
    engine: Engine,
    prefix: Prefix,
}

impl Script {
    /// For this kind of database, with tables that begin so.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the prefix is none.
    pub fn new(engine: Engine, prefix: &str) -> Result<Self, AuthError> {
        Ok(Self {
            engine,
            prefix: prefix.parse()?,
        })
    }

    /// What the tables begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.prefix.as_str()
    }

    /// The text for SQLite, or that for MySQL.
    #[must_use]
    pub fn choose<'a>(&self, mysql: &'a str, sqlite: &'a str) -> &'a str {
        match self.engine {
            Engine::Sqlite => sqlite,
            _ => mysql,
        }
    }

    /// A table's name, quoted.
    #[must_use]
    pub fn table(&self, name: &str) -> String {
        format!("`{}{name}`", self.prefix)
    }

    /// A literal: quotes doubled, and on MySQL backslashes too.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let quoted = text.replace('\'', "''");
        match self.engine {
            Engine::Sqlite => format!("'{quoted}'"),
            _ => format!("'{}'", quoted.replace('\\', "\\\\")),
        }
    }

    /// Changes the row whose `key` is `id`: `change` is what stands after `SET`.
    #[must_use]
    pub fn update(&self, table: &str, key: &str, id: i64, change: &str) -> String {
        let table = self.table(table);
        format!("UPDATE {table} SET {change} WHERE {key} = {id};\n")
    }

    /// Deletes the row whose `key` is `id`.
    #[must_use]
    pub fn delete(&self, table: &str, key: &str, id: i64) -> String {
        format!("DELETE FROM {} WHERE {key} = {id};\n", self.table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_quotes() {
        let name = "x\\'; DROP --";
        let mysql = Script::new(Engine::MySql, "phpbb_").unwrap();
        assert_eq!(mysql.text(name), "'x\\\\''; DROP --'");
        let sqlite = Script::new(Engine::Sqlite, "phpbb_").unwrap();
        assert_eq!(sqlite.text(name), "'x\\''; DROP --'");
        assert!(Script::new(Engine::MySql, "x`y").is_err());
    }

    #[test]
    fn debug_shows_no_password() {
        assert!(!format!("{:?}", Member::new("Alice", "hush")).contains("hush"));
    }
}

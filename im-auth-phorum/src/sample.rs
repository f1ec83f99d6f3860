//! A sample board: the tables of Phorum 5.2 and SQL that plays the product, for demonstrations and tests.
//!
//! Everything here *writes*, and is meant for a database of one's own; the adapter itself only reads. Scripts are
//! text, to be run with whatever the caller has at hand; every value in them is quoted for its engine.
//!
//! ```
//! use im_auth_phorum::sample::{Board, Member};
//!
//! let board = Board::sqlite("phorum")?;
//! let script = [
//!     board.create(),
//!     board.register(&Member::new("Alice", "correct horse").email("alice@mail.example")),
//!     board.deactivate(1),
//! ]
//! .concat();
//! assert!(script.contains("'Alice'"));
//! # Ok::<(), im_core::AuthError>(())
//! ```

use im_auth_sql::Engine;
use im_auth_sql::sample::{Rank, Script};
use im_core::AuthError;
use md5::{Digest, Md5};

use crate::php;

pub use im_auth_sql::sample::Member;

/// The tables of Phorum 5.2 that the adapter reads, for MySQL and MariaDB, with the prefix `phorum`.
pub const SCHEMA_MYSQL: &str = include_str!("../schema/5.2.mysql.sql");
/// The same for SQLite.
pub const SCHEMA_SQLITE: &str = include_str!("../schema/5.2.sqlite.sql");

/// What the product stores where no password is known.
const NO_PASSWORD: &str = "*NO PASSWORD SET*";

/// A sample board on one kind of database: a maker of scripts.
#[derive(Debug, Clone)]
pub struct Board(Script);

impl Board {
    /// A board on MySQL or MariaDB.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the prefix is none.
    pub fn mysql(prefix: &str) -> Result<Self, AuthError> {
        Script::new(Engine::MySql, prefix).map(Self)
    }

    /// A board on SQLite.
    ///
    /// # Errors
    /// As [`Board::mysql`].
    pub fn sqlite(prefix: &str) -> Result<Self, AuthError> {
        Script::new(Engine::Sqlite, prefix).map(Self)
    }

    /// Makes the tables and a setting; a new database is expected.
    #[must_use]
    pub fn create(&self) -> String {
        let schema = self.0.choose(SCHEMA_MYSQL, SCHEMA_SQLITE);
        let script = format!(
            "{schema}\n\
             INSERT INTO phorum_settings (name, type, data) VALUES ('internal_version', 'V', '2007031400');\n"
        );
        let start = format!("{}_", self.0.prefix());
        // The schema names tables without quotes; any prefix needs them.
        script
            .lines()
            .map(|line| match line.split_once("phorum_") {
                Some((before, rest)) if !line.starts_with("--") => {
                    let end = rest
                        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                        .unwrap_or(rest.len());
                    let (table, after) = rest.split_at(end);
                    format!("{before}`{start}{table}`{after}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect()
    }

    /// Registers a member, active at once.
    #[must_use]
    pub fn register(&self, member: &Member) -> String {
        let users = self.table("users");
        let id = member.id.map_or("NULL".into(), |id| id.to_string());
        let name = self.text(php::trim(&member.name));
        format!(
            "INSERT INTO {users} (user_id, username, display_name, password, password_temp, email, \
             user_language, active, admin, date_added) \
             VALUES ({id}, {name}, {name}, {}, {}, {}, {}, 1, {}, {});\n",
            self.text(&stored_password(&member.password)),
            self.text(NO_PASSWORD),
            self.text(&member.email),
            self.text(&member.language),
            i64::from(member.rank == Rank::Administrator),
            member.registered_at
        )
    }

    /// Gives a member another name.
    #[must_use]
    pub fn rename(&self, id: i64, name: &str) -> String {
        let name = self.text(php::trim(name));
        self.set(id, "username", &format!("{name}, display_name = {name}"))
    }

    /// Gives a member another password.
    #[must_use]
    pub fn set_password(&self, id: i64, password: &str) -> String {
        self.set(id, "password", &self.text(&stored_password(password)))
    }

    /// Mails a member a second password, which is as good as the first.
    #[must_use]
    pub fn mail_password(&self, id: i64, password: &str) -> String {
        self.set(id, "password_temp", &self.text(&stored_password(password)))
    }

    /// Switches a member off.
    #[must_use]
    pub fn deactivate(&self, id: i64) -> String {
        self.set(id, "active", "0")
    }

    /// Switches a member on again.
    #[must_use]
    pub fn activate(&self, id: i64) -> String {
        self.set(id, "active", "1")
    }

    /// Puts a member's id on the board's ban list, which stops posting and, with `bans = "strict"`, signing in.
    #[must_use]
    pub fn ban(&self, id: i64) -> String {
        let bans = self.table("banlists");
        format!("INSERT INTO {bans} (forum_id, type, pcre, string) VALUES (0, 5, 0, '{id}');\n")
    }

    /// Takes a member's id off the list.
    #[must_use]
    pub fn lift_ban(&self, id: i64) -> String {
        let bans = self.table("banlists");
        format!("DELETE FROM {bans} WHERE forum_id = 0 AND type = 5 AND string = '{id}';\n")
    }

    /// Deletes a member; the row goes.
    #[must_use]
    pub fn delete(&self, id: i64) -> String {
        self.0.delete("_users", "user_id", id)
    }

    /// Puts an unread private message into a member's inbox, and a copy into the sender's outbox.
    #[must_use]
    pub fn send_private_message(&self, from: i64, to: i64) -> String {
        let messages = self.table("pm_messages");
        let places = self.table("pm_xref");
        let newest = format!("(SELECT MAX(pm_message_id) FROM {messages})");
        format!(
            "INSERT INTO {messages} (user_id, author, subject) VALUES ({from}, '', 'Hello');\n\
             INSERT INTO {places} (user_id, special_folder, pm_message_id, read_flag) \
             VALUES ({to}, 'inbox', {newest}, 0), ({from}, 'outbox', {newest}, 1);\n"
        )
    }

    /// Marks every private message of a member as read.
    #[must_use]
    pub fn read_private_messages(&self, id: i64) -> String {
        self.0.update("_pm_xref", "user_id", id, "read_flag = 1")
    }

    fn set(&self, id: i64, column: &str, value: &str) -> String {
        let change = format!("{column} = {value}");
        self.0.update("_users", "user_id", id, &change)
    }

    /// The product puts an underscore behind the prefix.
    fn table(&self, name: &str) -> String {
        self.0.table(&format!("_{name}"))
    }

    fn text(&self, text: &str) -> String {
        self.0.text(text)
    }
}

/// A password as Phorum 5.2 stores it.
fn stored_password(typed: &str) -> String {
    Md5::digest(php::trim(typed))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_stored_as_the_product_stores_it() {
        for (typed, stored) in [
            ("correct horse 42", "9ed6210e741906ee73fa04b9225dd63f"),
            (" correct horse 42\t", "9ed6210e741906ee73fa04b9225dd63f"),
            ("it's \"A&B\" <c>\\d", "1acd0b5957cf731664c99fb3f2bbf491"),
            ("crème brûlée é1", "51ffdf3874691d18e4b2c5f9fcf8b068"),
        ] {
            assert_eq!(stored_password(typed), stored, "{typed:?}");
        }
    }

    #[test]
    fn the_prefix_is_the_callers() {
        let script = Board::sqlite("my-board").unwrap().create();
        assert!(
            script.contains("CREATE TABLE `my-board_users` ("),
            "{script}"
        );
        assert!(script.contains("INSERT INTO `my-board_settings` ("));
        assert!(!script.contains(" phorum_"));
        assert!(Board::mysql("x`y").is_err());
    }
}

//! A sample board: the product's tables and SQL that plays the product, for demonstrations and tests.
//!
//! Everything here *writes*, and is meant for a database of one's own; the adapter itself only reads. Scripts are
//! text, to be run with whatever the caller has at hand; every value in them is quoted for its engine.
//!
//! ```
//! use im_auth_phpbb2::sample::{Board, Member};
//!
//! let board = Board::sqlite("phpbb_")?;
//! let script = [
//!     board.create(),
//!     board.register(&Member::new("Alice", "correct horse").email("alice@mail.example")),
//!     board.ban(2),
//! ]
//! .concat();
//! assert!(script.contains("'Alice'"));
//! # Ok::<(), im_core::AuthError>(())
//! ```

use encoding_rs::WINDOWS_1252;
use im_auth_sql::Engine;
use im_auth_sql::sample::{Rank, Script};
use im_core::{AuthError, Timestamp};
use md5::{Digest, Md5};

use crate::name::{self, NameRule};

pub use im_auth_sql::sample::Member;

/// The tables of phpBB 2.0.23 that the adapter reads, for MySQL and MariaDB, with the prefix `phpbb_`.
pub const SCHEMA_MYSQL: &str = include_str!("../schema.sql");
/// The same for SQLite.
pub const SCHEMA_SQLITE: &str = include_str!("../schema.sqlite.sql");

/// A sample board in English on one kind of database: a maker of scripts.
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

    /// Makes the tables, the settings, and the guest; a new database is expected.
    #[must_use]
    pub fn create(&self) -> String {
        let schema = self.0.choose(SCHEMA_MYSQL, SCHEMA_SQLITE);
        let settings = [
            ("version", ".0.23"),
            ("default_lang", "english"),
            ("board_disable", "0"),
            ("max_login_attempts", "5"),
            ("login_reset_time", "30"),
            ("avatar_path", "images/avatars"),
            ("avatar_gallery_path", "images/avatars/gallery"),
            ("allow_avatar_upload", "1"),
            ("allow_avatar_remote", "0"),
            ("allow_avatar_local", "1"),
        ];
        let rows: Vec<_> = settings
            .map(|(name, value)| format!("({}, {})", self.text(name), self.text(value)))
            .into();
        let script = format!(
            "{schema}\n\
             INSERT INTO `phpbb_config` (config_name, config_value) VALUES {};\n\
             INSERT INTO `phpbb_users` (user_id, user_active, username, user_password, user_email) \
             VALUES (-1, 0, 'Anonymous', '', '');\n",
            rows.join(", ")
        );
        // The scripts above hold the prefix as the start of names and nowhere else.
        script.replace("phpbb_", self.0.prefix())
    }

    /// Adds the index on names that the product lacks and an owner may add.
    #[must_use]
    pub fn index_names(&self) -> String {
        let (index, users) = (self.table("im_login"), self.table("users"));
        format!("CREATE INDEX {index} ON {users} (username);\n")
    }

    /// Registers a member, active at once. Without an id it gets the highest there is and one, as in the product,
    /// which so gives the id of a deleted newest member to the next.
    #[must_use]
    pub fn register(&self, member: &Member) -> String {
        let users = self.table("users");
        let id = match member.id {
            Some(id) => id.to_string(),
            None => format!(
                "(SELECT highest + 1 FROM (SELECT COALESCE(MAX(user_id), 1) AS highest FROM {users} WHERE user_id > 0) h)"
            ),
        };
        format!(
            "INSERT INTO {users} (user_id, user_active, username, user_password, user_email, \
             user_lang, user_level, user_regdate) VALUES ({id}, 1, {}, {}, {}, {}, {}, {});\n",
            self.text(&stored_name(&member.name)),
            self.text(&stored_password(&member.password)),
            self.text(&member.email),
            self.text(&member.language),
            match member.rank {
                Rank::Administrator => 1,
                Rank::Moderator => 2,
                _ => 0,
            },
            member.registered_at
        )
    }

    /// Gives a member another name.
    #[must_use]
    pub fn rename(&self, id: i64, name: &str) -> String {
        self.set(id, "username", &self.text(&stored_name(name)))
    }

    /// Gives a member another password.
    #[must_use]
    pub fn set_password(&self, id: i64, password: &str) -> String {
        self.set(id, "user_password", &self.text(&stored_password(password)))
    }

    /// Switches a member off.
    #[must_use]
    pub fn deactivate(&self, id: i64) -> String {
        self.set(id, "user_active", "0")
    }

    /// Switches a member on again.
    #[must_use]
    pub fn activate(&self, id: i64) -> String {
        self.set(id, "user_active", "1")
    }

    /// Bans a member by id.
    #[must_use]
    pub fn ban(&self, id: i64) -> String {
        let bans = self.table("banlist");
        format!("INSERT INTO {bans} (ban_userid) VALUES ({id});\n")
    }

    /// Lifts the bans of a member by id.
    #[must_use]
    pub fn lift_ban(&self, id: i64) -> String {
        self.0.delete("banlist", "ban_userid", id)
    }

    /// Deletes a member; the row goes.
    #[must_use]
    pub fn delete(&self, id: i64) -> String {
        self.0.delete("users", "user_id", id)
    }

    /// Puts an unread private message into a member's inbox.
    #[must_use]
    pub fn send_private_message(&self, from: i64, to: i64) -> String {
        let messages = self.table("privmsgs");
        format!(
            "INSERT INTO {messages} (privmsgs_type, privmsgs_subject, privmsgs_from_userid, \
             privmsgs_to_userid) VALUES (1, 'Hello', {from}, {to});\n"
        )
    }

    /// Marks every private message to a member as read.
    #[must_use]
    pub fn read_private_messages(&self, id: i64) -> String {
        let messages = self.table("privmsgs");
        format!(
            "UPDATE {messages} SET privmsgs_type = 0 \
             WHERE privmsgs_to_userid = {id} AND privmsgs_type IN (1, 5);\n"
        )
    }

    /// Notes as many failed sign-ins as lock a member out, the last at this moment.
    #[must_use]
    pub fn lock_out(&self, id: i64, last: Timestamp) -> String {
        let last = last.unix_timestamp();
        self.set(
            id,
            "user_login_tries",
            &format!("5, user_last_login_try = {last}"),
        )
    }

    fn set(&self, id: i64, column: &str, value: &str) -> String {
        let change = format!("{column} = {value}");
        self.0.update("users", "user_id", id, &change)
    }

    fn table(&self, name: &str) -> String {
        self.0.table(name)
    }

    fn text(&self, text: &str) -> String {
        self.0.text(text)
    }
}

/// A name as the last version stores it on a board in English.
fn stored_name(typed: &str) -> String {
    let bytes = name::clean(typed, WINDOWS_1252, NameRule::of(None));
    name::decode(&bytes, WINDOWS_1252)
}

/// A password as such a board stores it.
fn stored_password(typed: &str) -> String {
    let (submitted, _, _) = WINDOWS_1252.encode(typed);
    Md5::digest(name::add_slashes(&submitted))
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_stored_as_the_product_stores_it() {
        let stored = |typed| stored_password(typed);
        assert_eq!(
            stored("correct horse 42"),
            "9ed6210e741906ee73fa04b9225dd63f"
        );
        assert_eq!(
            stored("it's \"A&B\" <c>\\d"),
            "1027d44e664f6c096409f19e7cc8a036"
        );
        assert_eq!(
            stored("prix 12€ – façade"),
            "b7e35baec0642390845fd63359114a77"
        );
    }

    #[test]
    fn the_prefix_is_the_callers() {
        let script = Board::sqlite("forum-").unwrap().create();
        assert!(script.contains("INSERT INTO `forum-config`"), "{script}");
        assert!(!script.contains("phpbb_"));
        assert!(Board::mysql("x`y").is_err());
    }
}

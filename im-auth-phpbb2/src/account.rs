//! One row of the users table: inactive, locked out, and who it is.

use im_auth_sql::Row;
use im_core::{AuthError, Avatar, ExternalUser, Identity, Realm, Rejection, Timestamp};

use crate::board::{Avatars, Board};
use crate::language;
use crate::name;

/// Value of `user_level` of an administrator.
const ADMINISTRATOR: i64 = 1;
/// Value of `user_level` of a moderator.
const MODERATOR: i64 = 2;

/// The guest's id, and that of whoever does not exist.
pub(crate) const NOBODY: i64 = -1;
/// The id of whoever is not found by an id that the name had before. The product's column cannot hold it.
pub(crate) const NOT_REMEMBERED: i64 = -9_000_000;

/// What a sign-in needs to know of an account before the password is right.
///
/// No `Debug`: it holds a stored password.
pub(crate) struct Candidate {
    /// `user_id`, [`NOBODY`] or [`NOT_REMEMBERED`].
    pub(crate) id: i64,
    /// The stored password.
    pub(crate) stored: Vec<u8>,
    /// Failed sign-ins.
    pub(crate) failures: Failures,
}

impl Candidate {
    /// Reads a row of [`Queries::by_name`](crate::query::Queries).
    ///
    /// # Errors
    /// [`AuthError::Schema`] naming a column that is of the wrong kind.
    pub(crate) fn read(row: &Row) -> Result<Self, AuthError> {
        Ok(Self {
            id: row.int("id")?,
            stored: row.opt_bytes("password")?.unwrap_or_default(),
            failures: Failures::read(row)?,
        })
    }
}

/// How many sign-ins failed since the last right one, and when the last did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Failures {
    tries: i64,
    /// Unix time.
    last: i64,
}

impl Failures {
    fn read(row: &Row) -> Result<Self, AuthError> {
        Ok(Self {
            tries: row.opt_int("tries")?.unwrap_or_default(),
            last: row.opt_int("last_try")?.unwrap_or_default(),
        })
    }

    /// Whether the product refuses sign-ins for now.
    pub(crate) fn locked_out(self, board: &Board, now: Timestamp) -> Option<Rejection> {
        let until = board.lock?.until(self.tries, self.last, now)?;
        Some(Rejection::LockedOut { until })
    }
}

/// What is read of a member. The stored password and the activation key are not among it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// `user_id`.
    pub(crate) id: i64,
    /// The name as stored: with entities.
    stored_name: String,
    /// `user_active`: 1, and only 1, may have a session.
    active: i64,
    /// Whether `user_actkey` holds a key.
    has_key: bool,
    /// `user_level`.
    level: i64,
    /// `user_regdate`; `None` for 0, which no registration leaves.
    registered_at: Option<Timestamp>,
    /// The address as stored: with entities.
    email: String,
    /// `user_lang`: the folder of the language pack.
    language: String,
    /// `user_avatar`, `user_avatar_type`, and whether the member may have one.
    avatar: (String, i64, bool),
    /// Failed sign-ins.
    pub(crate) failures: Failures,
}

impl Account {
    /// Reads a row of [`Queries`](crate::query::Queries).
    ///
    /// # Errors
    /// [`AuthError::Schema`] naming a column that is missing or of the wrong kind.
    pub(crate) fn read(row: &Row, board: &Board) -> Result<Self, AuthError> {
        let text = |alias| row.opt_text(alias).map(Option::unwrap_or_default);
        let words = |alias| text(alias).map(|text| board.text(text));
        let number = |alias| row.opt_int(alias).map(Option::unwrap_or_default);
        Ok(Self {
            id: row.int("id")?,
            stored_name: words("name")?,
            active: number("active")?,
            has_key: number("has_key")? != 0,
            level: number("level")?,
            registered_at: row.timestamp("regdate")?,
            email: text("email")?,
            language: text("language")?,
            avatar: (
                words("avatar")?,
                number("avatar_type")?,
                number("allow_avatar")? != 0,
            ),
            failures: Failures::read(row)?,
        })
    }

    /// Why the account itself may not come in, bans aside.
    ///
    /// A key of an inactive account is that of an activation; of an active one it stands for a new password asked
    /// for, which changes nothing. Any other value than 1 passes the product's password check but gets no session.
    pub(crate) fn inactive(&self) -> Option<Rejection> {
        match self.active {
            1 => None,
            0 if self.has_key => Some(Rejection::PendingActivation),
            _ => Some(Rejection::Inactive),
        }
    }

    /// An administrator may sign in to a closed board too.
    pub(crate) fn is_admin(&self) -> bool {
        self.level == ADMINISTRATOR
    }

    /// The address as stored: what the product compares with its bans.
    pub(crate) fn stored_email(&self) -> &str {
        &self.email
    }

    /// Who it is. `groups` are names out of the database; `moderates`: by one of the groups.
    pub(crate) fn user(
        &self,
        realm: &Realm,
        board: &Board,
        groups: &[String],
        moderates: bool,
    ) -> ExternalUser {
        let identity = Identity::new(realm.clone(), self.id.to_string());
        let name = name::shown(&self.stored_name, board.charset, board.rule);
        let mut user = ExternalUser::new(identity, name);
        user.registered_at = self.registered_at;
        user.email = Some(name::unescape_html(&self.email)).filter(|email| !email.is_empty());
        user.avatar = self.avatar(&board.avatars);
        user.language = language::tag(&self.language).map(str::to_owned);
        user.groups = groups
            .iter()
            .map(|group| name::unescape_html(group))
            .collect();
        user.is_admin = self.is_admin();
        user.is_moderator = self.level == MODERATOR || moderates;
        user
    }

    fn avatar(&self, shown: &Avatars) -> Option<Avatar> {
        let (file, kind, allowed) = &self.avatar;
        if !allowed || file.is_empty() {
            return None;
        }
        let file = name::unescape_html(file);
        match kind {
            1 => path(shown.uploaded.as_deref()?, &file),
            2 if shown.remote => url(file),
            3 => path(shown.gallery.as_deref()?, &file),
            _ => None,
        }
    }
}

/// A path below the board's address; nothing that climbs out of it.
fn path(folder: &str, file: &str) -> Option<Avatar> {
    let folder = folder.trim_matches('/').trim_start_matches("./");
    let path = format!("{folder}/{}", file.trim_start_matches('/'));
    let plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | '?' | '#' | ':'));
    plain.then_some(Avatar::Path(path))
}

/// A complete web address; nothing that a browser would run.
fn url(address: String) -> Option<Avatar> {
    let lower = address.to_ascii_lowercase();
    let web = lower.starts_with("http://") || lower.starts_with("https://");
    (web && !address.contains(|c: char| c.is_control() || c.is_whitespace()))
        .then_some(Avatar::Url(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn board(rows: &[(&str, &str)]) -> Board {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let rows: HashMap<_, _> = rows.iter().map(own).collect();
        Board::read(&rows, None, true).unwrap()
    }

    fn account() -> Account {
        Account {
            id: 3,
            stored_name: "R&amp;D".into(),
            active: 1,
            has_key: false,
            level: 0,
            registered_at: None,
            email: "r&amp;d@mail.example".into(),
            language: "french".into(),
            avatar: (String::new(), 0, true),
            failures: Failures::default(),
        }
    }

    fn avatar(file: &str, kind: i64, allowed: bool, board: &Board) -> Option<Avatar> {
        let mut account = account();
        account.avatar = (file.into(), kind, allowed);
        account.avatar(&board.avatars)
    }

    #[test]
    fn only_1_is_active() {
        let state = |active, has_key| {
            Account {
                active,
                has_key,
                ..account()
            }
            .inactive()
        };
        assert_eq!(state(1, false), None);
        assert_eq!(state(1, true), None, "a new password was asked for");
        assert_eq!(state(0, false), Some(Rejection::Inactive));
        assert_eq!(state(0, true), Some(Rejection::PendingActivation));
        assert_eq!(state(2, true), Some(Rejection::Inactive));
        assert_eq!(state(-1, false), Some(Rejection::Inactive));
    }

    #[test]
    fn entities_are_decoded_for_people() {
        let user = account().user(
            &Realm::new("forum").unwrap(),
            &board(&[]),
            &["Q &amp; A".into()],
            false,
        );
        assert_eq!(user.name, "R&D");
        assert_eq!(user.email.as_deref(), Some("r&d@mail.example"));
        assert_eq!(user.groups, ["Q & A"]);
        assert_eq!(user.language.as_deref(), Some("fr"));
        assert_eq!(user.identity.to_string(), "forum:3");
    }

    #[test]
    fn a_moderator_is_one_by_level_or_by_a_group() {
        let realm = Realm::new("forum").unwrap();
        let flags = |level, moderates| {
            let user = Account { level, ..account() }.user(&realm, &board(&[]), &[], moderates);
            (user.is_admin, user.is_moderator)
        };
        assert_eq!(flags(0, false), (false, false));
        assert_eq!(flags(0, true), (false, true));
        assert_eq!(flags(1, false), (true, false));
        assert_eq!(flags(2, false), (false, true));
    }

    #[test]
    fn an_avatar_lies_where_the_board_says() {
        let board = board(&[
            ("avatar_path", "images/avatars"),
            ("avatar_gallery_path", "/images/gallery/"),
            ("allow_avatar_upload", "1"),
            ("allow_avatar_remote", "1"),
            ("allow_avatar_local", "1"),
        ]);
        let at = |path: &str| Some(Avatar::Path(path.into()));
        assert_eq!(avatar("3.png", 1, true, &board), at("images/avatars/3.png"));
        assert_eq!(
            avatar("cats/1.gif", 3, true, &board),
            at("images/gallery/cats/1.gif")
        );
        let link = "https://pictures.example/a.png?x=1&amp;y=2";
        let decoded = Avatar::Url("https://pictures.example/a.png?x=1&y=2".into());
        assert_eq!(avatar(link, 2, true, &board), Some(decoded));
        assert_eq!(avatar("3.png", 0, true, &board), None);
        assert_eq!(avatar("3.png", 1, false, &board), None);
    }

    #[test]
    fn an_avatar_of_a_kind_the_board_does_not_show_is_none() {
        let board = board(&[
            ("avatar_path", "images/avatars"),
            ("allow_avatar_upload", "0"),
        ]);
        for kind in 1..=3 {
            assert_eq!(avatar("http://a.example/3.png", kind, true, &board), None);
        }
    }

    #[test]
    fn an_avatar_that_leads_elsewhere_is_none() {
        let board = board(&[
            ("avatar_path", "images/avatars"),
            ("allow_avatar_upload", "1"),
            ("allow_avatar_remote", "1"),
        ]);
        for file in [
            "../../config.php",
            "a/../../b",
            "a\\b",
            "x?y",
            "a//b",
            ".",
            "a:b",
        ] {
            assert_eq!(avatar(file, 1, true, &board), None, "{file}");
        }
        for address in [
            "javascript:alert(1)",
            "//evil.example/x",
            "ftp://a.example/x.png",
            "http://a b",
        ] {
            assert_eq!(avatar(address, 2, true, &board), None, "{address}");
        }
    }
}

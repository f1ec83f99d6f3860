//! One account: what the row says, and how it stands.

use im_auth_sql::Row;
use im_core::{AuthError, ExternalUser, Identity, Realm, Rejection, Standing, Timestamp};

use crate::names::Names;

/// What Phorum stores where no password is known.
const NO_PASSWORD: &[u8] = b"*NO PASSWORD SET*";

/// The id of whoever does not exist. The product counts from 1.
pub(crate) const NOBODY: i64 = 0;
/// The id of whoever is not found by the id that the name had before. The product's column cannot hold it.
pub(crate) const NOT_REMEMBERED: i64 = -9_000_000;

/// What a sign-in needs to know of an account before the password is right. No `Debug`: it holds stored passwords.
pub(crate) struct Candidate {
    /// The account's id, [`NOBODY`] or [`NOT_REMEMBERED`].
    pub(crate) id: i64,
    password: Vec<u8>,
    temporary: Option<Vec<u8>>,
}

impl Candidate {
    /// Reads a row.
    ///
    /// # Errors
    /// [`AuthError::Schema`] naming the column that is missing or of the wrong kind.
    pub(crate) fn from_row(row: &Row) -> Result<Self, AuthError> {
        Ok(Self {
            id: row.int("id")?,
            password: row.opt_bytes("password")?.unwrap_or_default(),
            temporary: row.opt_bytes("password_temp")?,
        })
    }

    /// The stored password, unless there is none.
    pub(crate) fn password(&self) -> Option<&[u8]> {
        real(&self.password)
    }

    /// The second stored password, unless there is none or the version has none.
    pub(crate) fn temporary_password(&self) -> Option<&[u8]> {
        self.temporary.as_deref().and_then(real)
    }
}

/// A row of the user table.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: u64,
    /// As stored.
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) shadow_banned: bool,
    active: i64,
    must_change_password: bool,
    admin: bool,
    date_added: i64,
    language: Option<String>,
    display_name: Option<String>,
}

impl Account {
    /// Reads a row.
    ///
    /// # Errors
    /// [`AuthError::Schema`] naming the column that is missing or of the wrong kind.
    pub(crate) fn from_row(row: &Row) -> Result<Self, AuthError> {
        Ok(Self {
            id: row.uint("id")?,
            name: row.text("name")?,
            email: row.opt_text("email")?.filter(|email| !email.is_empty()),
            shadow_banned: row.int("shadow_banned")? != 0,
            active: row.int("active")?,
            must_change_password: row.int("must_change")? != 0,
            admin: row.int("admin")? != 0,
            date_added: row.int("date_added")?,
            language: row.opt_text("language")?,
            display_name: row
                .opt_text("display_name")?
                .filter(|name| !name.trim().is_empty()),
        })
    }

    /// The id as a parameter of other statements.
    pub(crate) fn key(&self) -> i64 {
        // The column is an int unsigned; what does not fit is nobody's.
        i64::try_from(self.id).unwrap_or(-1)
    }

    /// How the account stands, ban lists aside.
    pub(crate) fn standing(&self) -> Standing {
        match self.active {
            1 if self.must_change_password => Standing::Refused(Rejection::PasswordExpired),
            1 => Standing::Good,
            -3..=-1 => Standing::Refused(Rejection::PendingActivation),
            _ => Standing::Refused(Rejection::Inactive),
        }
    }

    /// Who it is, as far as this row knows.
    pub(crate) fn user(&self, realm: &Realm, names: &Names) -> ExternalUser {
        let identity = Identity::new(realm.clone(), self.id.to_string());
        let mut user = ExternalUser::new(identity, names.shown(&self.name));
        user.display_name = self
            .display_name
            .clone()
            .filter(|shown| !names.html && *shown != self.name);
        user.email.clone_from(&self.email);
        user.language = self.language.as_deref().and_then(im_auth_sql::language_tag);
        user.is_admin = self.admin;
        user.registered_at = Some(self.date_added)
            .filter(|seconds| *seconds > 0)
            .and_then(|seconds| Timestamp::from_unix_timestamp(seconds).ok());
        user
    }
}

/// A stored value that could be somebody's password.
fn real(stored: &[u8]) -> Option<&[u8]> {
    (!stored.is_empty() && stored != NO_PASSWORD).then_some(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account {
            id: 2,
            name: "Alice".into(),
            email: None,
            shadow_banned: false,
            active: 1,
            must_change_password: false,
            admin: false,
            date_added: 0,
            language: None,
            display_name: None,
        }
    }

    #[test]
    fn only_active_accounts_stand_well() {
        let standing = |active| {
            Account {
                active,
                ..account()
            }
            .standing()
        };
        assert_eq!(standing(1), Standing::Good);
        assert_eq!(standing(0), Standing::Refused(Rejection::Inactive));
        assert_eq!(standing(2), Standing::Refused(Rejection::Inactive));
        assert_eq!(standing(-4), Standing::Refused(Rejection::Inactive));
        for pending in [-1, -2, -3] {
            assert_eq!(
                standing(pending),
                Standing::Refused(Rejection::PendingActivation)
            );
        }
    }

    #[test]
    fn a_forced_change_of_password_comes_after_activation() {
        let forced = |active| Account {
            active,
            must_change_password: true,
            ..account()
        };
        assert_eq!(
            forced(1).standing(),
            Standing::Refused(Rejection::PasswordExpired)
        );
        assert_eq!(forced(0).standing(), Standing::Refused(Rejection::Inactive));
    }

    #[test]
    fn an_empty_column_and_the_sentinel_are_no_password() {
        for stored in [&b""[..], NO_PASSWORD] {
            let candidate = Candidate {
                id: 2,
                password: stored.to_vec(),
                temporary: Some(stored.to_vec()),
            };
            assert_eq!(candidate.password(), None);
            assert_eq!(candidate.temporary_password(), None);
        }
    }

    #[test]
    fn a_display_name_that_is_the_name_says_nothing() {
        let realm = Realm::new("board").unwrap();
        let shown = |display: &str| {
            Account {
                display_name: Some(display.into()),
                ..account()
            }
            .user(&realm, &Names::default())
            .display_name
        };
        assert_eq!(shown("Alice"), None);
        assert_eq!(shown("Alice Cooper").as_deref(), Some("Alice Cooper"));
    }

    #[test]
    fn nobody_registered_in_1970() {
        let realm = Realm::new("board").unwrap();
        assert_eq!(
            account().user(&realm, &Names::default()).registered_at,
            None
        );
    }
}

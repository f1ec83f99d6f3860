//! A row of accounts, read by its aliases.

use im_core::{AuthError, Avatar, ExternalUser, Identity, Realm, Rejection, Standing, Timestamp};
use time::PrimitiveDateTime;

use super::notes::Notes;
use super::text::plain;
use crate::language::language_tag;
use crate::spec::user::UserSpec;
use crate::spec::{IdKind, State};
use crate::{Row, Value};

/// One account, as a description's SELECT gives it.
pub(super) struct Account {
    /// The product's own id, with the source before it where there are several tables.
    pub(super) id: String,
    /// As a parameter of other statements.
    pub(super) key: Value,
    /// As stored.
    name: String,
    pub(super) stored: Stored,
    state: State,
    until: Option<Timestamp>,
    active_from: Option<Timestamp>,
    active_until: Option<Timestamp>,
    locked_until: Option<Timestamp>,
    registered_at: Option<Timestamp>,
    display_name: Option<String>,
    email: Option<String>,
    language: Option<String>,
    avatar: Option<String>,
    admin: bool,
    moderator: bool,
}

/// The stored password, and what its format may compute with.
pub(super) struct Stored {
    /// `None` for an empty one, which is nobody's password.
    pub(super) password: Option<Vec<u8>>,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) rounds: Option<u32>,
    pub(super) secret: Option<Vec<u8>>,
    pub(super) username: Vec<u8>,
    /// What tells formats apart.
    pub(super) format: String,
}

impl Account {
    /// Reads a row; `None` for one without an id, which is nobody.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when a column holds what it cannot.
    pub(super) fn read(
        row: &Row,
        user: &UserSpec,
        notes: &Notes,
    ) -> Result<Option<Self>, AuthError> {
        let Some(id) = row.opt_text("id")? else {
            return Ok(None);
        };
        let key = match user.id {
            IdKind::Int => row.opt_int("id")?.map(Value::Int),
            IdKind::Text => Some(Value::Text(id.clone())),
        };
        let Some(key) = key else {
            return Ok(None);
        };
        let columns = Columns { row, notes };
        let name = columns.text("name")?.unwrap_or_else(|| id.clone());
        let username = match columns.bytes("username")? {
            Some(username) => username,
            None => row.opt_bytes("name")?.unwrap_or_default(),
        };
        let state = columns.text("state")?;
        Ok(Some(Self {
            key,
            stored: Stored {
                password: columns.bytes("password")?.filter(|stored| !stored.is_empty()),
                salt: columns.bytes("salt")?,
                rounds: columns.rounds()?,
                secret: columns.bytes("secret")?.filter(|secret| !secret.is_empty()),
                username,
                format: columns.text("format")?.unwrap_or_default(),
            },
            state: user.states.of(state.as_deref()).unwrap_or_else(|| {
                let shown = state.as_deref().filter(|word| is_harmless(word));
                if notes.is_new("state", shown.unwrap_or_default()) {
                    tracing::warn!(
                        state = shown,
                        "an account's state is none that the description knows; it is taken for inactive"
                    );
                }
                State::Inactive
            }),
            until: columns.end("until")?,
            active_from: columns.moment("active_from")?,
            active_until: columns.end("active_until")?,
            locked_until: columns.moment("locked_until")?,
            // Only a label: what is no moment is not worth keeping somebody out.
            registered_at: columns.moment("registered_at").unwrap_or_default(),
            display_name: columns
                .filled("display_name")?
                .map(|text| plain(text, user.decode)),
            email: columns.filled("email")?.map(|text| plain(text, user.decode)),
            language: columns.filled("language")?,
            avatar: columns.filled("avatar")?,
            admin: columns.truth("admin"),
            moderator: columns.truth("moderator"),
            name: plain(name, user.decode),
            id: match &user.source {
                Some(source) => format!("{source}:{id}"),
                None => id,
            },
        }))
    }

    /// An account whose row cannot be read, or is not the only one: nobody gets in by it. `None` without an id.
    pub(super) fn shut(row: &Row, user: &UserSpec) -> Option<Self> {
        let id = row.opt_text("id").ok()??;
        let key = match user.id {
            IdKind::Int => Value::Int(row.opt_int("id").ok()??),
            IdKind::Text => Value::Text(id.clone()),
        };
        let name = row.opt_text("name").ok().flatten();
        Some(Self {
            key,
            name: plain(name.unwrap_or_else(|| id.clone()), user.decode),
            id: match &user.source {
                Some(source) => format!("{source}:{id}"),
                None => id,
            },
            stored: Stored {
                password: None,
                salt: None,
                rounds: None,
                secret: None,
                username: Vec::new(),
                format: String::new(),
            },
            state: State::Inactive,
            until: None,
            active_from: None,
            active_until: None,
            locked_until: None,
            registered_at: None,
            display_name: None,
            email: None,
            language: None,
            avatar: None,
            admin: false,
            moderator: false,
        })
    }

    /// Whether the product refuses sign-ins before it looks at a password.
    pub(super) fn lock(&self, now: Timestamp) -> Option<Rejection> {
        if let Some(until) = self.locked_until.filter(|until| *until > now) {
            return Some(Rejection::LockedOut { until: Some(until) });
        }
        self.state
            .rejection(self.until, now)
            .filter(|rejection| matches!(rejection, Rejection::LockedOut { .. }))
    }

    /// Whether the account may come in.
    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        if let Some(rejection) = self
            .lock(now)
            .or_else(|| self.state.rejection(self.until, now))
        {
            return Standing::Refused(rejection);
        }
        let early = self.active_from.is_some_and(|from| now < from);
        let late = self.active_until.is_some_and(|until| until <= now);
        if early || late {
            Standing::Refused(Rejection::Inactive)
        } else {
            Standing::Good
        }
    }

    /// Who it is, as far as the row knows.
    pub(super) fn user(&self, realm: &Realm, source: Option<&str>) -> ExternalUser {
        let identity = Identity::new(realm.clone(), &*self.id);
        let mut user = ExternalUser::new(identity, &*self.name);
        user.display_name = self
            .display_name
            .clone()
            .filter(|shown| *shown != self.name);
        user.email.clone_from(&self.email);
        user.language = self.language.as_deref().and_then(language_tag);
        user.avatar = self.avatar.as_deref().and_then(avatar);
        user.registered_at = self.registered_at;
        user.groups.extend(source.map(str::to_owned));
        user.is_admin = self.admin;
        user.is_moderator = self.moderator;
        user
    }
}

/// An absolute address or a path below the product's.
fn avatar(written: &str) -> Option<Avatar> {
    if written.starts_with("https://") || written.starts_with("http://") {
        return Some(Avatar::Url(written.to_owned()));
    }
    if let Some(rest) = written.strip_prefix("//") {
        return Some(Avatar::Url(format!("https://{rest}")));
    }
    let path = written.trim_start_matches('/').trim_start_matches("./");
    let is_path = !path.is_empty()
        && !path.contains(['\\', ':', '\0'])
        && !path.split('/').any(|part| part == "..");
    is_path.then(|| Avatar::Path(path.to_owned()))
}

/// Whether a value of a column can be told to an administrator: a short word that is no secret.
pub(super) fn is_harmless(word: &str) -> bool {
    (1..=24).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_./:+- ".contains(&byte))
}

/// A row whose SELECT may lack any of the aliases.
struct Columns<'a> {
    row: &'a Row,
    notes: &'a Notes,
}

impl Columns<'_> {
    fn text(&self, alias: &str) -> Result<Option<String>, AuthError> {
        if !self.row.has(alias) {
            return Ok(None);
        }
        self.row.opt_text(alias)
    }

    /// Text that says something.
    fn filled(&self, alias: &str) -> Result<Option<String>, AuthError> {
        let text = self.text(alias)?.map(|text| text.trim().to_owned());
        Ok(text.filter(|text| !text.is_empty()))
    }

    fn bytes(&self, alias: &str) -> Result<Option<Vec<u8>>, AuthError> {
        if !self.row.has(alias) {
            return Ok(None);
        }
        self.row.opt_bytes(alias)
    }

    fn moment(&self, alias: &str) -> Result<Option<Timestamp>, AuthError> {
        if !self.row.has(alias) {
            return Ok(None);
        }
        match self.row.timestamp(alias) {
            Err(_) if self.is_beyond(alias) => Ok(Some(PrimitiveDateTime::MAX.assume_utc())),
            moment => moment,
        }
    }

    /// When something ends; what ends later than any calendar knows does not.
    fn end(&self, alias: &str) -> Result<Option<Timestamp>, AuthError> {
        if self.row.has(alias) && self.is_beyond(alias) {
            return Ok(None);
        }
        self.moment(alias)
    }

    /// Whether a moment in Unix seconds lies beyond the year 9999.
    fn is_beyond(&self, alias: &str) -> bool {
        let last = PrimitiveDateTime::MAX.assume_utc().unix_timestamp();
        matches!(self.row.opt_int(alias), Ok(Some(seconds)) if seconds > last)
    }

    /// Rights that cannot be read are not given.
    fn truth(&self, alias: &'static str) -> bool {
        if !self.row.has(alias) {
            return false;
        }
        match self.row.opt_bool(alias) {
            Ok(truth) => truth.unwrap_or(false),
            Err(_) => {
                if self.notes.is_new("truth", alias) {
                    tracing::warn!(
                        column = alias,
                        "a column is neither true nor false; it is taken for false"
                    );
                }
                false
            }
        }
    }

    fn rounds(&self) -> Result<Option<u32>, AuthError> {
        if !self.row.has("rounds") {
            return Ok(None);
        }
        Ok(self
            .row
            .opt_int("rounds")?
            .and_then(|rounds| rounds.try_into().ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_addresses_or_paths_below_the_product() {
        assert_eq!(
            avatar("https://example.org/a.png"),
            Some(Avatar::Url("https://example.org/a.png".into()))
        );
        assert_eq!(avatar("/img/a.png"), Some(Avatar::Path("img/a.png".into())));
        for wrong in ["../../etc/passwd", "javascript:alert(1)", "/", "a\\b"] {
            assert_eq!(avatar(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_short_words_are_told() {
        assert!(is_harmless("core:pbkdf2"));
        for secret in ["", "$2y$10$abc", "0123456789abcdef0123456789abcdef"] {
            assert!(!is_harmless(secret), "{secret}");
        }
    }
}

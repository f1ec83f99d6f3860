//! Why a call was refused: a stable code for programs, a sentence for people.

use std::error::Error as StdError;
use std::fmt;

use im_core::{AuthError, Rejection, Timestamp};
use serde::Serialize;

use crate::store::StoreError;
use crate::view::User;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $status:literal;)+) => {
        /// The stable reasons a call can fail for. `as_str` is the `code` of the HTTP answer.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, such as `site_full`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The HTTP status that fits.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }
        }
    };
}

codes! {
    /// Unknown user, wrong password or deleted account: alike to the outside.
    InvalidCredentials = "invalid_credentials", 401;
    /// No such session here: expired, ended, or made at another site.
    SessionInvalid = "session_invalid", 401;
    /// The account is deactivated where it comes from.
    AccountInactive = "account_inactive", 403;
    /// The account is not activated yet where it comes from.
    AccountPending = "account_pending", 403;
    /// The account is banned where it comes from.
    AccountBanned = "account_banned", 403;
    /// The password must be changed where the account comes from.
    PasswordExpired = "password_expired", 403;
    /// An administrator of the messenger has not approved the account yet.
    ApprovalPending = "approval_pending", 403;
    /// The name is reserved or banned.
    NameNotAllowed = "name_not_allowed", 403;
    /// This site takes no new accounts this way.
    RegistrationClosed = "registration_closed", 403;
    /// The other has refused an earlier request.
    RequestRefused = "request_refused", 403;
    /// Only contacts can be written to.
    NotAContact = "not_a_contact", 403;
    /// The other lets only very important contacts through at the moment.
    DoNotDisturb = "do_not_disturb", 403;
    /// The other is offline and takes no messages then.
    RecipientOffline = "recipient_offline", 403;
    /// The acting user hides from this contact.
    CannotSeeYou = "cannot_see_you", 403;
    /// The acting user may not do that.
    Forbidden = "forbidden", 403;
    /// Several people use this account, and one of them would change it for all.
    SharedAccount = "shared_account", 403;
    /// No site at this path.
    UnknownSite = "unknown_site", 404;
    /// No such user.
    UnknownUser = "unknown_user", 404;
    /// Not in the contact list.
    UnknownContact = "unknown_contact", 404;
    /// No such conversation, or not a member of it.
    UnknownConversation = "unknown_conversation", 404;
    /// No such session of this account.
    UnknownSession = "unknown_session", 404;
    /// No such realm.
    UnknownRealm = "unknown_realm", 404;
    /// No such role.
    UnknownRole = "unknown_role", 404;
    /// Somebody has this name already.
    NameTaken = "name_taken", 409;
    /// Several users answer to the name: see the candidates.
    AmbiguousName = "ambiguous_name", 409;
    /// The limit on contacts is reached; `whose` says whose.
    TooManyContacts = "too_many_contacts", 409;
    /// They are contacts already.
    AlreadyContacts = "already_contacts", 409;
    /// Asked already, no answer yet.
    AlreadyAsked = "already_asked", 409;
    /// The `client_id` was used for another text.
    ClientIdReused = "client_id_reused", 409;
    /// The request makes no sense.
    InvalidRequest = "invalid_request", 400;
    /// The name cannot be one: characters, length.
    InvalidName = "invalid_name", 400;
    /// The password cannot be one: too short, too long, control characters.
    InvalidPassword = "invalid_password", 400;
    /// Nothing to send.
    EmptyMessage = "empty_message", 400;
    /// The text is longer than the site allows.
    MessageTooLong = "message_too_long", 413;
    /// Too many attempts; `retry_after` says when to come back.
    TooManyAttempts = "too_many_attempts", 429;
    /// As many are connected as the site allows.
    SiteFull = "site_full", 503;
    /// The foreign database cannot be reached.
    DirectoryUnavailable = "directory_unavailable", 503;
    /// The foreign database is not what the configuration says.
    DirectoryMisconfigured = "directory_misconfigured", 503;
    /// The stored password has a format that the realm does not know.
    UnsupportedHash = "unsupported_hash", 503;
    /// Too much to do right now.
    Busy = "busy", 503;
    /// The messenger is stopping, or the forum is closed for maintenance.
    Maintenance = "maintenance", 503;
    /// The messenger's own store cannot be reached.
    StoreUnavailable = "store_unavailable", 503;
    /// The messenger's own store has no room left.
    StoreFull = "store_full", 503;
    /// A defect or a broken store; the cause is in the source.
    Internal = "internal", 500;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// The acting user's.
    Yours,
    /// The other's.
    Theirs,
}

/// Facts beside the code, serialised as further members of the HTTP answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Extra {
    /// Whose limit was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whose: Option<Whose>,
    /// The limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// When a ban ends.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub until: Option<Timestamp>,
    /// The users that a name may mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<User>,
}

/// A call was refused or failed. `Display` is one sentence for people and holds no secret.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    detail: String,
    extra: Extra,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error with a sentence.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            extra: Extra::default(),
            source: None,
        }))
    }

    /// The stable reason.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Facts beside the code.
    #[must_use]
    pub fn extra(&self) -> &Extra {
        &self.0.extra
    }

    pub(crate) fn with_limit(mut self, whose: Whose, limit: u64) -> Self {
        self.0.extra.whose = Some(whose);
        self.0.extra.limit = Some(limit);
        self
    }

    pub(crate) fn with_max(mut self, limit: u64) -> Self {
        self.0.extra.limit = Some(limit);
        self
    }

    pub(crate) fn with_candidates(mut self, candidates: Vec<User>) -> Self {
        self.0.extra.candidates = candidates;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: std::time::Duration) -> Self {
        // Rounded up: whoever waits that long has waited long enough.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.0.extra.retry_after = Some(seconds.max(1));
        self
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(ErrorCode::Internal, detail)
    }

    /// What a refused sign-in tells its user. `now` turns the end of a lock into a waiting time.
    pub(crate) fn rejected(rejection: Rejection, now: Timestamp) -> Self {
        match rejection {
            Rejection::Inactive => {
                Self::new(ErrorCode::AccountInactive, "this account is deactivated")
            }
            Rejection::PendingActivation => Self::new(
                ErrorCode::AccountPending,
                "this account has not been activated yet",
            ),
            Rejection::Banned { until } => {
                let mut error = Self::new(ErrorCode::AccountBanned, "this account is banned");
                error.0.extra.until = until;
                error
            }
            Rejection::LockedOut { until } => {
                let wait = until
                    .and_then(|until| std::time::Duration::try_from(until - now).ok())
                    .unwrap_or(std::time::Duration::from_secs(60));
                Self::new(
                    ErrorCode::TooManyAttempts,
                    "too many wrong passwords; try again later",
                )
                .with_retry_after(wait)
            }
            Rejection::PasswordExpired => Self::new(
                ErrorCode::PasswordExpired,
                "the password must be changed first, where the account comes from",
            ),
            _ => Self::new(
                ErrorCode::InvalidCredentials,
                "unknown name or wrong password",
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let (code, detail) = match error {
            StoreError::Busy => (ErrorCode::Busy, "too much to do right now; try again"),
            StoreError::Unavailable(_) => (
                ErrorCode::StoreUnavailable,
                "the messenger's database cannot be reached",
            ),
            StoreError::Full => (
                ErrorCode::StoreFull,
                "the messenger has no room left: nothing is kept until its administrator makes some",
            ),
            _ => (ErrorCode::Internal, "the messenger's database failed"),
        };
        Self::new(code, detail).with_source(error)
    }
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        let (code, detail) = match &error {
            AuthError::Unavailable(_) => (
                ErrorCode::DirectoryUnavailable,
                "the accounts cannot be reached at the moment",
            ),
            AuthError::UnsupportedHash { .. } => (
                ErrorCode::UnsupportedHash,
                "the password of this account has a format that is not supported",
            ),
            AuthError::TooManyAttempts { .. } => (
                ErrorCode::TooManyAttempts,
                "too many attempts; try again later",
            ),
            AuthError::Busy(_) => (ErrorCode::Busy, "too much to do right now; try again"),
            AuthError::Closed(_) => (
                ErrorCode::Maintenance,
                "the forum is closed for maintenance; try again later",
            ),
            AuthError::Ambiguous(_) => (
                ErrorCode::DirectoryMisconfigured,
                "several accounts answer to this name where the accounts come from: whoever looks after them has to \
                 give all but one another name",
            ),
            _ => (
                ErrorCode::DirectoryMisconfigured,
                "the connection to the accounts is not set up properly",
            ),
        };
        let mut mapped = Self::new(code, detail);
        if let AuthError::TooManyAttempts { retry_after } = &error {
            mapped = mapped.with_retry_after(*retry_after);
        }
        mapped.with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_wait_is_told_in_whole_seconds_that_suffice() {
        let told = |wait| {
            let error = Error::new(ErrorCode::TooManyAttempts, "wait").with_retry_after(wait);
            error.extra().retry_after
        };
        assert_eq!(told(Duration::ZERO), Some(1));
        assert_eq!(told(Duration::from_millis(1_001)), Some(2));
        assert_eq!(told(Duration::from_secs(60)), Some(60));
    }

    #[test]
    fn a_name_of_two_accounts_is_told_as_what_it_is() {
        let error = Error::from(AuthError::ambiguous("two rows"));
        assert_eq!(error.code().as_str(), "directory_misconfigured");
        assert!(error.detail().contains("several accounts"), "{error}");
    }

    #[test]
    fn a_closed_forum_is_maintenance_and_no_outage() {
        let code = |error: AuthError| Error::from(error).code().as_str();
        assert_eq!(
            code(AuthError::closed("the board is closed")),
            "maintenance"
        );
        assert_eq!(
            code(AuthError::unavailable("connection refused")),
            "directory_unavailable"
        );
    }
}

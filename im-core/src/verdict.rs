//! The answer to a sign-in.

use std::fmt;

use crate::{ExternalUser, Timestamp};

/// Whether somebody may come in.
///
/// Let in on [`Accepted`](Self::Accepted) and on nothing else: a later version may know a third answer, such as a
/// second factor that is still wanted, and the arm `_` of a `match` must be a refusal.
///
/// ```
/// use im_core::Verdict;
///
/// fn answer(verdict: Verdict) -> String {
///     match verdict {
///         Verdict::Accepted(user) => format!("welcome, {}", user.shown_name()),
///         // What strangers may know; `reason` itself, also as text, is for the log.
///         Verdict::Rejected(reason) => reason.public_code().to_owned(),
///         _ => "invalid_credentials".to_owned(),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it says whether they may come in"]
#[non_exhaustive]
pub enum Verdict {
    /// Right name, right password, good standing.
    Accepted(Box<ExternalUser>),
    /// No, and why.
    Rejected(Rejection),
}

impl Verdict {
    /// Accepts `user`.
    pub fn accepted(user: ExternalUser) -> Self {
        Self::Accepted(Box::new(user))
    }
}

impl From<Rejection> for Verdict {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

/// Why somebody may not come in. `Display` is [`as_str`](Self::as_str).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// No account answers to the name. Tell strangers no more than [`Rejection::WrongPassword`].
    UnknownUser,
    /// The account exists, the password is wrong.
    WrongPassword,
    /// Deactivated or refused by an administrator.
    Inactive,
    /// Not activated yet: waits for an e-mail confirmation or an approval.
    PendingActivation,
    /// Banned, for ever or until a moment.
    Banned {
        /// When the ban ends; `None`: no end is set.
        until: Option<Timestamp>,
    },
    /// The product itself refuses sign-ins for now, after too many wrong passwords. Decided before the password.
    LockedOut {
        /// When the lock ends; `None`: not known.
        until: Option<Timestamp>,
    },
    /// Deleted, the row kept.
    Deleted,
    /// The password is right and must be changed in the product first.
    PasswordExpired,
}

impl Rejection {
    /// The stable name, as the command line's JSON prints it: `wrong_password`, `banned`, …
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown_user",
            Self::WrongPassword => "wrong_password",
            Self::Inactive => "inactive",
            Self::PendingActivation => "pending_activation",
            Self::Banned { .. } => "banned",
            Self::LockedOut { .. } => "locked_out",
            Self::Deleted => "deleted",
            Self::PasswordExpired => "password_expired",
        }
    }

    /// When a ban or a lock ends, where that is known.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Banned { until } | Self::LockedOut { until } => *until,
            _ => None,
        }
    }

    /// What may be told to whoever signs in, as the HTTP API's stable code: an unknown user, a wrong password and a
    /// deleted account are alike, so that a stranger cannot list members.
    #[must_use]
    pub fn public_code(&self) -> &'static str {
        match self {
            Self::UnknownUser | Self::WrongPassword | Self::Deleted => "invalid_credentials",
            Self::Inactive => "account_inactive",
            Self::PendingActivation => "account_pending",
            Self::Banned { .. } => "account_banned",
            Self::LockedOut { .. } => "too_many_attempts",
            Self::PasswordExpired => "password_expired",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

//! What went wrong when a question could not be answered.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The question could not be answered. Never a wrong password, never counted towards a lock-out.
///
/// What a program does with one:
///
/// | kind | to whoever signs in | to the administrator |
/// | --- | --- | --- |
/// | [`TooManyAttempts`](Self::TooManyAttempts) | "try again in a minute": HTTP 429 with `Retry-After` | nothing |
/// | temporary ([`is_temporary`](Self::is_temporary)) | "try again later": HTTP 503 | the sentence, if it lasts |
/// | any other | the same | the sentence and its [sources](StdError::source), at once: somebody has to change something |
///
/// `Display` is one line for an administrator: what, where, and what to do; the cause is in
/// [`source`](StdError::source). It never holds a password, a hash, a token or a connection's credentials.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthError {
    /// The foreign system cannot be reached, or did not answer in time.
    Unavailable(Detail),
    /// A table or column is missing or of the wrong kind: the detail says which.
    Schema(Detail),
    /// The account's stored password has a format that this realm does not know.
    UnsupportedHash {
        /// What the stored value looks like, such as `sha512-crypt` or `40 hex digits`. Never the value.
        format: String,
        /// Where it was found.
        detail: Detail,
    },
    /// The configuration is wrong: the detail says what, and what to write instead.
    Configuration(Detail),
    /// Two accounts answer to one name.
    Ambiguous(Detail),
    /// Refused before the password was looked at: too many attempts for this name or from this address.
    TooManyAttempts {
        /// How long to wait before the next try.
        retry_after: Duration,
    },
    /// Too much to do right now; try again.
    Busy(Detail),
    /// The foreign system is there and knows who asks, but its owner has closed it for a while, to all or to this
    /// account. Unlike [`Unavailable`](Self::Unavailable) it is an answer: nothing is down, and others may well get in.
    Closed(Detail),
    /// This authenticator cannot do that. Never a reason to end a session.
    Unsupported(Detail),
}

/// What an [`AuthError`] is about: a sentence, named facts, and the cause.
#[derive(Debug, Default)]
pub struct Detail {
    message: String,
    context: Vec<(&'static str, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Detail {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Named facts, in the order they were added: `("table", "phpbb_users")`.
    pub fn context(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.context
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (i, (name, value)) in self.context.iter().enumerate() {
            write!(f, "{}{name}: {value}", if i == 0 { " (" } else { ", " })?;
        }
        if self.context.is_empty() {
            Ok(())
        } else {
            f.write_str(")")
        }
    }
}

impl From<String> for Detail {
    fn from(message: String) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }
}

impl From<&str> for Detail {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

/// The kinds that have a detail, as a pattern for whichever way it is borrowed.
macro_rules! detailed {
    ($detail:ident) => {
        Self::Unavailable($detail)
            | Self::Schema($detail)
            | Self::UnsupportedHash {
                detail: $detail,
                ..
            }
            | Self::Configuration($detail)
            | Self::Ambiguous($detail)
            | Self::Busy($detail)
            | Self::Closed($detail)
            | Self::Unsupported($detail)
    };
}

impl AuthError {
    /// [`AuthError::Unavailable`] with a sentence.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::Unavailable(message.into().into())
    }
    /// [`AuthError::Schema`] with a sentence.
    #[must_use]
    pub fn schema(message: impl Into<String>) -> Self {
        Self::Schema(message.into().into())
    }
    /// [`AuthError::UnsupportedHash`]; `format` is what the stored value looks like, never the value.
    #[must_use]
    pub fn unsupported_hash(format: impl Into<String>) -> Self {
        Self::UnsupportedHash {
            format: format.into(),
            detail: Detail::default(),
        }
    }
    /// [`AuthError::Configuration`] with a sentence.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration(message.into().into())
    }
    /// [`AuthError::Ambiguous`] with a sentence.
    #[must_use]
    pub fn ambiguous(message: impl Into<String>) -> Self {
        Self::Ambiguous(message.into().into())
    }
    /// [`AuthError::Busy`] with a sentence.
    #[must_use]
    pub fn busy(message: impl Into<String>) -> Self {
        Self::Busy(message.into().into())
    }
    /// [`AuthError::Closed`] with a sentence.
    #[must_use]
    pub fn closed(message: impl Into<String>) -> Self {
        Self::Closed(message.into().into())
    }
    /// [`AuthError::Unsupported`]: `what` is the operation that is not supported.
    #[must_use]
    pub fn unsupported(what: impl fmt::Display) -> Self {
        Self::Unsupported(format!("{what} is not supported").into())
    }

    /// Adds a named fact, such as `("table", "phpbb_users")`. Values must hold no secret.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Some(detail) = self.detail_mut() {
            detail.context.push((name, value.into()));
        }
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        if let Some(detail) = self.detail_mut() {
            detail.source = Some(source.into());
        }
        self
    }

    /// Whether the same question may well be answered later without anyone changing the configuration.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_) | Self::Busy(_) | Self::Closed(_) | Self::TooManyAttempts { .. }
        )
    }

    /// The stable name of the kind, as the command line's JSON prints it: `unavailable`, `schema`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Schema(_) => "schema",
            Self::UnsupportedHash { .. } => "unsupported_hash",
            Self::Configuration(_) => "configuration",
            Self::Ambiguous(_) => "ambiguous",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::Busy(_) => "busy",
            Self::Closed(_) => "closed",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// The detail, if the kind has one.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        match self {
            detailed!(detail) => Some(detail),
            Self::TooManyAttempts { .. } => None,
        }
    }

    fn detail_mut(&mut self) -> Option<&mut Detail> {
        match self {
            detailed!(detail) => Some(detail),
            Self::TooManyAttempts { .. } => None,
        }
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(detail) => write!(f, "unavailable: {detail}"),
            Self::Schema(detail) => write!(f, "schema: {detail}"),
            Self::UnsupportedHash { format, detail } => {
                write!(f, "unsupported stored password format `{format}`{detail}")
            }
            Self::Configuration(detail) => write!(f, "configuration: {detail}"),
            Self::Ambiguous(detail) => write!(f, "ambiguous: {detail}"),
            Self::TooManyAttempts { retry_after } => {
                write!(
                    f,
                    "too many attempts; retry after {} s",
                    retry_after.as_secs()
                )
            }
            Self::Busy(detail) => write!(f, "busy: {detail}"),
            Self::Closed(detail) => write!(f, "closed: {detail}"),
            Self::Unsupported(detail) => write!(f, "unsupported: {detail}"),
        }
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.detail()
            .and_then(|detail| detail.source.as_deref())
            .map(|source| source as &(dyn StdError + 'static))
    }
}

use thiserror::Error;

/// Why a stored value could not be compared. Never a wrong password: that is
/// [`Outcome::Mismatch`](crate::Outcome::Mismatch).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// None of the policy's formats has this shape.
    #[error("the stored password has a format that is not accepted here: {shape}")]
    UnsupportedHash {
        /// What the stored value looks like, as [`describe`](crate::describe) says it; never the
        /// value.
        shape: String,
    },
    /// The stored value asks for more work or memory than
    /// [`CostLimits`](crate::CostLimits) allows. Nothing was computed.
    #[error("the stored password costs more than is allowed: {what}")]
    TooCostly {
        /// The cost that is over its limit, and the limit.
        what: String,
    },
    /// The only formats of this shape need a value that the attempt does not carry.
    #[error("the password format needs the account's {what}, which was not given")]
    Missing {
        /// `$salt`, `$username`, `$secret` or `$rounds`.
        what: &'static str,
    },
}

/// Why a new password could not be hashed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HashError {
    /// The operating system gave no random bytes.
    #[error("no random bytes for a salt: {0}")]
    Random(getrandom::Error),
    /// The password is longer than the algorithm takes (4 GiB).
    #[error("the password is too long to be hashed")]
    TooLong,
}

/// Why a word is not an input variant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct InputError {
    message: String,
}

impl InputError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Why a word is neither a format's name nor a formula.
///
/// Its text shows the line with a caret below the column:
///
/// ```
/// use im_password::Format;
///
/// let error = "md5(md5($pas).$salt)".parse::<Format>().unwrap_err();
/// assert_eq!(error.column(), 9);
/// assert_eq!(
///     error.to_string(),
///     "there is no value `$pas`: write $pass, $salt, $username, $secret or $rounds\n  \
///      md5(md5($pas).$salt)\n          ^"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    source: String,
    column: usize,
    message: String,
}

impl FormatError {
    /// How much of the line is shown on each side of the column.
    const WINDOW: usize = 40;

    /// `offset` is in bytes of `source` and may be its length: "at the end".
    pub(crate) fn new(source: &str, offset: usize, message: impl Into<String>) -> Self {
        let column = source
            .char_indices()
            .take_while(|(at, _)| *at < offset)
            .count()
            + 1;
        Self {
            source: source.to_owned(),
            column,
            message: message.into(),
        }
    }

    /// Where, in characters from 1; one more than the length means "at the end".
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong and what to write instead, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = self.column - 1;
        let first = at.saturating_sub(Self::WINDOW);
        let shown: String = self
            .source
            .chars()
            .skip(first)
            .take(2 * Self::WINDOW)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let cut = if first > 0 { "…" } else { "" };
        let caret = at - first + cut.chars().count() + 1;
        write!(f, "{}\n  {cut}{shown}\n  {:>caret$}", self.message, '^')
    }
}

impl std::error::Error for FormatError {}

//! What is wrong in a description, and where.

use std::fmt;

use im_core::AuthError;

/// Why a text is no description of a system: the file, the line, the key, and what to write instead.
///
/// ```
/// use im_auth_sql::spec::SystemSpec;
///
/// let error = SystemSpec::parse("id = \"portal\"\nnmae = \"Portal\"\n", "portal.toml").unwrap_err();
/// assert_eq!(error.line(), Some(2));
/// assert!(error.to_string().starts_with("portal.toml:2: "), "{error}");
/// assert!(error.to_string().contains("did you mean `name`?"), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    file: String,
    line: Option<usize>,
    key: String,
    message: String,
}

impl SpecError {
    pub(super) fn new(
        file: &str,
        line: Option<usize>,
        key: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            line,
            key: key.into(),
            message: message.into(),
        }
    }

    /// The file's name, as it was given.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1; `None` where the whole file is meant.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The key, such as `user.select`; empty where the whole file is meant.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong and what to write instead, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for SpecError {}

impl From<SpecError> for AuthError {
    fn from(error: SpecError) -> Self {
        Self::configuration(error.to_string())
    }
}

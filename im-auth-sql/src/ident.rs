//! Names in SQL: the only way a name that is not written in the program gets into a statement.

use std::fmt;
use std::str::FromStr;

use im_core::AuthError;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// MySQL's limit on the name of a table or column, in characters.
const LONGEST: usize = 64;

/// The start of a product's table names, as its own configuration has it: `phpbb_`, `phorum`, or nothing.
///
/// `[A-Za-z0-9_$-]{0,64}`; anything else is refused before it comes near a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Prefix(String);

impl Prefix {
    /// Checks and takes a prefix.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when it is not `[A-Za-z0-9_$-]{0,64}`.
    pub fn new(prefix: impl Into<String>) -> Result<Self, AuthError> {
        let prefix = prefix.into();
        if is_name(&prefix) {
            Ok(Self(prefix))
        } else {
            Err(AuthError::configuration(format!(
                "the table prefix {prefix:?} must be at most {LONGEST} of A-Z a-z 0-9 _ $ -"
            )))
        }
    }

    /// The table whose name is this prefix and then `name`: `phpbb_` and `users`, `phorum` and `_users`.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when the whole is no [`Ident`].
    pub fn table(&self, name: &str) -> Result<Ident, AuthError> {
        Ident::new(format!("{}{name}", self.0))
    }

    /// The prefix as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Prefix {
    type Err = AuthError;
    fn from_str(prefix: &str) -> Result<Self, Self::Err> {
        Self::new(prefix)
    }
}

impl TryFrom<String> for Prefix {
    type Error = AuthError;
    fn try_from(prefix: String) -> Result<Self, Self::Error> {
        Self::new(prefix)
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // The sentence alone: whoever reads a configuration says what kind of error it is.
        Self::new(String::deserialize(from)?).map_err(|error| {
            let sentence = error.detail().map(|detail| detail.message().to_owned());
            D::Error::custom(sentence.unwrap_or_else(|| error.to_string()))
        })
    }
}

/// The name of a table or a column: `[A-Za-z0-9_$-]{1,64}`.
///
/// `Display` writes it quoted, ready for [`Statement::new`](crate::Statement::new); every engine gets the quotes it wants.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident(String);

impl Ident {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`AuthError::Configuration`] when it is not `[A-Za-z0-9_$-]{1,64}`.
    pub fn new(name: impl Into<String>) -> Result<Self, AuthError> {
        let name = name.into();
        if !name.is_empty() && is_name(&name) {
            Ok(Self(name))
        } else {
            Err(AuthError::configuration(format!(
                "{name:?} is no name of a table or column: 1 to {LONGEST} of A-Z a-z 0-9 _ $ -"
            )))
        }
    }

    /// The bare name, without quotes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl FromStr for Ident {
    type Err = AuthError;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().all(is_name_byte)
}

pub(crate) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefixes_that_products_write_are_taken() {
        for prefix in ["", "phpbb_", "phorum", "a-b$c_1", &"x".repeat(64)] {
            assert_eq!(Prefix::new(prefix).unwrap().as_str(), prefix);
        }
    }

    #[test]
    fn a_prefix_that_could_leave_its_quotes_is_refused() {
        for prefix in [
            "a`b",
            "a b",
            "a;b",
            "a.b",
            "a'",
            "a\"",
            "ä",
            "a\\",
            "a\0",
            "a\n",
            &"x".repeat(65),
        ] {
            let error = Prefix::new(prefix).unwrap_err();
            assert_eq!(error.kind(), "configuration", "{prefix:?}");
        }
    }

    #[test]
    fn a_table_is_the_prefix_and_a_name() {
        assert_eq!(
            Prefix::new("phpbb_")
                .unwrap()
                .table("users")
                .unwrap()
                .as_str(),
            "phpbb_users"
        );
        assert_eq!(
            Prefix::new("phorum")
                .unwrap()
                .table("_users")
                .unwrap()
                .to_string(),
            "`phorum_users`"
        );
        assert!(
            Prefix::new("x".repeat(60)).unwrap().table("users").is_err(),
            "longer than a name may be"
        );
        assert!(Ident::new("").is_err());
    }
}

//! What is bound to a statement's parameters.

use std::fmt;

/// A value for a named parameter. Always bound, never written into SQL.
///
/// Bind what the column is: a text compared with a numeric column is read as a number by MySQL (`'12abc'` is 12),
/// and a number compared with a text column matches every text that starts with no digit.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Text, in the database's character set or in that of the
    /// [`charset`](crate::DatabaseConfig::charset) option. What the column cannot hold equals nothing in it.
    Text(String),
    /// Bytes, for a binary column.
    Bytes(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// NULL, which equals nothing.
    Null,
    /// NULL where a text is looked for. PostgreSQL has to know the type: the one that it would choose may be a domain
    /// without NULL, such as that of phpBB 3's names.
    NoText,
}

/// Says only what kind it is: values are what people typed.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Int(_) => "Int(…)",
            Self::Null => "Null",
            Self::NoText => "NoText",
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

//! How a stored value holds the digest and what belongs to it, where the digest is only a part:
//! `"$hash:$salt"`, `php(hash,salt)`, `json(hash)`.

mod json;
mod php;
mod text;

use std::borrow::Cow;
use std::fmt;

use crate::FormatError;
use text::Part;

/// Checked when it is read: it holds the digest once, and any stored value fits it in one way.
pub(crate) enum Template {
    Text(Vec<Part>),
    /// A serialised PHP array with these keys.
    Php {
        hash: String,
        salt: Option<String>,
    },
    /// A JSON object with these keys.
    Json {
        hash: String,
        salt: Option<String>,
    },
}

/// A stored value taken apart.
#[derive(Default)]
pub(crate) struct Taken<'a> {
    pub(crate) hash: Cow<'a, [u8]>,
    pub(crate) salt: Option<Cow<'a, [u8]>>,
    pub(crate) username: Option<&'a [u8]>,
    pub(crate) rounds: Option<u32>,
}

/// Stands for a salt or name of no fixed length: as long as products make salts.
const BLANK: &[u8] = b"00000000";

impl Template {
    /// `at` is where the text's quotes begin in `source`; `hash_len` how long the digest is, if it
    /// always is.
    pub(crate) fn text(
        source: &str,
        at: usize,
        text: &[u8],
        hash_len: Option<usize>,
    ) -> Result<Self, FormatError> {
        text::parse(source, at, text, hash_len).map(Self::Text)
    }

    /// Strict: `None` for a stored value that does not fit. `is_hash` tells a digest's part.
    pub(crate) fn take<'a>(
        &self,
        stored: &'a [u8],
        is_hash: impl Fn(&[u8]) -> bool,
    ) -> Option<Taken<'a>> {
        match self {
            Self::Text(parts) => text::take(parts, stored, is_hash),
            Self::Php { hash, salt } => php::take(hash, salt.as_deref(), stored),
            Self::Json { hash, salt } => json::take(hash, salt.as_deref(), stored),
        }
    }

    /// A value that fits, with this digest and nothing of an account.
    pub(crate) fn blank(&self, taken: &Taken<'_>, hash: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Text(parts) => text::blank(parts, taken, &hash),
            Self::Php { hash: key, salt } => php::array([
                Some((key, &hash[..])),
                salt.as_ref().map(|key| (key, BLANK)),
            ]),
            Self::Json { hash: key, salt } => json::object([
                Some((key, &hash[..])),
                salt.as_ref().map(|key| (key, BLANK)),
            ]),
        }
    }

    /// What the stored value itself tells.
    pub(crate) fn gives(&self) -> Vec<&'static str> {
        match self {
            Self::Text(parts) => parts.iter().filter_map(Part::gives).collect(),
            Self::Php { salt, .. } | Self::Json { salt, .. } => {
                salt.iter().map(|_| "$salt").collect()
            }
        }
    }

    /// What is compared with a part of the stored value.
    pub(crate) fn needs(&self) -> Vec<&'static str> {
        match self {
            Self::Text(parts) if parts.contains(&Part::Username) => vec!["$username"],
            _ => Vec::new(),
        }
    }

    /// In plain words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text(parts) => format!("stored as `{}`", text::spelling(parts)),
            Self::Php { .. } => "in a serialised PHP array".to_owned(),
            Self::Json { .. } => "in a JSON object".to_owned(),
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, hash, salt) = match self {
            Self::Text(parts) => return text::write(parts, f),
            Self::Php { hash, salt } => ("php", hash, salt),
            Self::Json { hash, salt } => ("json", hash, salt),
        };
        match salt {
            Some(salt) => write!(f, "{name}({hash},{salt})"),
            None => write!(f, "{name}({hash})"),
        }
    }
}

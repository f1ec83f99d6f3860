//! What a key of a configuration file says, and how sure that is.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::secret::Secret;

/// What a key says.
///
/// Three questions: [is there a value](Text::value), [is it computed when the product runs](Text::computed), and
/// [may it be another one](Text::doubt). A value that is computed, with a fallback written in the file, has a value
/// *and* says what computes it.
#[derive(Clone)]
pub struct Text {
    pub(crate) value: Option<Arc<Secret>>,
    pub(crate) computed: Option<String>,
    pub(crate) doubt: Option<Doubt>,
    pub(crate) line: u32,
}

impl Text {
    /// The value that stands in the file; for a [computed](Text::computed) one the fallback, if one stands there.
    pub fn value(&self) -> Option<&Secret> {
        self.value.as_deref()
    }

    /// The value as text that is wiped when dropped; `None` without a value, or when it is not UTF-8.
    pub fn text(&self) -> Option<Zeroizing<String>> {
        self.value().and_then(Secret::to_text)
    }

    /// What the product computes the value from while it runs, such as `getenv('WORDPRESS_DB_PASSWORD')`: the owner
    /// must look there. `None`: the value stands in the file.
    pub fn computed(&self) -> Option<&str> {
        self.computed.as_deref()
    }

    /// Why another value may be in force, if so.
    pub fn doubt(&self) -> Option<Doubt> {
        self.doubt
    }

    /// Whether the value stands in the file and is in force beyond doubt.
    pub fn is_certain(&self) -> bool {
        self.value.is_some() && self.computed.is_none() && self.doubt.is_none()
    }

    /// The line it was set on, from 1; 0 where the language's reader does not tell.
    pub fn line(&self) -> u32 {
        self.line
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text")
            .field("value", &self.value)
            .field("computed", &self.computed)
            .field("doubt", &self.doubt)
            .field("line", &self.line)
            .finish()
    }
}

/// Why the value of a key may be another one than the file seems to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// Set inside an `if`, a `switch` or a `catch`: whether it is in force depends on something that is not in the file.
    Branch {
        /// The line of the branch.
        line: u32,
    },
    /// Set inside a loop.
    Loop {
        /// The line of the loop.
        line: u32,
    },
    /// Set inside a method that may run or not.
    Method {
        /// The line of the method.
        line: u32,
    },
    /// The key has a `*`, and several entries match; this is the first.
    Several,
    /// The file is a template, and parts of it are only made when the product runs.
    Template,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch { line } => write!(f, "it is set under a condition on line {line}"),
            Self::Loop { line } => write!(f, "it is set in a loop on line {line}"),
            Self::Method { line } => write!(f, "it is set in a method on line {line}"),
            Self::Several => f.write_str("it is the first of several"),
            Self::Template => f.write_str("parts of the file are made when the product runs"),
        }
    }
}

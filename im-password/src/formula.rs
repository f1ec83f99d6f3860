//! Formulas in hashcat's notation: `md5(md5($pass).$salt)`.
//!
//! [`lex`] makes words of the text, [`parse`] a tree of the words, [`check`] refuses trees that
//! would be unsafe or endless and finds out what the result looks like, [`eval`] computes it.

mod check;
mod eval;
mod hash;
mod lex;
mod parse;

use std::fmt;

pub(crate) use hash::Hash;

use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{FormatError, VerifyError, compare};
use check::{Class, Piece};

/// The longest formula, in bytes. The longest one in use anywhere has about 60.
const LONGEST: usize = 512;

/// How deep calls and parentheses may nest.
const DEEPEST: usize = 16;

/// One of the values of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Pass,
    Salt,
    Username,
    Secret,
}

impl Value {
    const ALL: [Self; 4] = [Self::Pass, Self::Salt, Self::Username, Self::Secret];

    fn name(self) -> &'static str {
        match self {
            Self::Pass => "$pass",
            Self::Salt => "$salt",
            Self::Username => "$username",
            Self::Secret => "$secret",
        }
    }
}

/// A function from bytes to bytes that is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Map {
    /// ASCII letters to lower case, other bytes as they are (PHP's `strtolower`).
    Lower,
    /// ASCII letters to upper case.
    Upper,
    /// Without leading and trailing white space and NUL (PHP's `trim`).
    Trim,
    /// Lower-case hex digits.
    Hex,
    /// Base64 with padding.
    Base64,
    /// UTF-8 to UTF-16, little endian; bytes that are not UTF-8 one by one.
    Utf16Le,
}

impl Map {
    const ALL: [Self; 6] = [
        Self::Lower,
        Self::Upper,
        Self::Trim,
        Self::Hex,
        Self::Base64,
        Self::Utf16Le,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Trim => "trim",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Utf16Le => "utf16le",
        }
    }
}

/// A part of a formula and where it begins, in bytes of the text.
#[derive(Debug, Clone)]
struct Node {
    at: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Value(Value),
    Literal(Vec<u8>),
    Concat(Vec<Node>),
    /// Lower-case hex digits of a digest.
    Digest(Hash, Box<Node>),
    /// Lower-case hex digits of a keyed digest.
    Hmac {
        hash: Hash,
        key: Box<Node>,
        data: Box<Node>,
    },
    /// The bytes of the digest or keyed digest inside, instead of its hex digits.
    Raw(Box<Node>),
    Map(Map, Box<Node>),
    /// Bytes from `start` on, at most `length`.
    Substr {
        of: Box<Node>,
        start: usize,
        length: Option<usize>,
    },
}

/// A checked formula. Equal to another when their plainest spellings are equal.
pub(crate) struct Formula {
    text: String,
    root: Node,
    /// What the result looks like, from left to right.
    pieces: Vec<Piece>,
    needs: Vec<&'static str>,
}

/// Whether `md5` and the like: a digest that takes one argument.
pub(crate) fn is_digest(name: &str) -> bool {
    Hash::by_name(name).is_some()
}

impl Formula {
    pub(crate) fn parse(source: &str) -> Result<Self, FormatError> {
        let root = parse::parse(source)?;
        let pieces = check::check(source, &root)?;
        let needs = Value::ALL
            .into_iter()
            .filter(|value| *value != Value::Pass && check::uses(&root, *value))
            .map(Value::name)
            .collect();
        Ok(Self {
            text: root.to_string(),
            root,
            pieces,
            needs,
        })
    }

    pub(crate) fn needs(&self) -> &[&'static str] {
        &self.needs
    }

    pub(crate) fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        check::fits(&self.pieces, stored).then(|| {
            Box::new(Stored {
                formula: self,
                stored,
            }) as Box<dyn Recognised + 'a>
        })
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Formula {}

impl std::hash::Hash for Formula {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Stored<'a> {
    formula: &'a Formula,
    stored: &'a [u8],
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        self.formula.text.clone()
    }

    fn blank(&self) -> Vec<u8> {
        check::blank(&self.formula.pieces, self.stored.len())
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let mut computed = eval::eval(&self.formula.root, material);
        if let [Piece::Text(Class::Hex, _)] = self.formula.pieces[..] {
            // Hex digits stand for bytes, so their letter case says nothing.
            computed.make_ascii_lowercase();
            return compare::equal(&computed, &self.stored.to_ascii_lowercase());
        }
        compare::equal(&computed, self.stored)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Value(value) => f.write_str(value.name()),
            Kind::Literal(bytes) => {
                f.write_str("\"")?;
                for byte in bytes {
                    match byte {
                        b'"' | b'\\' => write!(f, "\\{}", char::from(*byte))?,
                        b' '..=b'~' => write!(f, "{}", char::from(*byte))?,
                        _ => write!(f, "\\x{byte:02x}")?,
                    }
                }
                f.write_str("\"")
            }
            Kind::Concat(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(".")?;
                    }
                    write!(f, "{part}")?;
                }
                Ok(())
            }
            Kind::Digest(hash, of) => write!(f, "{}({of})", hash.name()),
            Kind::Hmac { hash, key, data } => write!(f, "hmac-{}(key={key},{data})", hash.name()),
            Kind::Raw(of) => write!(f, "raw({of})"),
            Kind::Map(map, of) => write!(f, "{}({of})", map.name()),
            Kind::Substr {
                of,
                start,
                length: None,
            } => write!(f, "substr({of},{start})"),
            Kind::Substr {
                of,
                start,
                length: Some(length),
            } => {
                write!(f, "substr({of},{start},{length})")
            }
        }
    }
}

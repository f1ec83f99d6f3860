//! Formulas in hashcat's notation: `md5(md5($pass).$salt)`.
//!
//! [`lex`] makes words of the text, [`parse`] a tree of the words, [`check`] refuses trees that
//! would be unsafe or endless, [`pieces`] finds out what the result looks like, [`eval`] computes
//! it, [`words`] says it in plain words.

mod check;
mod eval;
mod hash;
mod lex;
mod parse;
mod pieces;
mod words;

use std::fmt;

use zeroize::Zeroizing;

pub(crate) use hash::Hash;
pub(crate) use lex::quoted;
pub(crate) use parse::{Base, Parsed, parse};

use crate::cost::{CostLimits, at_most};
use crate::format::{Material, Recognised};
use crate::{FormatError, VerifyError, compare};
use pieces::{Class, Piece};

/// The longest format, in bytes. The longest one in use anywhere has about 100.
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
    /// How many rounds, in decimal digits.
    Rounds,
    /// The result so far, within a `repeat`.
    Step,
}

impl Value {
    const ALL: [Self; 6] = [
        Self::Pass,
        Self::Salt,
        Self::Username,
        Self::Secret,
        Self::Rounds,
        Self::Step,
    ];

    /// What an account may lack.
    const NEEDS: [Self; 4] = [Self::Salt, Self::Username, Self::Secret, Self::Rounds];

    fn name(self) -> &'static str {
        match self {
            Self::Pass => "$pass",
            Self::Salt => "$salt",
            Self::Username => "$username",
            Self::Secret => "$secret",
            Self::Rounds => "$rounds",
            Self::Step => "$value",
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
    /// UTF-8 in lower case, character by character; of bytes that are not UTF-8 the ASCII letters
    /// (PHP's `mb_strtolower`, before 8.3 without the Greek sigma at the end of words).
    LowerUtf8,
    /// Without leading and trailing white space and NUL (PHP's `trim`).
    Trim,
    /// Lower-case hex digits.
    Hex,
    /// The bytes that hex digits stand for; nothing when they are no hex digits.
    Unhex,
    /// Base64 with padding.
    Base64,
    /// The bytes that base64 stands for, with or without padding; nothing when it is none.
    Unbase64,
    /// UTF-8 to UTF-16, little endian; bytes that are not UTF-8 one by one.
    Utf16Le,
}

impl Map {
    const ALL: [Self; 9] = [
        Self::Lower,
        Self::Upper,
        Self::LowerUtf8,
        Self::Trim,
        Self::Hex,
        Self::Unhex,
        Self::Base64,
        Self::Unbase64,
        Self::Utf16Le,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::LowerUtf8 => "lower-utf8",
            Self::Trim => "trim",
            Self::Hex => "hex",
            Self::Unhex => "unhex",
            Self::Base64 => "base64",
            Self::Unbase64 => "unbase64",
            Self::Utf16Le => "utf16le",
        }
    }
}

/// How often something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Fixed(u32),
    /// `$rounds`
    Rounds,
}

impl Count {
    /// 0 where the account has no number.
    fn get(self, rounds: Option<u32>) -> u32 {
        match self {
            Self::Fixed(count) => count,
            Self::Rounds => rounds.unwrap_or(0),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(count) => count.fmt(f),
            Self::Rounds => f.write_str("$rounds"),
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
    /// Lower-case hex digits of PBKDF2 with HMAC.
    Pbkdf2 {
        hash: Hash,
        salt: Box<Node>,
        rounds: Count,
        /// Bytes of the result.
        length: usize,
        of: Box<Node>,
    },
    /// `step` over and over, each time with the result before as `$value`; first with `first`.
    Repeat {
        count: Count,
        first: Box<Node>,
        step: Box<Node>,
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

impl Node {
    /// The parts directly inside.
    fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Value(_) | Kind::Literal(_) => Vec::new(),
            Kind::Concat(parts) => parts.iter().collect(),
            Kind::Hmac { key, data, .. } => vec![key, data],
            Kind::Pbkdf2 { salt, of, .. } => vec![salt, of],
            Kind::Repeat { first, step, .. } => vec![first, step],
            Kind::Digest(_, of) | Kind::Raw(of) | Kind::Map(_, of) | Kind::Substr { of, .. } => {
                vec![of]
            }
        }
    }

    /// What [`Kind::Raw`] may hold.
    fn is_digest(&self) -> bool {
        matches!(
            self.kind,
            Kind::Digest(..) | Kind::Hmac { .. } | Kind::Pbkdf2 { .. }
        )
    }

    /// Whether a value occurs in it.
    fn uses(&self, value: Value) -> bool {
        let own = match self.kind {
            Kind::Value(own) => own == value,
            Kind::Repeat {
                count: Count::Rounds,
                ..
            }
            | Kind::Pbkdf2 {
                rounds: Count::Rounds,
                ..
            } => value == Value::Rounds,
            _ => false,
        };
        own || self.parts().into_iter().any(|part| part.uses(value))
    }
}

/// A checked formula. Equal to another when their plainest spellings are equal.
pub(crate) struct Formula {
    text: String,
    root: Node,
    /// What the result looks like, from left to right.
    pieces: Vec<Piece>,
    needs: Vec<&'static str>,
    work: check::Work,
}

/// What a formula's result is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is compared with the stored value.
    Compared,
    /// A named format takes it instead of the password.
    Password,
}

/// Whether `md5` and the like: a digest that takes one argument.
pub(crate) fn is_digest(name: &str) -> bool {
    Hash::by_name(name).is_some()
}

impl Formula {
    fn new(source: &str, root: Node, role: Role) -> Result<Self, FormatError> {
        let (pieces, work) = check::check(source, &root, role)?;
        let needs = Value::NEEDS
            .into_iter()
            .filter(|value| root.uses(*value))
            .map(Value::name)
            .collect();
        Ok(Self {
            text: root.to_string(),
            root,
            pieces,
            needs,
            work,
        })
    }

    /// `$salt`, `$username`, `$secret` and `$rounds`, as far as it uses them.
    pub(crate) fn needs(&self) -> &[&'static str] {
        &self.needs
    }

    /// The length of every result, if it is the same for all.
    pub(crate) fn len(&self) -> Option<usize> {
        self.pieces.iter().map(Piece::len).sum()
    }

    /// Whether it is computed at once, and equal for all accounts with equal passwords.
    pub(crate) fn is_weak(&self) -> bool {
        let own = self.root.uses(Value::Salt) || self.root.uses(Value::Username);
        !own && !self.work.is_slow()
    }

    /// In plain words: "MD5 of the password".
    pub(crate) fn words(&self) -> String {
        words::words(&self.root)
    }

    pub(crate) fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        pieces::fits(&self.pieces, stored).then(|| {
            Box::new(Stored {
                formula: self,
                stored,
            }) as Box<dyn Recognised + 'a>
        })
    }

    pub(crate) fn compute(&self, material: &Material<'_>) -> Zeroizing<Vec<u8>> {
        eval::eval(&self.root, material)
    }

    /// Whether the limits allow that many rounds.
    pub(crate) fn allowed(
        &self,
        rounds: Option<u32>,
        limits: &CostLimits,
    ) -> Result<(), VerifyError> {
        let (repeat, pbkdf2) = self.work.total(rounds);
        at_most("repeated digests", repeat, limits.repeat_rounds)?;
        at_most("pbkdf2 rounds", pbkdf2, limits.pbkdf2_rounds)
    }

    /// Whether these values can give a result at all: no round is no digest.
    pub(crate) fn has_rounds(&self, material: &Material<'_>) -> bool {
        material.rounds != Some(0) || !self.needs.contains(&Value::Rounds.name())
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
        pieces::blank(&self.formula.pieces, self.stored.len())
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.formula.allowed(None, limits)
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        self.formula.allowed(Some(rounds), limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        if !self.formula.has_rounds(material) {
            return false;
        }
        let mut computed = self.formula.compute(material);
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
            Kind::Literal(bytes) => f.write_str(&quoted(bytes)),
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
            Kind::Pbkdf2 {
                hash,
                salt,
                rounds,
                length,
                of,
            } => write!(
                f,
                "pbkdf2-{}(salt={salt},rounds={rounds},length={length},{of})",
                hash.name()
            ),
            Kind::Repeat { count, first, step } => write!(f, "repeat({count},{first},{step})"),
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

//! A formula as a tree.

use std::fmt;

use super::{Hash, quoted};

/// One of the values of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
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
    pub(super) const ALL: [Self; 6] = [
        Self::Pass,
        Self::Salt,
        Self::Username,
        Self::Secret,
        Self::Rounds,
        Self::Step,
    ];

    /// What an account may lack.
    pub(super) const NEEDS: [Self; 4] = [Self::Salt, Self::Username, Self::Secret, Self::Rounds];

    pub(super) fn name(self) -> &'static str {
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
pub(super) enum Map {
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
    pub(super) const ALL: [Self; 9] = [
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

    pub(super) fn name(self) -> &'static str {
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
pub(super) enum Count {
    Fixed(u32),
    /// `$rounds`
    Rounds,
}

impl Count {
    /// 0 where the account has no number.
    pub(super) fn get(self, rounds: Option<u32>) -> u32 {
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
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
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
    pub(super) fn parts(&self) -> Vec<&Self> {
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
    pub(super) fn is_digest(&self) -> bool {
        matches!(
            self.kind,
            Kind::Digest(..) | Kind::Hmac { .. } | Kind::Pbkdf2 { .. }
        )
    }

    /// Whether a value occurs in it.
    pub(super) fn uses(&self, value: Value) -> bool {
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

//! What a formula must not be, and what its results look like.

use super::{Kind, Map, Node, Value};
use crate::FormatError;

/// The digits of a digest that must be compared at least: 16 hex digits, as some products store.
const FEWEST_DIGEST_BYTES: usize = 8;

/// How many bytes a formula may make of one byte of its values.
const MOST_GROWTH: usize = 64;

/// How many bytes a formula may make of its texts and digests.
const MOST_CONSTANT: usize = 64 * 1024;

/// A part of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(Vec<u8>),
    /// So many characters of a class.
    Text(Class, usize),
    /// Bytes whose number depends on the account.
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Hex,
    Base64,
    Byte,
}

impl Class {
    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Base64 => byte.is_ascii_alphanumeric() || b"+/=".contains(&byte),
            Self::Byte => true,
        }
    }

    fn blank(self) -> u8 {
        match self {
            Self::Hex => b'0',
            Self::Base64 => b'A',
            Self::Byte => 0,
        }
    }
}

impl Piece {
    /// `None`: it depends.
    fn len(&self) -> Option<usize> {
        match self {
            Self::Literal(bytes) => Some(bytes.len()),
            Self::Text(_, len) => Some(*len),
            Self::Any => None,
        }
    }

    fn fits(&self, stored: &[u8]) -> bool {
        match self {
            Self::Literal(bytes) => bytes == stored,
            Self::Text(class, len) => {
                stored.len() == *len && stored.iter().all(|byte| class.holds(*byte))
            }
            Self::Any => true,
        }
    }
}

/// Refuses unsafe and endless formulas; otherwise the pieces of the result.
pub(super) fn check(source: &str, root: &Node) -> Result<Vec<Piece>, FormatError> {
    if let Some(at) = clear(root) {
        return Err(FormatError::new(
            source,
            at,
            "here $pass stays clear text: put it into a digest, such as md5($pass), or name the \
             format `plain`",
        ));
    }
    if !uses(root, Value::Pass) {
        return Err(FormatError::new(
            source,
            root.at,
            "the formula does not use $pass: every password would be right",
        ));
    }
    size(source, root)?;
    let pieces = pieces(source, root)?;
    if digest_bytes(root) < FEWEST_DIGEST_BYTES {
        return Err(FormatError::new(
            source,
            root.at,
            format!(
                "too little of a digest of $pass is left in the result: at least \
                 {FEWEST_DIGEST_BYTES} bytes or {} hex digits are compared",
                2 * FEWEST_DIGEST_BYTES
            ),
        ));
    }
    Ok(pieces)
}

/// Whether a value occurs in it.
pub(super) fn uses(node: &Node, value: Value) -> bool {
    match &node.kind {
        Kind::Value(own) => *own == value,
        Kind::Literal(_) => false,
        Kind::Concat(parts) => parts.iter().any(|part| uses(part, value)),
        Kind::Hmac { key, data, .. } => uses(key, value) || uses(data, value),
        Kind::Digest(_, of) | Kind::Raw(of) | Kind::Map(_, of) | Kind::Substr { of, .. } => {
            uses(of, value)
        }
    }
}

/// Where the password gets into the result without a digest.
fn clear(node: &Node) -> Option<usize> {
    match &node.kind {
        Kind::Value(value) => (*value == Value::Pass).then_some(node.at),
        Kind::Literal(_) | Kind::Digest(..) | Kind::Hmac { .. } | Kind::Raw(_) => None,
        Kind::Concat(parts) => parts.iter().find_map(clear),
        Kind::Map(_, of) | Kind::Substr { of, .. } => clear(of),
    }
}

/// How many bytes of digests of the password reach the result at least. Without clear text that
/// is all that keeps other passwords out.
fn digest_bytes(node: &Node) -> usize {
    match &node.kind {
        Kind::Value(_) | Kind::Literal(_) => 0,
        Kind::Concat(parts) => parts.iter().map(digest_bytes).sum(),
        Kind::Digest(hash, _) | Kind::Hmac { hash, .. } => {
            if uses(node, Value::Pass) {
                hash.len()
            } else {
                0
            }
        }
        Kind::Raw(of) | Kind::Map(_, of) => digest_bytes(of),
        Kind::Substr { of, start, length } => {
            // Half a byte a character when it is cut out of hex digits, one otherwise. Cut out of
            // something longer, any of it may be left out.
            let per_byte = match &of.kind {
                Kind::Digest(..) | Kind::Hmac { .. } => 2,
                Kind::Raw(_) => 1,
                _ => return 0,
            };
            let left = (digest_bytes(of) * per_byte).saturating_sub(*start);
            length.map_or(left, |length| left.min(length)) / per_byte
        }
    }
}

/// The most bytes a part makes: so many for each byte of its values, and so many besides.
struct Size {
    growth: usize,
    constant: usize,
}

fn size(source: &str, node: &Node) -> Result<Size, FormatError> {
    let result = match &node.kind {
        Kind::Value(_) => Size {
            growth: 1,
            constant: 0,
        },
        Kind::Literal(bytes) => Size {
            growth: 0,
            constant: bytes.len(),
        },
        Kind::Concat(parts) => {
            let mut sum = Size {
                growth: 0,
                constant: 0,
            };
            for part in parts {
                let part = size(source, part)?;
                sum.growth += part.growth;
                sum.constant += part.constant;
            }
            sum
        }
        Kind::Digest(hash, of) => {
            size(source, of)?;
            Size {
                growth: 0,
                constant: 2 * hash.len(),
            }
        }
        Kind::Hmac { hash, key, data } => {
            size(source, key)?;
            size(source, data)?;
            Size {
                growth: 0,
                constant: 2 * hash.len(),
            }
        }
        Kind::Raw(of) | Kind::Substr { of, .. } => size(source, of)?,
        Kind::Map(map, of) => {
            let of = size(source, of)?;
            match map {
                Map::Lower | Map::Upper | Map::Trim => of,
                Map::Hex | Map::Base64 | Map::Utf16Le => Size {
                    growth: 2 * of.growth,
                    constant: 2 * of.constant + 4,
                },
            }
        }
    };
    if result.growth > MOST_GROWTH || result.constant > MOST_CONSTANT {
        return Err(FormatError::new(
            source,
            node.at,
            format!("this makes more than {MOST_GROWTH} bytes of one: write it shorter"),
        ));
    }
    Ok(result)
}

fn pieces(source: &str, node: &Node) -> Result<Vec<Piece>, FormatError> {
    Ok(match &node.kind {
        Kind::Value(_) => vec![Piece::Any],
        Kind::Literal(bytes) => vec![Piece::Literal(bytes.clone())],
        Kind::Concat(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(pieces(source, part)?);
            }
            all
        }
        Kind::Digest(hash, of) => {
            pieces(source, of)?;
            vec![Piece::Text(Class::Hex, 2 * hash.len())]
        }
        Kind::Hmac { hash, key, data } => {
            pieces(source, key)?;
            pieces(source, data)?;
            vec![Piece::Text(Class::Hex, 2 * hash.len())]
        }
        Kind::Raw(of) => pieces(source, of)?
            .iter()
            .map(|piece| match piece {
                Piece::Text(Class::Hex, digits) => Piece::Text(Class::Byte, digits / 2),
                other => other.clone(),
            })
            .collect(),
        Kind::Map(map, of) => map_pieces(*map, pieces(source, of)?),
        Kind::Substr { of, start, length } => {
            let of = pieces(source, of)?;
            let total: Option<usize> = of.iter().map(Piece::len).sum();
            let Some(total) = total else {
                return Ok(vec![Piece::Any]);
            };
            if *start >= total {
                return Err(FormatError::new(
                    source,
                    node.at,
                    format!("this is always empty: the value has {total} characters"),
                ));
            }
            let left = length.unwrap_or(total).min(total - start);
            match of[..] {
                [Piece::Text(class, _)] => vec![Piece::Text(class, left)],
                _ => vec![Piece::Text(Class::Byte, left)],
            }
        }
    })
}

fn map_pieces(map: Map, of: Vec<Piece>) -> Vec<Piece> {
    let total: Option<usize> = of.iter().map(Piece::len).sum();
    match (map, total) {
        (Map::Lower | Map::Upper, _) => of
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(bytes) if map == Map::Lower => {
                    Piece::Literal(bytes.to_ascii_lowercase())
                }
                Piece::Literal(bytes) => Piece::Literal(bytes.to_ascii_uppercase()),
                Piece::Text(Class::Hex, len) => Piece::Text(Class::Hex, len),
                Piece::Text(Class::Base64 | Class::Byte, len) => Piece::Text(Class::Byte, len),
                Piece::Any => Piece::Any,
            })
            .collect(),
        (Map::Hex, Some(total)) => vec![Piece::Text(Class::Hex, 2 * total)],
        (Map::Base64, Some(total)) => vec![Piece::Text(Class::Base64, total.div_ceil(3) * 4)],
        // Hex digits have no white space around them.
        (Map::Trim, Some(_)) if matches!(of[..], [Piece::Text(Class::Hex | Class::Base64, _)]) => {
            of
        }
        _ => vec![Piece::Any],
    }
}

/// Whether a stored value looks like these pieces.
pub(super) fn fits(pieces: &[Piece], mut stored: &[u8]) -> bool {
    let mut rest = pieces;
    while let [first, others @ ..] = rest {
        let Some(len) = first.len() else { break };
        let Some((head, tail)) = stored.split_at_checked(len) else {
            return false;
        };
        if !first.fits(head) {
            return false;
        }
        (rest, stored) = (others, tail);
    }
    if rest.is_empty() {
        return stored.is_empty();
    }
    while let [others @ .., last] = rest {
        let Some(len) = last.len() else { break };
        let Some(at) = stored.len().checked_sub(len) else {
            return false;
        };
        let (head, tail) = stored.split_at(at);
        if !last.fits(tail) {
            return false;
        }
        (rest, stored) = (others, head);
    }
    stored.len() >= rest.iter().filter_map(Piece::len).sum()
}

/// A value of `len` bytes that fits the pieces and holds nothing of an account.
pub(super) fn blank(pieces: &[Piece], len: usize) -> Vec<u8> {
    let mut spare = len.saturating_sub(pieces.iter().filter_map(Piece::len).sum());
    let mut blank = Vec::with_capacity(len);
    for piece in pieces {
        match piece {
            Piece::Literal(bytes) => blank.extend_from_slice(bytes),
            Piece::Text(class, len) => blank.resize(blank.len() + len, class.blank()),
            Piece::Any => blank.resize(blank.len() + std::mem::take(&mut spare), b'0'),
        }
    }
    blank
}

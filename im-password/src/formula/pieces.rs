//! What the results of a formula look like.

use super::{Kind, Map, Node};
use crate::FormatError;

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

    /// How many characters stand for one byte, at most.
    pub(super) fn per_byte(self) -> usize {
        match self {
            Self::Hex => 2,
            Self::Base64 | Self::Byte => 1,
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
    fn is_ascii(&self) -> bool {
        match self {
            Self::Literal(bytes) => bytes.is_ascii(),
            Self::Text(class, _) => *class != Class::Byte,
            Self::Any => false,
        }
    }

    /// `None`: it depends.
    pub(super) fn len(&self) -> Option<usize> {
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

/// The pieces of the result; an error for a part that is always empty.
pub(super) fn pieces(source: &str, node: &Node) -> Result<Vec<Piece>, FormatError> {
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
        Kind::Pbkdf2 {
            salt, of, length, ..
        } => {
            pieces(source, salt)?;
            pieces(source, of)?;
            vec![Piece::Text(Class::Hex, 2 * length)]
        }
        Kind::Repeat { first, step, .. } => {
            pieces(source, first)?;
            pieces(source, step)?
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
        // Nothing but ASCII is in a text of hex digits or base64.
        (Map::LowerUtf8, _) if of.iter().all(Piece::is_ascii) => map_pieces(Map::Lower, of),
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
        (Map::Unhex, _) => match of[..] {
            [Piece::Text(Class::Hex, digits)] => vec![Piece::Text(Class::Byte, digits / 2)],
            _ => vec![Piece::Any],
        },
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

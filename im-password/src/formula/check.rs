//! What a formula must not be.

use super::pieces::{Class, Piece, pieces};
use super::{Count, Kind, Map, Node, Role, Value};
use crate::FormatError;

/// The digits of a digest that must be compared at least: 16 hex digits, as some products store.
const FEWEST_DIGEST_BYTES: usize = 8;

/// How many bytes a formula may make of one byte of its values.
const MOST_GROWTH: usize = 64;

/// How many bytes a formula may make of its texts and digests.
const MOST_CONSTANT: usize = 64 * 1024;

/// How often digests are computed over and over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Work {
    repeat: Rounds,
    pbkdf2: Rounds,
}

/// So many rounds, and so many for each of the account's.
#[derive(Debug, Clone, Copy, Default)]
struct Rounds {
    fixed: u64,
    per_round: u64,
}

impl Rounds {
    fn add(&mut self, count: Count, times: usize) {
        let times = u64::try_from(times).unwrap_or(u64::MAX);
        let (number, sum) = match count {
            Count::Fixed(number) => (number, &mut self.fixed),
            Count::Rounds => (1, &mut self.per_round),
        };
        *sum = sum.saturating_add(times.saturating_mul(number.into()));
    }

    fn total(self, rounds: Option<u32>) -> u32 {
        let own = self.per_round.saturating_mul(rounds.unwrap_or(0).into());
        let total = self.fixed.saturating_add(own);
        u32::try_from(total).unwrap_or(u32::MAX)
    }
}

impl Work {
    fn of(node: &Node) -> Self {
        let mut work = Self::default();
        work.add(node);
        work
    }

    fn add(&mut self, node: &Node) {
        match &node.kind {
            Kind::Repeat { count, step, .. } => self.repeat.add(*count, digests(step)),
            Kind::Pbkdf2 {
                hash,
                rounds,
                length,
                ..
            } => self.pbkdf2.add(*rounds, length.div_ceil(hash.len())),
            _ => {}
        }
        for part in node.parts() {
            self.add(part);
        }
    }

    /// Digests in `repeat`, and rounds of PBKDF2.
    pub(super) fn total(&self, rounds: Option<u32>) -> (u32, u32) {
        (self.repeat.total(rounds), self.pbkdf2.total(rounds))
    }

    /// Whether it slows guessing down.
    pub(super) fn is_slow(&self) -> bool {
        let (repeat, pbkdf2) = self.total(Some(1_000));
        repeat.max(pbkdf2) >= 1_000
    }
}

/// How many digests one computation of it takes.
fn digests(node: &Node) -> usize {
    let inner: usize = node.parts().into_iter().map(digests).sum();
    inner + usize::from(node.is_digest())
}

/// Refuses unsafe and endless formulas; otherwise the pieces of the result and its work.
pub(super) fn check(
    source: &str,
    root: &Node,
    role: Role,
) -> Result<(Vec<Piece>, Work), FormatError> {
    if role == Role::Compared
        && let Some(at) = clear(root, Value::Pass)
    {
        return Err(FormatError::new(
            source,
            at,
            "here $pass stays clear text: put it into a digest, such as md5($pass), or name the \
             format `plain`",
        ));
    }
    if !root.uses(Value::Pass) {
        return Err(FormatError::new(
            source,
            root.at,
            "the formula does not use $pass: every password would be right",
        ));
    }
    parts(source, root)?;
    size(source, root, None)?;
    let pieces = pieces(source, root)?;
    if strength(source, root, 0)? < FEWEST_DIGEST_BYTES {
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
    Ok((pieces, Work::of(root)))
}

/// What holds for every part by itself.
fn parts(source: &str, node: &Node) -> Result<(), FormatError> {
    match &node.kind {
        Kind::Repeat { step, .. } => {
            if let Some(at) = clear(step, Value::Step) {
                return Err(FormatError::new(
                    source,
                    at,
                    "here $value is only joined to other text, round by round: put it into a \
                     digest, such as md5($value.$salt)",
                ));
            }
        }
        Kind::Map(map @ (Map::Unhex | Map::Unbase64), of)
            if of.uses(Value::Pass) || of.uses(Value::Step) =>
        {
            let fits = match (map, &pieces(source, of)?[..]) {
                (Map::Unhex, [Piece::Text(Class::Hex, digits)]) => digits.is_multiple_of(2),
                (Map::Unbase64, [Piece::Text(Class::Base64, _)]) => true,
                _ => false,
            };
            if !fits {
                return Err(FormatError::new(
                    source,
                    node.at,
                    format!(
                        "`{}` of what need not be written that way would be the same for many \
                         passwords: it takes a digest so written, or a value of the account",
                        map.name()
                    ),
                ));
            }
        }
        _ => {}
    }
    node.parts()
        .into_iter()
        .try_for_each(|part| parts(source, part))
}

/// Where a value gets into the result without a digest.
fn clear(node: &Node, value: Value) -> Option<usize> {
    match &node.kind {
        Kind::Value(own) => (*own == value).then_some(node.at),
        Kind::Literal(_)
        | Kind::Digest(..)
        | Kind::Hmac { .. }
        | Kind::Pbkdf2 { .. }
        | Kind::Raw(_) => None,
        Kind::Concat(parts) => parts.iter().find_map(|part| clear(part, value)),
        // There is one round at least, in which `first` gets into a digest.
        Kind::Repeat { step, .. } => clear(step, value),
        Kind::Map(_, of) | Kind::Substr { of, .. } => clear(of, value),
    }
}

/// How many bytes' worth of the password reach the result at least: they are all that keeps other
/// passwords out. `value` is the worth of `$value`.
fn strength(source: &str, node: &Node, value: usize) -> Result<usize, FormatError> {
    let sum = || {
        node.parts().into_iter().try_fold(0_usize, |sum, part| {
            Ok(sum.saturating_add(strength(source, part, value)?))
        })
    };
    Ok(match &node.kind {
        Kind::Value(Value::Pass) => usize::MAX,
        Kind::Value(Value::Step) => value,
        Kind::Value(_) | Kind::Literal(_) => 0,
        Kind::Concat(_) | Kind::Raw(_) | Kind::Map(..) => sum()?,
        Kind::Digest(hash, _) | Kind::Hmac { hash, .. } => sum()?.min(hash.len()),
        Kind::Pbkdf2 { length, .. } => sum()?.min(*length),
        Kind::Repeat { first, step, .. } => {
            let once = strength(source, step, strength(source, first, value)?)?;
            strength(source, step, once)?
        }
        Kind::Substr { of, start, length } => {
            let whole = sum()?;
            match pieces(source, of)?[..] {
                [Piece::Text(class, total)] => {
                    let left = total
                        .saturating_sub(*start)
                        .min(length.unwrap_or(usize::MAX));
                    whole.saturating_sub((total - left).div_ceil(class.per_byte()))
                }
                // Of the password itself; what is asked for is there in passwords of that length.
                _ if whole == usize::MAX => length.unwrap_or(usize::MAX),
                // Cut out of something longer, any of it may be left out.
                _ => 0,
            }
        }
    })
}

/// The most bytes a part makes: so many for each byte of its values, and so many besides.
#[derive(Debug, Clone, Copy)]
struct Size {
    growth: usize,
    constant: usize,
}

impl Size {
    fn constant(constant: usize) -> Self {
        Self {
            growth: 0,
            constant,
        }
    }

    fn twice(self) -> Self {
        Self {
            growth: 2 * self.growth,
            constant: 2 * self.constant + 4,
        }
    }

    fn max(self, other: Self) -> Self {
        Self {
            growth: self.growth.max(other.growth),
            constant: self.constant.max(other.constant),
        }
    }
}

/// `value` is the size of `$value`.
fn size(source: &str, node: &Node, value: Option<Size>) -> Result<Size, FormatError> {
    let result = match &node.kind {
        Kind::Value(Value::Step) => value.unwrap_or(Size::constant(0)),
        Kind::Value(Value::Rounds) => Size::constant(10),
        Kind::Value(_) => Size {
            growth: 1,
            constant: 0,
        },
        Kind::Literal(bytes) => Size::constant(bytes.len()),
        Kind::Concat(parts) => {
            let mut sum = Size::constant(0);
            for part in parts {
                let part = size(source, part, value)?;
                sum.growth += part.growth;
                sum.constant += part.constant;
            }
            sum
        }
        Kind::Digest(hash, _) | Kind::Hmac { hash, .. } => {
            for part in node.parts() {
                size(source, part, value)?;
            }
            Size::constant(2 * hash.len())
        }
        Kind::Pbkdf2 {
            salt, of, length, ..
        } => {
            size(source, salt, value)?;
            size(source, of, value)?;
            Size::constant(2 * length)
        }
        Kind::Repeat { first, step, .. } => {
            let first = size(source, first, value)?;
            // Without its `$value`, which a digest swallows.
            let step_alone = size(source, step, None)?;
            size(source, step, Some(first.max(step_alone)))?
        }
        Kind::Raw(of) | Kind::Substr { of, .. } => size(source, of, value)?,
        Kind::Map(map, of) => {
            let of = size(source, of, value)?;
            match map {
                Map::Lower | Map::Upper | Map::Trim | Map::Unhex | Map::Unbase64 => of,
                Map::Hex | Map::Base64 | Map::Utf16Le | Map::LowerUtf8 => of.twice(),
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

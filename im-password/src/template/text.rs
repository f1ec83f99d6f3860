//! `"$hash:$salt"`: texts with parts that vary.

use std::borrow::Cow;
use std::fmt;

use super::{BLANK, Taken};
use crate::FormatError;
use crate::formula::quoted;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(Vec<u8>),
    /// The digest; its length, if that is the same for all.
    Hash(Option<usize>),
    Salt(Option<usize>),
    /// Decimal digits.
    Rounds,
    /// The account's name.
    Username,
}

impl Part {
    /// `None`: it varies.
    fn len(&self) -> Option<usize> {
        match self {
            Self::Literal(text) => Some(text.len()),
            Self::Hash(len) | Self::Salt(len) => *len,
            Self::Rounds | Self::Username => None,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Literal(text) => String::from_utf8_lossy(text).replace('$', "$$"),
            Self::Hash(_) => "$hash".to_owned(),
            Self::Salt(None) => "$salt".to_owned(),
            Self::Salt(Some(len)) => format!("$salt[{len}]"),
            Self::Rounds => "$rounds".to_owned(),
            Self::Username => "$username".to_owned(),
        }
    }

    pub(super) fn gives(&self) -> Option<&'static str> {
        match self {
            Self::Salt(_) => Some("$salt"),
            Self::Rounds => Some("$rounds"),
            Self::Literal(_) | Self::Hash(_) | Self::Username => None,
        }
    }

    /// Whether a part of a stored value can be this one, which is noted.
    fn put<'a>(&self, part: &'a [u8], taken: &mut Taken<'a>) -> Option<()> {
        match self {
            Self::Literal(text) => return (text == part).then_some(()),
            Self::Hash(_) => taken.hash = Cow::Borrowed(part),
            Self::Salt(_) => taken.salt = Some(Cow::Borrowed(part)),
            Self::Rounds => taken.rounds = Some(decimal(part)?),
            Self::Username => taken.username = Some(part),
        }
        Some(())
    }
}

/// A number from 1 without sign or leading zeros.
fn decimal(text: &[u8]) -> Option<u32> {
    let [b'1'..=b'9', rest @ ..] = text else {
        return None;
    };
    rest.iter().all(u8::is_ascii_digit).then_some(())?;
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The longest salt that can be asked for by its length.
const LONGEST_SALT: usize = 255;

pub(super) fn parse(
    source: &str,
    at: usize,
    text: &[u8],
    hash_len: Option<usize>,
) -> Result<Vec<Part>, FormatError> {
    // Where a byte of the text stands, unless escapes moved it.
    let inside = source.as_bytes().get(at + 1..at + 1 + text.len()) == Some(text);
    let place = |offset: usize| if inside { at + 1 + offset } else { at };
    let error =
        |offset: usize, message: String| Err(FormatError::new(source, place(offset), message));
    let mut parts: Vec<(usize, Part)> = Vec::new();
    let mut next = 0;
    while next < text.len() {
        let start = next;
        next += 1;
        if text[start] != b'$' || text.get(next) == Some(&b'$') {
            next += usize::from(text[start] == b'$');
            match parts.last_mut() {
                Some((_, Part::Literal(literal))) => literal.push(text[start]),
                _ => parts.push((start, Part::Literal(vec![text[start]]))),
            }
            continue;
        }
        let letters = text[next..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric());
        let name = &text[next..next + letters.count()];
        next += name.len();
        let part = match name {
            b"hash" => Part::Hash(hash_len),
            b"salt" => Part::Salt(
                salt_len(text, &mut next)
                    .map_err(|message| FormatError::new(source, place(next), message))?,
            ),
            b"rounds" => Part::Rounds,
            b"username" => Part::Username,
            _ => {
                return error(
                    start,
                    format!(
                        "there is no `${}` in templates: write $hash, $salt, $salt[8], $rounds or \
                         $username, and $$ for a dollar sign",
                        String::from_utf8_lossy(name)
                    ),
                );
            }
        };
        let same = |known: &Part| std::mem::discriminant(known) == std::mem::discriminant(&part);
        if parts.iter().any(|(_, known)| same(known)) {
            return error(start, format!("{} stands here a second time", part.name()));
        }
        parts.push((start, part));
    }
    if !parts.iter().any(|(_, part)| matches!(part, Part::Hash(_))) {
        return error(
            0,
            "the template holds no $hash: put it where the digest stands".to_owned(),
        );
    }
    // The last varying part that no text follows yet.
    let mut open: Option<&Part> = None;
    for (start, part) in &parts {
        match (part, part.len(), open) {
            (Part::Literal(_), ..) => open = None,
            (_, Some(_), _) => {}
            (_, None, Some(before)) => {
                return error(
                    *start,
                    format!(
                        "nobody can tell where {} ends and {} begins: write text between them, or \
                         a length: $salt[8]",
                        before.name(),
                        part.name()
                    ),
                );
            }
            (_, None, None) => open = Some(part),
        }
    }
    Ok(parts.into_iter().map(|(_, part)| part).collect())
}

/// `[8]`, if it follows.
fn salt_len(text: &[u8], next: &mut usize) -> Result<Option<usize>, &'static str> {
    if text.get(*next) != Some(&b'[') {
        return Ok(None);
    }
    let rest = &text[*next + 1..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = decimal(&rest[..digits]).and_then(|number| usize::try_from(number).ok());
    match (number, rest.get(digits)) {
        (Some(number @ 1..=LONGEST_SALT), Some(b']')) => {
            *next += digits + 2;
            Ok(Some(number))
        }
        _ => Err("write a number of bytes from 1 to 255, such as $salt[8]"),
    }
}

/// `is_hash` tells what the digest's part can be, where its length does not.
pub(super) fn take<'a>(
    parts: &[Part],
    mut stored: &'a [u8],
    is_hash: impl Fn(&[u8]) -> bool,
) -> Option<Taken<'a>> {
    let mut taken = Taken::default();
    let mut rest = parts;
    while let [first, others @ ..] = rest {
        let Some(len) = first.len() else { break };
        let (head, tail) = stored.split_at_checked(len)?;
        first.put(head, &mut taken)?;
        (rest, stored) = (others, tail);
    }
    // What stands at the end is found from there: a salt before it may hold anything.
    while let [others @ .., last] = rest {
        let Some(len) = last.len() else { break };
        let (head, tail) = stored.split_at(stored.len().checked_sub(len)?);
        last.put(tail, &mut taken)?;
        (rest, stored) = (others, head);
    }
    while let [varying, others @ ..] = rest {
        let fixed = others
            .iter()
            .take_while(|part| part.len().is_some())
            .count();
        let (fixed, others) = others.split_at(fixed);
        if others.is_empty() {
            varying.put(stored, &mut taken)?;
            return Some(taken);
        }
        // Of two varying parts the first one ends where the text between them stands first; before
        // the digest, where a digest follows.
        let len: usize = fixed.iter().filter_map(Part::len).sum();
        let last = stored.len().checked_sub(len)?;
        let digest_follows = matches!(others, [Part::Hash(_)]);
        let at = (0..=last).find(|at| {
            let here = &stored[*at..];
            fits(fixed, here) && (!digest_follows || is_hash(&here[len..]))
        })?;
        let (head, tail) = stored.split_at(at);
        varying.put(head, &mut taken)?;
        let mut between = tail;
        for part in fixed {
            let (head, tail) = between.split_at_checked(part.len()?)?;
            part.put(head, &mut taken)?;
            between = tail;
        }
        (rest, stored) = (others, between);
    }
    stored.is_empty().then_some(taken)
}

/// Whether the literals among parts of fixed lengths stand at the beginning.
fn fits(fixed: &[Part], mut stored: &[u8]) -> bool {
    for part in fixed {
        let Some((head, tail)) = part.len().and_then(|len| stored.split_at_checked(len)) else {
            return false;
        };
        if matches!(part, Part::Literal(text) if text != head) {
            return false;
        }
        stored = tail;
    }
    true
}

/// A salt or name of varying length gets the length that is usual: what is stored with it has the
/// same shape.
pub(super) fn blank(parts: &[Part], taken: &Taken<'_>, hash: &[u8]) -> Vec<u8> {
    let mut blank = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => blank.extend_from_slice(text),
            Part::Hash(_) => blank.extend_from_slice(hash),
            Part::Salt(Some(len)) => blank.resize(blank.len() + len, b'0'),
            Part::Salt(None) | Part::Username => blank.extend_from_slice(BLANK),
            Part::Rounds => {
                blank.extend_from_slice(taken.rounds.unwrap_or(1).to_string().as_bytes());
            }
        }
    }
    blank
}

pub(super) fn spelling(parts: &[Part]) -> String {
    parts.iter().map(Part::name).collect()
}

pub(super) fn write(parts: &[Part], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = Vec::new();
    for part in parts {
        match part {
            Part::Literal(literal) => {
                for byte in literal {
                    text.extend(std::iter::repeat_n(*byte, 1 + usize::from(*byte == b'$')));
                }
            }
            part => text.extend_from_slice(part.name().as_bytes()),
        }
    }
    f.write_str(&quoted(&text))
}

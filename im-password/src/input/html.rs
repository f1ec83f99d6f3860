//! Entities, written and read.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The bytes of a special character of HTML.
pub(super) fn special(byte: u8, all: bool) -> Option<&'static [u8]> {
    Some(match byte {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'"' => b"&quot;",
        b'\'' if all => b"&#039;",
        _ => return None,
    })
}

/// What Invision Power Board 2 and 3 write for special characters.
pub(super) fn ipb(byte: u8) -> Option<&'static [u8]> {
    Some(match byte {
        b'&' => b"&amp;",
        b'\\' => b"&#092;",
        b'!' => b"&#33;",
        b'$' => b"&#036;",
        b'"' => b"&quot;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        b'\'' => b"&#39;",
        _ => return None,
    })
}

/// What SugarCRM and SuiteCRM make of a submitted field.
pub(super) fn sugar(bytes: &[u8]) -> Vec<u8> {
    const SCRIPT: &[u8] = b"javascript:";
    // The longest: `"` and `'` as six bytes.
    let mut out = Vec::with_capacity(6 * bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        let starts = |text: &[u8]| {
            rest.get(..text.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(text))
        };
        let (instead, len): (&[u8], usize) = match byte {
            b'j' | b'J' if starts(SCRIPT) => (b"java script:", SCRIPT.len()),
            b'&' if rest.starts_with(b"&quot;") => (b"&#38;", 6),
            b'"' => (b"&quot;", 1),
            b'\'' => (b"&#039;", 1),
            b'<' => (b"&lt;", 1),
            b'>' => (b"&gt;", 1),
            b'`' => (b"&#96;", 1),
            0 => (b"", 1),
            _ => {
                out.push(*byte);
                rest = tail;
                continue;
            }
        };
        out.extend_from_slice(instead);
        rest = &rest[len..];
    }
    out
}

/// What SMF's `un_htmlspecialchars` reads.
const SPECIAL: [(&[u8], u8); 7] = [
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&#039;", b'\''),
    (b"&#39;", b'\''),
    (b"&nbsp;", b' '),
];

/// Special characters read once.
pub(super) fn decode_special(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        match SPECIAL.iter().find(|(entity, _)| rest.starts_with(entity)) {
            Some((entity, character)) => {
                out.push(*character);
                rest = &rest[entity.len()..];
            }
            None => {
                out.push(*byte);
                rest = tail;
            }
        }
    }
    out
}

/// Names of entities and the characters they stand for.
static ENTITIES: LazyLock<Vec<(&str, char)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for line in include_str!("entities.txt").lines() {
        let mut words = line.split(' ');
        let Some(Ok(first)) = words.next().map(str::parse::<u32>) else {
            continue;
        };
        let characters = (first..).map_while(char::from_u32);
        all.extend(words.zip(characters));
    }
    all
});

static BY_NAME: LazyLock<HashMap<&str, char>> =
    LazyLock::new(|| ENTITIES.iter().copied().collect());
static BY_CHARACTER: LazyLock<HashMap<char, &str>> =
    LazyLock::new(|| ENTITIES.iter().map(|(name, c)| (*c, *name)).collect());

/// PHP's `htmlentities` with `ENT_QUOTES`.
pub(super) fn encode(text: &str) -> Vec<u8> {
    // The longest: `&thetasym;` for two bytes, `&quot;` for one.
    let mut out = Vec::with_capacity(6 * text.len());
    let mut utf8 = [0; 4];
    for c in text.chars() {
        match (c, BY_CHARACTER.get(&c)) {
            ('\'', _) => out.extend_from_slice(b"&#039;"),
            (_, Some(name)) => {
                out.push(b'&');
                out.extend_from_slice(name.as_bytes());
                out.push(b';');
            }
            (c, None) => out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes()),
        }
    }
    out
}

/// `&amp;#1234;` as `&#1234;`: what AEF does after `htmlentities`.
pub(super) fn fold_numbers(bytes: &[u8]) -> Vec<u8> {
    const ESCAPED: &[u8] = b"&amp;#";
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        out.push(*byte);
        rest = tail;
        if *byte == b'&'
            && let Some(number) = tail.strip_prefix(&ESCAPED[1..])
        {
            let digits = number
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits > 0 && number.get(digits) == Some(&b';') {
                out.push(b'#');
                rest = number;
            }
        }
    }
    out
}

/// PHP's `html_entity_decode` with `ENT_QUOTES` and HTML 4.01: names and numbers, read once.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let entity = &rest[at + 1..];
        let found = entity
            .split_once(';')
            .and_then(|(name, behind)| Some((character(name)?, behind)));
        match found {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = entity;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What stands between `&` and `;`.
fn character(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        return BY_NAME.get(name).copied();
    };
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let c = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    // What HTML 4.01 allows as a number.
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..).then_some(c)
}

/// Without entities of any kind (WordPress' `&.+?;`).
pub(super) fn strip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        if *byte == b'&' {
            // One character at least, and all on one line.
            let end = tail.iter().skip(1).position(|byte| *byte == b';');
            if let Some(end) = end.map(|end| end + 1)
                && !tail[..end].contains(&b'\n')
            {
                rest = &tail[end + 1..];
                continue;
            }
        }
        out.push(*byte);
    }
    out
}

//! What is done to bytes, whatever they stand for.

/// PHP's `trim`: without space, tab, line feed, carriage return, vertical tab and NUL around it.
pub(crate) fn php_trim(bytes: &[u8]) -> &[u8] {
    let outer = |byte: &u8| b" \t\n\r\x0b\0".contains(byte);
    let start = bytes
        .iter()
        .position(|byte| !outer(byte))
        .unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|byte| !outer(byte))
        .map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// Each byte, or what stands for it. No reallocation: no copy stays behind in memory.
pub(super) fn replace(bytes: &[u8], with: impl Fn(u8) -> Option<&'static [u8]>) -> Vec<u8> {
    let len = bytes
        .iter()
        .map(|byte| with(*byte).map_or(1, <[u8]>::len))
        .sum();
    let mut out = Vec::with_capacity(len);
    for byte in bytes {
        out.extend_from_slice(with(*byte).unwrap_or(std::slice::from_ref(byte)));
    }
    out
}

pub(super) fn slashed(byte: u8) -> Option<&'static [u8]> {
    Some(match byte {
        b'\'' => b"\\'",
        b'"' => b"\\\"",
        b'\\' => b"\\\\",
        0 => b"\\0",
        _ => return None,
    })
}

/// A backslash goes, the byte after it stays; `\0` is NUL again.
pub(super) fn strip_slashes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'0') => out.push(0),
                Some(other) => out.push(*other),
                None => {}
            },
            other => out.push(*other),
        }
    }
    out
}

/// `<` and `>` as `_`.
pub(super) fn no_angles(byte: u8) -> Option<&'static [u8]> {
    matches!(byte, b'<' | b'>').then_some(b"_")
}

/// CR LF and CR as LF.
pub(super) fn line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(index + 1) == Some(&b'\n') => {}
            b'\r' => out.push(b'\n'),
            other => out.push(*other),
        }
    }
    out
}

/// Runs of these bytes as one space.
pub(super) fn collapse(bytes: &[u8], blank: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut in_run = false;
    for byte in bytes {
        let is_blank = blank(*byte);
        if !is_blank {
            out.push(*byte);
        } else if !in_run {
            out.push(b' ');
        }
        in_run = is_blank;
    }
    out
}

/// Space, tab, line feed, vertical tab, form feed and carriage return.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Longer than so many bytes: one less is left.
pub(super) fn oversize(bytes: &[u8], most: usize) -> &[u8] {
    if bytes.len() > most {
        &bytes[..most - 1]
    } else {
        bytes
    }
}

/// Without the characters of a set: of text where the set is text, of bytes otherwise.
pub(super) fn strip(bytes: &[u8], set: &[u8]) -> Vec<u8> {
    match (std::str::from_utf8(bytes), std::str::from_utf8(set)) {
        (Ok(text), Ok(set)) => {
            let mut out = Vec::with_capacity(text.len());
            let mut utf8 = [0; 4];
            for c in text.chars().filter(|c| !set.contains(*c)) {
                out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes());
            }
            out
        }
        _ => bytes
            .iter()
            .copied()
            .filter(|byte| !set.contains(byte))
            .collect(),
    }
}

/// Without the characters of a set at the beginning.
pub(super) fn lstrip<'a>(bytes: &'a [u8], set: &[u8]) -> &'a [u8] {
    match (std::str::from_utf8(bytes), std::str::from_utf8(set)) {
        (Ok(text), Ok(set)) => text.trim_start_matches(|c| set.contains(c)).as_bytes(),
        _ => {
            let first = bytes.iter().position(|byte| !set.contains(byte));
            &bytes[first.unwrap_or(bytes.len())..]
        }
    }
}

/// Without percent signs with two hex digits (WordPress' `%([a-fA-F0-9][a-fA-F0-9])`).
pub(super) fn strip_percent(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        rest = match rest {
            [b'%', a, b, tail @ ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => tail,
            _ => {
                out.push(*byte);
                tail
            }
        };
    }
    out
}

//! PHP's `serialize()` of an array: `a:2:{s:4:"hash";s:40:"…";s:4:"salt";s:9:"…";}`.
//!
//! Only arrays, strings, whole numbers and booleans: no objects, no references, and nothing is
//! made of what is read but two strings.

use std::borrow::Cow;

use super::Taken;

/// How deep arrays may lie within each other.
const DEEPEST: usize = 4;

pub(super) fn take<'a>(hash: &str, salt: Option<&str>, stored: &'a [u8]) -> Option<Taken<'a>> {
    let mut reader = Reader { rest: stored };
    let entries = reader.array(0)?;
    if !reader.rest.is_empty() {
        return None;
    }
    // As in PHP, the last one of two equal keys counts.
    let string = |key: &str| {
        let found = entries.iter().rfind(|(known, _)| *known == key.as_bytes());
        found.and_then(|(_, value)| *value)
    };
    Some(Taken {
        hash: Cow::Borrowed(string(hash)?),
        salt: match salt {
            Some(key) => Some(Cow::Borrowed(string(key)?)),
            None => None,
        },
        ..Taken::default()
    })
}

/// A serialised array of these strings.
pub(super) fn array(entries: [Option<(&String, &[u8])>; 2]) -> Vec<u8> {
    let entries: Vec<_> = entries.into_iter().flatten().collect();
    let mut out = format!("a:{}:{{", entries.len()).into_bytes();
    for (key, value) in entries {
        for text in [key.as_bytes(), value] {
            out.extend_from_slice(format!("s:{}:\"", text.len()).as_bytes());
            out.extend_from_slice(text);
            out.extend_from_slice(b"\";");
        }
    }
    out.push(b'}');
    out
}

struct Reader<'a> {
    rest: &'a [u8],
}

/// Keys, and the values that are strings. Keys that are numbers are empty: nobody asks for them.
type Entries<'a> = Vec<(&'a [u8], Option<&'a [u8]>)>;

impl<'a> Reader<'a> {
    fn expect(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn digits(&mut self) -> Option<&'a [u8]> {
        let count = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        (1..=20).contains(&count).then_some(digits)
    }

    fn length(&mut self) -> Option<usize> {
        std::str::from_utf8(self.digits()?).ok()?.parse().ok()
    }

    fn array(&mut self, depth: usize) -> Option<Entries<'a>> {
        if depth > DEEPEST {
            return None;
        }
        self.expect(b"a:")?;
        let count = self.length()?;
        self.expect(b":{")?;
        let mut entries = Vec::new();
        // The count is what the value claims: nothing is allocated for it.
        for _ in 0..count {
            let key = match self.rest.first()? {
                b's' => self.string()?,
                b'i' => {
                    self.number()?;
                    &[]
                }
                _ => return None,
            };
            let value = match self.rest.first()? {
                b's' => Some(self.string()?),
                b'i' => {
                    self.number()?;
                    None
                }
                b'b' => {
                    self.expect(b"b:")?;
                    let (b"0;" | b"1;") = self.rest.get(..2)? else {
                        return None;
                    };
                    self.rest = &self.rest[2..];
                    None
                }
                b'a' => {
                    self.array(depth + 1)?;
                    None
                }
                _ => return None,
            };
            entries.push((key, value));
        }
        self.expect(b"}")?;
        Some(entries)
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b"s:")?;
        let length = self.length()?;
        self.expect(b":\"")?;
        let (string, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.expect(b"\";")?;
        Some(string)
    }

    fn number(&mut self) -> Option<()> {
        self.expect(b"i:")?;
        if self.rest.first() == Some(&b'-') {
            self.expect(b"-")?;
        }
        self.digits()?;
        self.expect(b";")
    }
}

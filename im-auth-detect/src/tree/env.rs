//! `.env` files, as shells, Laravel and Symfony read them.

use std::collections::BTreeMap;

use super::empty;
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::text::Doubt;
use crate::value::{Node, Table, Value};

pub(super) fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let mut reader = Reader {
        bytes,
        at: 0,
        line: 1,
        seen: BTreeMap::new(),
    };
    let mut table = Table::default();
    while reader.at < bytes.len() {
        let line = reader.line;
        if let Some(name) = reader.name() {
            let node = reader.value(line)?;
            reader.seen.insert(name.clone(), node.clone());
            table.insert(Key::from_text(&name), node);
        }
        reader.skip_line();
    }
    Ok(Node {
        value: Value::table(table),
        ..empty()
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    /// What is set so far, for references to it.
    seen: BTreeMap<Vec<u8>, Node>,
}

/// A value being put together.
#[derive(Default)]
struct Parts {
    bytes: zeroize::Zeroizing<Vec<u8>>,
    what: Option<String>,
    /// Something in it is not even known by a fallback.
    incomplete: bool,
    doubt: Option<Doubt>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        Some(byte)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn word(&mut self, part: impl Fn(u8) -> bool) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(&part) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// The name before `=`; nothing on a line that sets nothing.
    fn name(&mut self) -> Option<Vec<u8>> {
        let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        self.blanks();
        let mut name = self.word(part);
        self.blanks();
        if name == b"export" {
            name = self.word(part);
            self.blanks();
        }
        if name.is_empty() || self.peek() != Some(b'=') {
            return None;
        }
        self.at += 1;
        Some(name.to_vec())
    }

    fn value(&mut self, line: u32) -> Result<Node, ReadError> {
        self.blanks();
        let mut parts = Parts::default();
        // Only text outside of quotes is trimmed.
        let mut keep = 0;
        loop {
            match self.peek() {
                None | Some(b'\n') => break,
                Some(b'#')
                    if self.at == 0 || matches!(self.bytes[self.at - 1], b' ' | b'\t' | b'=') =>
                {
                    break;
                }
                Some(quote @ (b'\'' | b'"')) => {
                    self.at += 1;
                    self.quoted(quote, line, &mut parts)?;
                    keep = parts.bytes.len();
                }
                Some(b'$') => {
                    self.reference(&mut parts, false);
                    keep = parts.bytes.len();
                }
                Some(byte) => {
                    self.at += 1;
                    parts.bytes.push(byte);
                    if !byte.is_ascii_whitespace() {
                        keep = parts.bytes.len();
                    }
                }
            }
        }
        parts.bytes.truncate(keep);
        Ok(parts.node(line))
    }

    fn quoted(&mut self, quote: u8, line: u32, parts: &mut Parts) -> Result<(), ReadError> {
        loop {
            match self.peek() {
                None => {
                    return Err(ReadError::Syntax {
                        kind: Kind::Env,
                        line,
                        what: "a quote is not closed",
                    });
                }
                Some(byte) if byte == quote => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') if quote == b'"' => {
                    self.at += 1;
                    let escaped = self.next();
                    match escaped {
                        Some(b'n') => parts.bytes.push(b'\n'),
                        Some(b'r') => parts.bytes.push(b'\r'),
                        Some(b't') => parts.bytes.push(b'\t'),
                        Some(byte @ (b'"' | b'\\' | b'$' | b'\'' | b'`')) => parts.bytes.push(byte),
                        Some(byte) => parts.bytes.extend([b'\\', byte]),
                        None => {}
                    }
                }
                Some(b'$') if quote == b'"' => self.reference(parts, true),
                Some(byte) => {
                    self.next();
                    parts.bytes.push(byte);
                }
            }
        }
    }

    /// `${NAME}`, `${NAME:-fallback}`, and `$NAME` where such a name is set above.
    fn reference(&mut self, parts: &mut Parts, quoted: bool) {
        let start = self.at;
        self.at += 1;
        let braced = self.peek() == Some(b'{');
        if braced {
            self.at += 1;
        }
        let name = self
            .word(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            .to_vec();
        let mut fallback = None;
        if braced {
            if self.bytes[self.at..].starts_with(b":-") {
                self.at += 2;
                let closes = if quoted { b"}\"\n" } else { b"}\n\n" };
                fallback = Some(self.word(|byte| !closes.contains(&byte)).to_vec());
            }
            if self.peek() != Some(b'}') {
                // Not a reference after all.
                parts.bytes.extend_from_slice(&self.bytes[start..self.at]);
                return;
            }
            self.at += 1;
        }
        match self.seen.get(&name) {
            Some(node) => parts.add(node.clone()),
            None if braced => {
                let what = format!("${{{}}}", String::from_utf8_lossy(&name));
                parts.add(Node::new(
                    match fallback {
                        Some(fallback) => Value::unknown_or(what, Value::text(fallback)),
                        None => Value::unknown(what),
                    },
                    0,
                ));
            }
            // Laravel takes a `$` as it is, Symfony puts in what the environment has.
            None => {
                if !name.is_empty() {
                    parts.doubt = Some(Doubt::Template);
                }
                parts.bytes.extend_from_slice(&self.bytes[start..self.at]);
            }
        }
    }

    fn skip_line(&mut self) {
        while let Some(byte) = self.next() {
            if byte == b'\n' {
                return;
            }
        }
    }
}

impl Parts {
    fn add(&mut self, node: Node) {
        self.doubt = self.doubt.or(node.doubt);
        let value = match &node.value {
            Value::Unknown(unknown) => {
                self.what = self.what.take().or_else(|| Some(unknown.what.clone()));
                unknown.default.as_ref()
            }
            value => Some(value),
        };
        // References to references could double a text again and again.
        match value {
            Some(Value::Text(text)) if self.bytes.len() + text.expose().len() <= 64 * 1024 => {
                self.bytes.extend_from_slice(text.expose());
            }
            _ => {
                self.what = self
                    .what
                    .take()
                    .or_else(|| Some("a reference to a very long text".into()));
                self.incomplete = true;
            }
        }
    }

    fn node(self, line: u32) -> Node {
        let text = || Value::text(self.bytes.to_vec());
        let value = match &self.what {
            None => text(),
            Some(what) if self.incomplete => Value::unknown(what),
            Some(what) => Value::unknown_or(what, text()),
        };
        Node {
            value,
            line,
            doubt: self.doubt,
        }
    }
}

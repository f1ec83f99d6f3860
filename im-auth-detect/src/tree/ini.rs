//! INI files, and files of `key = value` lines without sections.

use super::{MAX_ENTRIES, empty, too_many};
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::value::{Node, Table, Value};

/// Lines that are neither comment, section nor setting are passed over, as the products do.
pub(super) fn read(kind: Kind, bytes: &[u8]) -> Result<Node, ReadError> {
    let mut top = Table::default();
    let mut section: Option<(Key, Table)> = None;
    let mut entries = 0;
    let mut number = 0_u32;
    for line in bytes.split(|byte| *byte == b'\n') {
        number = number.saturating_add(1);
        let line = line.trim_ascii();
        if line.is_empty()
            || line.starts_with(b";")
            || line.starts_with(b"#")
            || line.starts_with(b"//")
        {
            continue;
        }
        if let Some(name) = line
            .strip_prefix(b"[")
            .and_then(|rest| rest.split(|byte| *byte == b']').next())
        {
            close(&mut top, section.take());
            let key = Key::from_text(name.trim_ascii());
            // A section that comes again goes on.
            let before = match top.get(&key).map(|node| &node.value) {
                Some(Value::Table(table)) => (**table).clone(),
                _ => Table::default(),
            };
            entries += before.len();
            section = Some((key, before));
        } else if let Some((name, value)) = split(kind, line) {
            let table = section.as_mut().map_or(&mut top, |(_, table)| table);
            set(table, name, Node::new(text(value), number));
        }
        entries += 1;
        if entries > MAX_ENTRIES {
            return Err(too_many());
        }
    }
    close(&mut top, section);
    Ok(Node {
        value: Value::table(top),
        ..empty()
    })
}

fn close(top: &mut Table, section: Option<(Key, Table)>) {
    if let Some((key, table)) = section {
        top.insert(
            key,
            Node {
                value: Value::table(table),
                ..empty()
            },
        );
    }
}

fn split(kind: Kind, line: &[u8]) -> Option<(&[u8], &[u8])> {
    let separates = |byte: &u8| *byte == b'=' || (kind == Kind::KeyValue && *byte == b':');
    let at = line.iter().position(separates)?;
    let name = line[..at].trim_ascii();
    (!name.is_empty()).then(|| (name, line[at + 1..].trim_ascii()))
}

/// `name`, or PHP's `name[]` and `name[entry]`.
fn set(table: &mut Table, name: &[u8], node: Node) {
    let bracket = name
        .iter()
        .position(|byte| *byte == b'[')
        .filter(|_| name.ends_with(b"]"));
    let Some(at) = bracket else {
        return table.insert(Key::from_text(name), node);
    };
    let (outer, inner) = (Key::from_text(&name[..at]), &name[at + 1..name.len() - 1]);
    let mut entry = table.take(&outer).unwrap_or_else(empty);
    if !matches!(entry.value, Value::Table(_)) {
        entry = empty();
    }
    if let Value::Table(list) = &mut entry.value {
        let list = std::sync::Arc::make_mut(list);
        if inner.is_empty() {
            list.push(node)
        } else {
            list.insert(Key::from_text(inner), node)
        }
    }
    table.insert(outer, entry);
}

/// A value without its quotes or the comment behind it.
fn text(value: &[u8]) -> Value {
    let raw = match value.first() {
        Some(quote @ (b'"' | b'\'')) => quoted(&value[1..], *quote),
        _ => None,
    };
    let text = raw.unwrap_or_else(|| {
        let comment = value
            .windows(2)
            .position(|pair| matches!(pair, b" ;" | b"\t;"));
        value[..comment.unwrap_or(value.len())]
            .trim_ascii()
            .to_vec()
    });
    // PHP puts the environment in here.
    let reference = text
        .strip_prefix(b"${")
        .and_then(|rest| rest.strip_suffix(b"}"));
    match reference.and_then(|name| std::str::from_utf8(name).ok()) {
        Some(name)
            if name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
        {
            Value::unknown(format!("${{{name}}}"))
        }
        _ => Value::text(text),
    }
}

/// What stands before the closing quote; nothing if there is none.
fn quoted(rest: &[u8], quote: u8) -> Option<Vec<u8>> {
    let mut text = Vec::with_capacity(rest.len());
    let mut bytes = rest.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte == quote {
            return Some(text);
        }
        if byte == b'\\' && bytes.peek() == Some(&quote) {
            bytes.next();
            text.push(quote);
        } else {
            text.push(byte);
        }
    }
    None
}

//! The languages that are data: read into one tree, whose entries are found by their way from the top.

mod env;
mod erb;
mod ini;
mod json;
mod toml;
mod xml;
mod yaml;

use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::text::Doubt;
use crate::value::{Node, Table, Value};

/// The most entries that a file may have, copies by reference included.
const MAX_ENTRIES: usize = 50_000;

/// Reads a file of any language but PHP.
pub(crate) fn read(kind: Kind, bytes: &[u8]) -> Result<Node, ReadError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match kind {
        Kind::Env => env::read(bytes),
        Kind::Yaml => yaml::read(bytes),
        Kind::Xml => xml::read(bytes),
        Kind::Json => json::read(bytes),
        Kind::Toml => toml::read(bytes),
        Kind::Php | Kind::Ini | Kind::KeyValue => ini::read(kind, bytes),
    }
}

/// The entry at the end of a path. A name may itself contain the separator, so that `db.phorum.host` is found as `host`
/// of the section `db.phorum` too; the shortest names are tried first.
pub(crate) fn find(node: &Node, segments: &[&str], separator: &str) -> Option<Node> {
    if segments.is_empty() {
        return Some(node.clone());
    }
    if let (["*", rest @ ..], Value::Table(table)) = (segments, &node.value) {
        let first = table.first()?;
        let several = Some(Doubt::Several).filter(|_| table.len() > 1);
        let first = Node {
            doubt: node.doubt.or(first.doubt).or(several),
            ..first.clone()
        };
        return find(&first, rest, separator);
    }
    (1..=segments.len()).find_map(|taken| {
        let key = Key::name(&segments[..taken].join(separator));
        find(&node.entry(&key)?, &segments[taken..], separator)
    })
}

/// Something that is empty so far.
fn empty() -> Node {
    Node::new(Value::table(Table::default()), 0)
}

fn too_many() -> ReadError {
    ReadError::TooComplex {
        what: "it has too many entries",
    }
}

/// The line of an offset, from 1.
fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let lines = bytes
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count();
    u32::try_from(lines + 1).unwrap_or(u32::MAX)
}

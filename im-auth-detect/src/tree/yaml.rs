//! YAML, event by event: no recursion, references share what they refer to, and merges are counted.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{MAX_ENTRIES, empty, erb, too_many};
use crate::bytes::{narrow, widen};
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::text::Doubt;
use crate::value::{MAX_DEPTH, Node, Table, Value};

/// Flow collections inside each other cost the parser more than block ones.
const MAX_EVENTS: usize = 400_000;

pub(super) fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let (text, shifted) = widen(bytes);
    let (text, template) = without_control(&text);
    let mut builder = Builder {
        shifted,
        ..Builder::default()
    };
    for (count, event) in Parser::new_from_str(&text).enumerate() {
        let (event, span) = event.map_err(|error| ReadError::Syntax {
            kind: Kind::Yaml,
            line: u32::try_from(error.marker().line()).unwrap_or(u32::MAX),
            what: "something is missing here or should not be here",
        })?;
        if count > MAX_EVENTS {
            return Err(too_many());
        }
        // Only the first document counts.
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event, span)?;
    }
    let mut node = builder.whole.unwrap_or_else(empty);
    node.doubt = node.doubt.or(Some(Doubt::Template).filter(|_| template));
    Ok(node)
}

/// Lines that only steer the template, such as `<% if … %>`, are no YAML: they become comments. Answers whether there
/// were any.
fn without_control(text: &str) -> (zeroize::Zeroizing<String>, bool) {
    let mut steered = false;
    let mut plain = zeroize::Zeroizing::new(String::with_capacity(text.len() + 64));
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with("<%") && !trimmed.starts_with("<%=") && trimmed.ends_with("%>") {
            steered |= !trimmed.starts_with("<%#");
            plain.push('\n');
        } else {
            plain.push_str(line);
        }
    }
    (plain, steered)
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    whole: Option<Node>,
    entries: usize,
    shifted: bool,
}

/// A collection that is not complete yet.
struct Open {
    table: Table,
    anchor: usize,
    line: u32,
    mapping: bool,
    /// The key whose value comes next.
    key: Option<Key>,
    /// `<<`: the next value is merged.
    merge: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ReadError> {
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let own = if self.shifted {
                    narrow(text.as_bytes())
                } else {
                    text.as_bytes().to_vec()
                };
                let null = style == ScalarStyle::Plain
                    && matches!(own.as_slice(), b"" | b"~" | b"null" | b"Null" | b"NULL");
                let value = if null { Value::Null } else { erb::value(&own) };
                self.add(Node::new(value, line), anchor, Some(own))
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                self.add(
                    node.unwrap_or_else(|| Node::new(Value::Null, line)),
                    0,
                    None,
                )
            }
            Event::MappingStart(anchor, _) => self.open(anchor, line, true),
            Event::SequenceStart(anchor, _) => self.open(anchor, line, false),
            Event::MappingEnd | Event::SequenceEnd => match self.open.pop() {
                Some(open) => self.add(
                    Node::new(Value::table(open.table), open.line),
                    open.anchor,
                    None,
                ),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, anchor: usize, line: u32, mapping: bool) -> Result<(), ReadError> {
        if self.open.len() >= usize::from(MAX_DEPTH) {
            return Err(ReadError::TooDeep { line });
        }
        self.open.push(Open {
            table: Table::default(),
            anchor,
            line,
            mapping,
            key: None,
            merge: false,
        });
        Ok(())
    }

    /// Puts a complete node where it belongs: as the next key or value. `name` is its text if it can be a key.
    fn add(&mut self, node: Node, anchor: usize, name: Option<Vec<u8>>) -> Result<(), ReadError> {
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.entries += 1;
        let Some(open) = self.open.last_mut() else {
            self.whole = Some(node);
            return Ok(());
        };
        if !open.mapping {
            open.table.push(node);
        } else if open.merge {
            open.merge = false;
            self.entries += merge(&mut open.table, &node);
        } else if let Some(key) = open.key.take() {
            open.table.insert(key, node);
        } else if name.as_deref() == Some(b"<<") {
            open.merge = true;
        } else {
            open.key = Some(Key::from_text(&name.unwrap_or_default()));
        }
        if self.entries > MAX_ENTRIES {
            Err(too_many())
        } else {
            Ok(())
        }
    }
}

/// Adds the entries of a table, or of a list of tables, that are not there yet; answers how many there were.
fn merge(into: &mut Table, from: &Node) -> usize {
    let Value::Table(table) = &from.value else {
        return 0;
    };
    let mut count = table.len();
    for (key, node) in table.in_order() {
        match (key, &node.value) {
            (Key::Index(_), Value::Table(_)) => count += merge(into, node),
            _ if into.get(key).is_none() => into.insert(key.clone(), node.clone()),
            _ => {}
        }
    }
    count
}

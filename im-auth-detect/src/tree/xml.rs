//! XML without a document type: no entities of its own, nothing from outside.

use roxmltree::{Document, Node as Element, ParsingOptions};

use super::{MAX_ENTRIES, empty, line_of};
use crate::bytes::{narrow, widen};
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::value::{MAX_DEPTH, Node, Table, Value};

/// Elements inside each other that are still read, counted before the parser sees them.
const MAX_OPEN: usize = 256;

pub(super) fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let (text, shifted) = widen(bytes);
    if let Some(line) = too_deep(text.as_bytes()) {
        return Err(ReadError::TooDeep { line });
    }
    let mut options = ParsingOptions {
        allow_dtd: false,
        ..ParsingOptions::default()
    };
    options.nodes_limit = u32::try_from(MAX_ENTRIES).unwrap_or(u32::MAX);
    let document = Document::parse_with_options(&text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => super::too_many(),
        error => ReadError::Syntax {
            kind: Kind::Xml,
            line: error.pos().row,
            what: match error {
                roxmltree::Error::DtdDetected => {
                    "it has a document type, which no configuration needs"
                }
                _ => "something is missing here or should not be here",
            },
        },
    })?;
    let root = document.root_element();
    let mut top = Table::default();
    top.insert(Key::name(root.tag_name().name()), node(root, shifted, 0)?);
    Ok(Node {
        value: Value::table(top),
        ..empty()
    })
}

/// The line on which more elements are open than make sense: a coarse count, which takes `<` for the start of a tag
/// wherever it stands.
fn too_deep(text: &[u8]) -> Option<u32> {
    let mut open = 0_usize;
    // Whether the last tag began an element, for `/>`.
    let mut begun = false;
    for (at, pair) in text.windows(2).enumerate() {
        match pair {
            b"</" => open = open.saturating_sub(1),
            b"/>" if begun => open = open.saturating_sub(1),
            [b'<', b'!' | b'?'] => begun = false,
            [b'<', _] => {
                open += 1;
                begun = true;
            }
            [b'>', _] => begun = false,
            _ => {}
        }
        if open > MAX_OPEN {
            return Some(line_of(text, at));
        }
    }
    None
}

fn node(element: Element<'_, '_>, shifted: bool, depth: u16) -> Result<Node, ReadError> {
    if depth >= MAX_DEPTH {
        let line = element.document().text_pos_at(element.range().start).row;
        return Err(ReadError::TooDeep { line });
    }
    let own = |text: &str| {
        if shifted {
            narrow(text.as_bytes())
        } else {
            text.as_bytes().to_vec()
        }
    };
    let mut table = Table::default();
    for attribute in element.attributes() {
        let value = Value::text(own(attribute.value()));
        table.insert(
            Key::name(&format!("@{}", attribute.name())),
            Node::new(value, 0),
        );
    }
    for child in element.children().filter(Element::is_element) {
        let key = Key::name(child.tag_name().name());
        // Of several elements of one name the first.
        if table.get(&key).is_none() {
            table.insert(key, node(child, shifted, depth + 1)?);
        }
    }
    let text: String = element
        .children()
        .filter(Element::is_text)
        .filter_map(|child| child.text())
        .collect();
    let text = zeroize::Zeroizing::new(text);
    let value = Value::text(own(trim(&text)));
    if table.len() == 0 {
        return Ok(Node::new(value, 0));
    }
    if !text.trim().is_empty() {
        table.insert(Key::name("#text"), Node::new(value, 0));
    }
    Ok(Node::new(Value::table(table), 0))
}

/// Line breaks and indentation around a text are layout; blanks on the same line belong to it.
fn trim(text: &str) -> &str {
    let start = text.trim_start();
    let text = if text[..text.len() - start.len()].contains('\n') {
        start
    } else {
        text
    };
    let end = text.trim_end();
    if text[end.len()..].contains('\n') {
        end
    } else {
        text
    }
}

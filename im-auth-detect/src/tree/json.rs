//! JSON, also behind the guard line with which PHP programs keep it from being shown.

use super::{MAX_ENTRIES, line_of, too_many};
use crate::bytes::{own, widen};
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::value::{Node, Value};

pub(super) fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let start = guard(bytes);
    if bytes.iter().filter(|byte| **byte == b',').count() > MAX_ENTRIES {
        return Err(too_many());
    }
    let (text, shifted) = widen(&bytes[start..]);
    let value = serde_json::from_str(&text).map_err(|error| ReadError::Syntax {
        kind: Kind::Json,
        line: line_of(bytes, start)
            + u32::try_from(error.line())
                .unwrap_or(u32::MAX)
                .saturating_sub(1),
        what: match error.classify() {
            serde_json::error::Category::Eof => "it ends too early",
            _ => "something is missing here, should not be here, or is nested too deeply",
        },
    })?;
    Ok(node(value, shifted))
}

/// Where the JSON starts behind `<?php … ?>`.
fn guard(bytes: &[u8]) -> usize {
    if !bytes.trim_ascii_start().starts_with(b"<?php") {
        return 0;
    }
    bytes
        .windows(2)
        .position(|pair| pair == b"?>")
        .map_or(0, |at| at + 2)
}

/// The parser limits the depth to 128.
fn node(value: serde_json::Value, shifted: bool) -> Node {
    use serde_json::Value as Json;
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(truth),
        Json::Number(number) => Value::text(number.to_string()),
        Json::String(text) => Value::text(own(text, shifted)),
        Json::Array(values) => Value::list(values.into_iter().map(|value| node(value, shifted))),
        Json::Object(entries) => Value::entries(entries.into_iter().map(|(key, value)| {
            let key = Key::from_text(&own(key, shifted));
            (key, node(value, shifted))
        })),
    };
    Node::new(value, 0)
}

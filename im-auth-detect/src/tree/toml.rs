//! TOML.

use toml::Value as Toml;

use super::line_of;
use crate::bytes::{own, widen};
use crate::error::ReadError;
use crate::key::Key;
use crate::kind::Kind;
use crate::value::{Node, Value};

pub(super) fn read(bytes: &[u8]) -> Result<Node, ReadError> {
    let (text, shifted) = widen(bytes);
    let table: toml::Table = toml::from_str(&text).map_err(|error| ReadError::Syntax {
        kind: Kind::Toml,
        line: line_of(text.as_bytes(), error.span().map_or(0, |span| span.start)),
        what: "something is missing here, should not be here, or is nested too deeply",
    })?;
    Ok(node(Toml::Table(table), shifted))
}

/// The parser limits the depth to 80.
fn node(value: Toml, shifted: bool) -> Node {
    let value = match value {
        Toml::String(text) => Value::text(own(text, shifted)),
        Toml::Integer(number) => Value::Int(number),
        Toml::Float(number) => Value::Float(number),
        Toml::Boolean(truth) => Value::Bool(truth),
        Toml::Datetime(moment) => Value::text(moment.to_string()),
        Toml::Array(values) => Value::list(values.into_iter().map(|value| node(value, shifted))),
        Toml::Table(entries) => Value::entries(entries.into_iter().map(|(key, value)| {
            let key = Key::from_text(&own(key, shifted));
            (key, node(value, shifted))
        })),
    };
    Node::new(value, 0)
}

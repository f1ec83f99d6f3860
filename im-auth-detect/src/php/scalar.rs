//! PHP's rules for single values: what is true, what is a text, what is the same.

use php_ast::{BinaryOp, CastKind};

use crate::key::Key;
use crate::value::Value;

pub(super) fn unknown_of(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
            Value::unknown(&unknown.what)
        }
        _ => Value::unknown("a calculation"),
    }
}

pub(super) fn arithmetic(op: BinaryOp, a: i64, b: i64) -> Option<Value> {
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        _ => None,
    }
    .map(Value::Int)
}

/// Whether two values are the same; not told for values of different types, where PHP's rules change with its version.
pub(super) fn same(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(true),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Int(a), Value::Int(b)) => Some(a == b),
        (Value::Text(a), Value::Text(b)) => Some(a.expose() == b.expose()),
        _ => None,
    }
}

/// PHP's idea of truth.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(truth) => Some(*truth),
        Value::Int(number) => Some(*number != 0),
        Value::Float(number) => Some(*number != 0.0),
        Value::Text(text) => Some(!matches!(text.expose(), b"" | b"0")),
        Value::Table(table) => Some(table.len() > 0),
        Value::Unknown(_) => None,
    }
}

/// The text that PHP makes of a scalar.
pub(super) fn to_bytes(value: &Value) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let bytes = match value {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::Bool(true) => b"1".to_vec(),
        Value::Int(number) => number.to_string().into_bytes(),
        Value::Float(number) => number.to_string().into_bytes(),
        Value::Text(text) => text.expose().to_vec(),
        Value::Table(_) | Value::Unknown(_) => return None,
    };
    Some(zeroize::Zeroizing::new(bytes))
}

/// The array key that PHP makes of a value.
pub(super) fn to_key(value: &Value) -> Option<Key> {
    match value {
        Value::Null => Some(Key::Name(Vec::new())),
        Value::Bool(truth) => Some(Key::Index(i64::from(*truth))),
        Value::Int(number) => Some(Key::Index(*number)),
        Value::Text(text) => Some(Key::from_text(text.expose())),
        Value::Float(_) | Value::Table(_) | Value::Unknown(_) => None,
    }
}

pub(super) fn cast(kind: CastKind, value: Value) -> Value {
    match (kind, value) {
        (_, value @ Value::Unknown(_)) => value,
        (CastKind::Array | CastKind::Object, value @ Value::Table(_)) => value,
        (CastKind::String, value) => to_bytes(&value).map_or(Value::unknown("a cast"), |bytes| {
            Value::text(bytes.to_vec())
        }),
        (CastKind::Bool, value) => truth(&value).map_or(Value::unknown("a cast"), Value::Bool),
        (CastKind::Int, value @ Value::Int(_)) => value,
        (CastKind::Int, value) => {
            let number = to_bytes(&value)
                .and_then(|bytes| std::str::from_utf8(&bytes).ok()?.trim().parse().ok());
            number.map_or(Value::unknown("a cast"), Value::Int)
        }
        _ => Value::unknown("a cast"),
    }
}

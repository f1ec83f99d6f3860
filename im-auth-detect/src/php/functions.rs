//! Functions of PHP without effects, computed here, and those that ask the environment, which are not.

use super::scalar::{to_bytes, truth};
use super::walk::Walker;
use crate::key::Key;
use crate::value::{Node, Table, Value};

/// What a call gives, if it is known; `None`: a function that is not known here.
pub(super) fn call(walker: &mut Walker, name: &str, arguments: &[Node]) -> Option<Value> {
    let values: Vec<&Value> = arguments.iter().map(|argument| &argument.value).collect();
    if let Some(value) = environment(name, arguments) {
        return Some(value);
    }
    match (name, values.as_slice()) {
        ("defined", [Value::Text(name)]) => {
            let name = name.expose_str()?;
            let known = walker
                .state
                .constants
                .get(name)
                .is_some_and(|node| node.doubt.is_none());
            // Not set here: another file may have set it before.
            Some(if known {
                Value::Bool(true)
            } else {
                Value::unknown(format!("the constant `{name}`"))
            })
        }
        ("constant", [Value::Text(name)]) => walker
            .state
            .constants
            .get(name.expose_str()?)
            .map(|node| node.value.clone()),
        ("dirname", [Value::Text(path), rest @ ..]) => {
            let levels = match rest {
                [Value::Int(levels), ..] => usize::try_from(*levels).ok()?,
                _ => 1,
            };
            let mut path = path.expose();
            for _ in 0..levels.min(64) {
                path = parent(path);
            }
            Some(Value::text(path))
        }
        ("realpath", [path @ Value::Text(_)]) => Some((*path).clone()),
        ("basename", [Value::Text(path)]) => {
            let path = path.expose();
            Some(Value::text(
                path.rsplit(|byte| *byte == b'/').next().unwrap_or(path),
            ))
        }
        ("trim", [value]) => changed(walker, value, |text| text.trim_ascii().to_vec()),
        ("rtrim" | "chop", [value]) => {
            changed(walker, value, |text| text.trim_ascii_end().to_vec())
        }
        ("ltrim", [value]) => changed(walker, value, |text| text.trim_ascii_start().to_vec()),
        ("strtolower", [value]) => changed(walker, value, <[u8]>::to_ascii_lowercase),
        ("strtoupper", [value]) => changed(walker, value, <[u8]>::to_ascii_uppercase),
        ("strval", [value]) => changed(walker, value, <[u8]>::to_vec),
        ("rawurldecode" | "urldecode", [value]) => changed(walker, value, |text| {
            let mut text = text.to_vec();
            if name == "urldecode" {
                text.iter_mut()
                    .filter(|byte| **byte == b'+')
                    .for_each(|byte| *byte = b' ');
            }
            percent_encoding::percent_decode(&text).collect()
        }),
        ("intval", [Value::Int(number), ..]) => Some(Value::Int(*number)),
        ("intval", [Value::Text(text)]) => {
            Some(Value::Int(text.expose_str()?.trim().parse().ok()?))
        }
        ("boolval", [value]) => truth(value).map(Value::Bool),
        (
            "array_merge" | "array_replace" | "array_replace_recursive" | "array_merge_recursive",
            _,
        ) => {
            let deep = name.ends_with("_recursive");
            let replace = name.starts_with("array_replace");
            let mut merged = Table::default();
            for value in values {
                match value {
                    Value::Table(table) => merge(walker, &mut merged, table, replace, deep),
                    Value::Unknown(unknown) => {
                        return Some(Value::unknown_or(&unknown.what, Value::table(merged)));
                    }
                    _ => {}
                }
            }
            Some(Value::table(merged))
        }
        _ => None,
    }
}

/// A function that asks the environment: what it asks, and the fallback written beside it.
pub(super) fn environment(name: &str, arguments: &[Node]) -> Option<Value> {
    let known = matches!(
        name,
        "getenv"
            | "env"
            | "getenv_docker"
            | "get_env"
            | "apache_getenv"
            | "env::get"
            | "environment::getenv"
    );
    let (Value::Text(variable), rest) = arguments
        .split_first()
        .map(|(first, rest)| (&first.value, rest))?
    else {
        return None;
    };
    if !known {
        return None;
    }
    let name = name.rsplit("::").next().unwrap_or(name);
    let what = format!("{name}('{}')", String::from_utf8_lossy(variable.expose()));
    // PHP's own getenv has a truth there.
    Some(match rest.first().map(|node| &node.value) {
        Some(default) if name != "getenv" => Value::unknown_or(what, default.clone()),
        _ => Value::unknown(what),
    })
}

fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(0) => b"/",
        Some(at) => &path[..at],
        None => b".",
    }
}

fn changed(walker: &mut Walker, value: &Value, change: impl Fn(&[u8]) -> Vec<u8>) -> Option<Value> {
    if let Value::Unknown(unknown) = value {
        let default = unknown
            .default
            .as_ref()
            .and_then(to_bytes)
            .map(|bytes| Value::text(change(&bytes)));
        return Some(default.map_or_else(
            || Value::unknown(&unknown.what),
            |text| Value::unknown_or(&unknown.what, text),
        ));
    }
    let bytes = to_bytes(value)?;
    walker.spend(bytes.len());
    Some(Value::text(change(&bytes)))
}

/// Adds the entries of `from`: numbers are counted on unless they `replace`, tables are merged if it goes `deep`.
fn merge(walker: &mut Walker, into: &mut Table, from: &Table, replace: bool, deep: bool) {
    for (key, node) in from.in_order() {
        if !walker.spend(64) {
            return;
        }
        if matches!(key, Key::Index(_)) && !replace {
            into.push(node.clone());
            continue;
        }
        let merged = match (into.get(key).map(|old| &old.value), &node.value) {
            (Some(Value::Table(old)), Value::Table(new)) if deep => {
                let mut both = walker.table_of(old);
                merge(walker, &mut both, new, replace, deep);
                Node {
                    value: Value::table(both),
                    ..node.clone()
                }
            }
            _ => node.clone(),
        };
        into.insert(key.clone(), merged);
    }
}

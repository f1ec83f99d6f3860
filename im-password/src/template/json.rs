//! A JSON object: `{"password":"$2y$10$…"}`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Taken;

pub(super) fn take<'a>(hash: &str, salt: Option<&str>, stored: &'a [u8]) -> Option<Taken<'a>> {
    let object: Map<String, Value> = serde_json::from_slice(stored).ok()?;
    let string = |key: &str| {
        let text = object.get(key)?.as_str()?;
        Some(Cow::Owned(text.as_bytes().to_vec()))
    };
    Some(Taken {
        hash: string(hash)?,
        salt: match salt {
            Some(key) => Some(string(key)?),
            None => None,
        },
        ..Taken::default()
    })
}

/// An object of these strings.
pub(super) fn object(entries: [Option<(&String, &[u8])>; 2]) -> Vec<u8> {
    let entries = entries.into_iter().flatten();
    let object: Map<String, Value> = entries
        .map(|(key, value)| (key.clone(), String::from_utf8_lossy(value).into()))
        .collect();
    Value::from(object).to_string().into_bytes()
}

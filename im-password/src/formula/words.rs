//! A formula in plain words, for pages that explain what a product stores.

use super::{Count, Kind, Map, Node, Value};

pub(super) fn words(node: &Node) -> String {
    match &node.kind {
        Kind::Value(value) => value_words(*value).to_owned(),
        Kind::Literal(bytes) => format!("`{}`", String::from_utf8_lossy(bytes).escape_debug()),
        Kind::Concat(parts) => {
            let parts: Vec<_> = parts.iter().map(words).collect();
            format!("({})", parts.join(", then "))
        }
        Kind::Digest(hash, of) => format!("{} of {}", hash.title(), words(of)),
        Kind::Hmac { hash, key, data } => format!(
            "HMAC-{} of {} with {} as the key",
            hash.title(),
            words(data),
            words(key)
        ),
        Kind::Pbkdf2 {
            hash,
            salt,
            rounds,
            of,
            ..
        } => format!(
            "PBKDF2 with HMAC-{} of {} with {} as the salt, {}",
            hash.title(),
            words(of),
            words(salt),
            times(*rounds, "rounds")
        ),
        Kind::Repeat { count, first, step } => format!(
            "{}, {} over, beginning with {}",
            words(step),
            times(*count, "times"),
            words(first)
        ),
        Kind::Raw(of) => format!("the bytes of {}", words(of)),
        Kind::Map(map, of) => {
            let of = words(of);
            match map {
                Map::Lower | Map::LowerUtf8 => format!("{of} in lower case"),
                Map::Upper => format!("{of} in capitals"),
                Map::Trim => format!("{of} without white space around"),
                Map::Hex => format!("the hex digits of {of}"),
                Map::Unhex => format!("{of} as the bytes of its hex digits"),
                Map::Base64 => format!("{of} in base64"),
                Map::Unbase64 => format!("{of} decoded from base64"),
                Map::Utf16Le => format!("{of} in UTF-16"),
            }
        }
        Kind::Substr { of, start, length } => {
            let of = words(of);
            match (start, length) {
                (0, Some(length)) => format!("the first {length} bytes of {of}"),
                (start, Some(length)) => {
                    format!("{length} bytes of {of} after the first {start}")
                }
                (start, None) => format!("{of} without its first {start} bytes"),
            }
        }
    }
}

fn value_words(value: Value) -> &'static str {
    match value {
        Value::Pass => "the password",
        Value::Salt => "the salt",
        Value::Username => "the name",
        Value::Secret => "the secret of the installation",
        Value::Rounds => "the number of rounds",
        Value::Step => "the result before",
    }
}

fn times(count: Count, noun: &str) -> String {
    match count {
        Count::Fixed(count) => format!("{count} {noun}"),
        Count::Rounds => format!("as many {noun} as the account has rounds"),
    }
}

//! The functions of formulas by their names.

use crate::format;
use crate::formula::{Hash, Map, Value};
use crate::suggest::nearest;

#[derive(Clone, Copy)]
pub(super) enum Function {
    Digest(Hash),
    /// hashcat's `sha1_bin(…)`: the same as `raw(sha1(…))`.
    RawDigest(Hash),
    Hmac(Hash),
    Pbkdf2(Hash),
    Repeat,
    Raw,
    Map(Map),
    Substr,
}

impl Function {
    pub(super) fn by_name(name: &str) -> Option<Self> {
        if let Some(hash) = Hash::by_name(name) {
            return Some(Self::Digest(hash));
        }
        if let Some(hash) = name.strip_suffix("_bin").and_then(Hash::by_name) {
            return Some(Self::RawDigest(hash));
        }
        let keyed = |prefix: &str| {
            let hash = name.strip_prefix(prefix).and_then(Hash::by_name);
            hash.filter(|hash| hash.has_hmac())
        };
        if let Some(hash) = keyed("hmac-") {
            return Some(Self::Hmac(hash));
        }
        if let Some(hash) = keyed("pbkdf2-") {
            return Some(Self::Pbkdf2(hash));
        }
        match name {
            "raw" => Some(Self::Raw),
            "substr" => Some(Self::Substr),
            "repeat" => Some(Self::Repeat),
            // As hashcat and PHP call them.
            "strtolower" => Some(Self::Map(Map::Lower)),
            "strtoupper" => Some(Self::Map(Map::Upper)),
            _ => Map::ALL
                .into_iter()
                .find(|map| map.name() == name)
                .map(Self::Map),
        }
    }

    /// The names that documentation and messages use.
    pub(super) fn names() -> impl Iterator<Item = String> {
        let digests = Hash::ALL.into_iter().map(|hash| hash.name().to_owned());
        let keyed = ["hmac", "pbkdf2"].into_iter().flat_map(|keyed| {
            Hash::ALL
                .into_iter()
                .filter(|hash| hash.has_hmac())
                .map(move |hash| format!("{keyed}-{}", hash.name()))
        });
        let maps = Map::ALL.into_iter().map(|map| map.name().to_owned());
        digests
            .chain(keyed)
            .chain(maps)
            .chain(["raw", "substr", "repeat"].map(str::to_owned))
    }
}

pub(super) fn no_such_function(name: &str, lower: &str) -> String {
    if Value::ALL
        .into_iter()
        .any(|value| value.name()[1..] == *lower)
    {
        return format!("`{name}` is a value: write `${lower}`");
    }
    if format::is_name(lower) {
        return format!("`{name}` is a format of its own: it cannot stand in a formula");
    }
    match nearest(lower, Function::names()) {
        Some(known) => format!("there is no function `{name}`: did you mean `{known}`?"),
        None => format!(
            "there is no function `{name}`: there are {}",
            Function::names().collect::<Vec<_>>().join(", ")
        ),
    }
}

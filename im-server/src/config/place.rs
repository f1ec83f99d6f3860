//! Which key a mistake is about, and where a key belongs.

use im_messenger::Options;

use super::{
    Key, Limits, Log, Passwords, RealmOwnKeys, RoleKeys, Root, Section, SiteKeys, ThrottleKeys,
};

/// A key, what it takes, and a sample value.
pub(super) struct Known {
    pub(super) name: &'static str,
    kind: &'static str,
    sample: Option<String>,
}

impl Known {
    /// The keys of a table.
    pub(super) fn of<S: Section>() -> Vec<Self> {
        let sample = |key: &Key| key.example.map(Into::into).or_else(|| key.default.clone());
        let keys = S::keys().into_iter();
        keys.map(|key| Self {
            name: key.name,
            kind: key.kind,
            sample: sample(&key),
        })
        .collect()
    }

    /// Those of an adapter.
    pub(super) fn of_adapter() -> Vec<Self> {
        let keys = im_auth::RealmConfig::keys().iter();
        keys.map(|key| Self {
            name: key.name,
            kind: "",
            sample: Some(key.example.into()),
        })
        .collect()
    }

    /// A complaint about its value, with what to write if that is not said already.
    pub(super) fn complaint(&self, message: &str) -> String {
        let name = self.name;
        if message.contains("write ") {
            return format!("`{name}`: {message}");
        }
        match &self.sample {
            Some(sample) if self.kind.is_empty() => {
                format!("`{name}`: {message}; write such as `{name} = {sample}`")
            }
            Some(sample) => {
                let kind = self.kind;
                format!("`{name}`: {message}; write {kind}, such as `{name} = {sample}`")
            }
            None => format!("`{name}`: {message}; write {}", self.kind),
        }
    }
}

/// The key whose value stands at this place of a file.
pub(super) fn key_at(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let (key, between) = before.rsplit_once('=')?;
    // Nothing, or the beginning of a list that goes over several lines.
    if !between.trim_start().is_empty() && !between.trim_start().starts_with('[') {
        return None;
    }
    let key = key.trim_end();
    let start = key
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .map_or(0, |at| at + 1);
    Some(&key[start..])
}

/// Where a key belongs that stands in another place.
pub(super) fn home(name: &str) -> Option<String> {
    let has = |keys: Vec<Key>| keys.iter().any(|key| key.name == name);
    if Options::table().iter().any(|option| option.name == name) {
        return Some(format!(
            "it is an option: write `options = {{ {name} = … }}` in a [[site]]"
        ));
    }
    if has(Root::keys()) {
        return Some("it belongs to the top of the file, before the first table".into());
    }
    for (table, keys) in [
        ("[limits]", Limits::keys()),
        ("[throttle]", ThrottleKeys::keys()),
        ("[passwords]", Passwords::keys()),
        ("[log]", Log::keys()),
        ("a [[site]]", SiteKeys::keys()),
        ("a [realm.NAME]", RealmOwnKeys::keys()),
        ("a [role.NAME]", RoleKeys::keys()),
    ] {
        if has(keys) {
            return Some(format!("it belongs to {table}"));
        }
    }
    let mut keys = im_auth::RealmConfig::keys().iter();
    keys.any(|key| key.name == name)
        .then(|| "it belongs to a [realm.NAME]".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_its_keys() {
        for (text, value, key) in [
            ("listen = 5", "5", Some("listen")),
            ("a=1\nb.c-d = [\n  \"x\",\n  7 ]", "7", Some("c-d")),
            ("a = 1\n[site]", "[site]", None),
            ("a = { b = 2 }", "2", Some("b")),
            ("nothing", "nothing", None),
        ] {
            let at = text.find(value).unwrap();
            assert_eq!(key_at(text, at), key, "{text}");
        }
    }
}

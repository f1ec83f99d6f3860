//! What a product's configuration says under one key.

use base64::Engine as _;
use im_auth_detect::{ConfigFile, Secret};
use im_auth_sql::spec::{ConfigValue, ValueEncoding};
use percent_encoding::percent_decode;

/// What a key of a configuration file says, decoded as its product decodes it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Setting {
    /// The key as the file spells it; empty where the value is the same for every installation.
    pub key: String,
    /// What the product computes it from while it runs, such as `getenv('DB_PASSWORD')`, or decrypts it from.
    pub computed: Option<String>,
    /// Why another value may be in force.
    pub doubt: Option<String>,
    /// The line, from 1; 0 where it is not known.
    pub line: u32,
    value: Option<Secret>,
}

impl Setting {
    /// What the file says there; `None` when it does not set the key to a text.
    pub(super) fn read(file: &ConfigFile, value: &ConfigValue) -> Option<Self> {
        if let Some(fixed) = value.fixed() {
            return Some(Self {
                key: String::new(),
                computed: None,
                doubt: None,
                line: 0,
                value: Some(Secret::from(fixed)),
            });
        }
        let key = value.key()?;
        // A key that names a table in this file says nothing either.
        let text = file.get(key).ok().flatten()?;
        if let Some(raw) = text.value()
            && value.is_encrypted(raw.expose())
        {
            return Some(Self {
                key: key.to_owned(),
                computed: Some(ENCRYPTED.to_owned()),
                doubt: None,
                line: text.line(),
                value: None,
            });
        }
        let decoded = text.value().map(|raw| decode(raw.expose(), value));
        Some(Self {
            key: key.to_owned(),
            computed: text.computed().map(nameable),
            doubt: text.doubt().map(|doubt| doubt.to_string()),
            line: text.line(),
            value: decoded,
        })
    }

    /// The value that stands in the file, if one does and it is UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value.as_ref().and_then(Secret::expose_str)
    }

    /// The value, unless it is empty.
    #[must_use]
    pub fn non_empty(&self) -> Option<&str> {
        self.text().filter(|text| !text.is_empty())
    }
}

/// What stands for a value that the file has in a form which only the product can read.
const ENCRYPTED: &str = "the file in a form that only the product can decrypt";

fn decode(raw: &[u8], value: &ConfigValue) -> Secret {
    let mut bytes = match value.encoding() {
        Some(ValueEncoding::Url) => percent_decode(raw).collect(),
        Some(ValueEncoding::Base64) => base64::engine::general_purpose::STANDARD
            .decode(raw)
            .unwrap_or_else(|_| raw.to_vec()),
        _ => raw.to_vec(),
    };
    if let Some(suffix) = value.suffix() {
        // Products put an underscore after a prefix only if there is one, words always.
        let word = suffix.strip_prefix('_').filter(|_| bytes.is_empty());
        bytes.extend(word.unwrap_or(suffix).as_bytes());
    }
    Secret::new(bytes)
}

/// Calls whose argument says where the owner must look. Those of others may be the secret itself.
const SOURCES: [&str; 7] = [
    "getenv(",
    "env(",
    "$_ENV[",
    "$_SERVER[",
    "ENV[",
    "file_get_contents(",
    "${",
];

/// What computes a value, without what may be a secret: an argument is only shown of what reads it from elsewhere.
fn nameable(computed: &str) -> String {
    let shown: String = computed.chars().take(120).collect();
    let shown = printable(&shown);
    if SOURCES.iter().any(|source| shown.starts_with(source)) {
        // Behind a comma comes what it falls back to.
        return match shown.split_once(',') {
            Some((before, _)) => format!("{before}, …)"),
            None => shown,
        };
    }
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_$:\\->".contains(&byte))
    };
    match shown.split_once('(') {
        Some((function, _)) if is_name(function) => format!("{function}(…)"),
        None if shown.starts_with('$') && is_name(&shown) => shown,
        _ => "an expression".to_owned(),
    }
}

/// A text out of somebody's file as it may be shown on a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_computes_a_value_is_named_without_what_may_be_a_secret() {
        for (computed, shown) in [
            ("getenv('DB_PASSWORD')", "getenv('DB_PASSWORD')"),
            ("env('DB_PASSWORD', 'hush')", "env('DB_PASSWORD', …)"),
            ("decrypt('hush')", "decrypt(…)"),
            ("$secret", "$secret"),
            ("'hush' . x()", "an expression"),
            ("hush", "an expression"),
        ] {
            assert_eq!(nameable(computed), shown);
        }
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}

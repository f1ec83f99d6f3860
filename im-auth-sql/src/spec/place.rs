//! Which line of a description a key stands in.

use toml::de::{DeTable, DeValue};

use super::SpecError;
use crate::target::closest;

/// A description's text with the places of its keys.
pub(super) struct Places<'a> {
    file: &'a str,
    text: &'a str,
    root: Option<toml::Spanned<DeTable<'a>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Self {
        Self {
            file,
            text,
            root: DeTable::parse(text).ok(),
        }
    }

    /// An error about a key: its path with dots, elements of an array by number, as in
    /// `user.#0.select`. The nearest
    /// part of the path that is there gives the line.
    pub(super) fn error(&self, path: &str, message: impl Into<String>) -> SpecError {
        let shown: Vec<&str> = path
            .split('.')
            .filter(|part| !part.starts_with('#'))
            .collect();
        let line = self.offset(path).map(|offset| self.line(offset));
        SpecError::new(self.file, line, shown.join("."), message)
    }

    /// What the reader of TOML or of its values has to say.
    pub(super) fn reader(&self, error: &toml::de::Error) -> SpecError {
        let offset = error.span().map(|span| span.start);
        let key = offset.map(|offset| self.key_at(offset)).unwrap_or_default();
        let line = offset.map(|offset| self.line(offset));
        SpecError::new(self.file, line, key, remedy(error.message()))
    }

    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    fn offset(&self, path: &str) -> Option<usize> {
        let mut table = self.root.as_ref()?.get_ref();
        let mut found = None;
        let mut parts = path.split('.').filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref().as_ref() == part)
            else {
                break;
            };
            found = Some(key.span().start);
            let mut value = value;
            // A number after a table that is alone stands for that table.
            while let Some(number) = parts.peek().and_then(|part| index(part)) {
                parts.next();
                if let DeValue::Array(array) = value.get_ref() {
                    match array.get(number) {
                        Some(element) => {
                            value = element;
                            found = Some(value.span().start);
                        }
                        None => return found,
                    }
                }
            }
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        found
    }

    /// The innermost key that an offset is in or right after.
    fn key_at(&self, offset: usize) -> String {
        let mut path = Vec::new();
        if let Some(root) = &self.root {
            descend(root.get_ref(), offset, &mut path);
        }
        path.join(".")
    }
}

/// The number of an element: `#3`.
fn index(part: &str) -> Option<usize> {
    part.strip_prefix('#')?.parse().ok()
}

fn descend(table: &DeTable<'_>, offset: usize, path: &mut Vec<String>) {
    for (key, value) in table {
        if key.span().contains(&offset) {
            path.push(key.get_ref().to_string());
            return;
        }
        let tables: Vec<_> = match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => vec![value],
        };
        for inner in tables {
            let before = path.len();
            path.push(key.get_ref().to_string());
            if let DeValue::Table(inner) = inner.get_ref() {
                descend(inner, offset, path);
                if path.len() > before + 1 {
                    return;
                }
            }
            if inner.span().contains(&offset) || value.span().contains(&offset) {
                return;
            }
            path.truncate(before);
        }
    }
}

/// The reader's words, with a suggestion instead of a list where one name is close.
fn remedy(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (Some(wrong), known) = (names.first(), names.get(1..).unwrap_or_default()) else {
        return message.trim().to_owned();
    };
    let what = if message.starts_with("unknown field") {
        "there is no key"
    } else if message.starts_with("unknown variant") {
        "there is no value"
    } else if message.starts_with("missing field") {
        return format!("the key `{wrong}` is missing");
    } else {
        return message.trim().to_owned();
    };
    match closest(wrong, known.iter().copied()) {
        Some(close) => format!("{what} `{wrong}`: did you mean `{close}`?"),
        None if known.is_empty() => format!("{what} `{wrong}`"),
        None => format!("{what} `{wrong}`: write one of {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "id = \"x\"\n\n[[user]]\nselect = \"a\"\n\n[[user]]\nselect = \"b\"\n[user.groups]\nselect = \"c\"\n";

    #[test]
    fn a_key_has_its_line() {
        let places = Places::new(TEXT, "x.toml");
        for (path, line) in [
            ("id", 1),
            ("user.#0.select", 4),
            ("user.#1.select", 7),
            ("user.#1.groups.select", 9),
            ("user.#1.by_id", 6),
        ] {
            assert_eq!(places.error(path, "").line(), Some(line), "{path}");
        }
        assert_eq!(places.error("nothing", "").line(), None);
    }

    #[test]
    fn an_only_table_is_its_own_first() {
        let places = Places::new("[user]\nselect = \"a\"\n", "x.toml");
        let error = places.error("user.#0.select", "no");
        assert_eq!(error.to_string(), "x.toml:2: user.select: no");
    }

    #[test]
    fn the_reader_suggests_what_is_close() {
        assert_eq!(
            remedy("unknown field `selct`, expected one of `select`, `where`"),
            "there is no key `selct`: did you mean `select`?"
        );
        assert_eq!(
            remedy("unknown variant `zzz`, expected `living` or `dead`"),
            "there is no value `zzz`: write one of living, dead"
        );
        assert_eq!(remedy("missing field `id`"), "the key `id` is missing");
    }
}

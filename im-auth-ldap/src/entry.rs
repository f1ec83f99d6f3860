//! One entry of a search, whose attribute names are compared as directories do: without regard to case.

use std::collections::HashMap;

use ldap3::ResultEntry;
use ldap3::asn1::{PL, StructureTag};

/// An entry: its distinguished name and the attributes that were asked for and may be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) dn: String,
    attributes: HashMap<String, Vec<Vec<u8>>>,
}

impl Entry {
    /// Reads an entry as it came. `None` when it cannot be read.
    pub(crate) fn read(result: ResultEntry) -> Option<Self> {
        const ENTRY: u64 = 4;
        if result.0.id != ENTRY {
            return None;
        }
        let mut fields = constructed(result.0)?.into_iter();
        let dn = String::from_utf8(primitive(fields.next()?)?).ok()?;
        let mut entry = Self {
            dn,
            ..Self::default()
        };
        for attribute in constructed(fields.next()?)? {
            let mut parts = constructed(attribute)?.into_iter();
            let name = String::from_utf8(primitive(parts.next()?)?).ok()?;
            let values = constructed(parts.next()?)?
                .into_iter()
                .map(primitive)
                .collect::<Option<Vec<_>>>()?;
            entry.insert(&name, values);
        }
        Some(entry)
    }

    fn insert(&mut self, name: &str, values: Vec<Vec<u8>>) {
        let values = values.into_iter().filter(|value| !value.is_empty());
        self.attributes
            .entry(name.to_ascii_lowercase())
            .or_default()
            .extend(values);
    }

    /// An entry as recorded, for tests.
    #[cfg(test)]
    pub(crate) fn recorded(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let mut entry = Self {
            dn: dn.into(),
            ..Self::default()
        };
        for (name, values) in attributes {
            entry.insert(
                name,
                values
                    .iter()
                    .map(|value| value.as_bytes().to_vec())
                    .collect(),
            );
        }
        entry
    }

    /// With an attribute more, for tests.
    #[cfg(test)]
    pub(crate) fn with(mut self, name: &str, value: &[u8]) -> Self {
        self.insert(name, vec![value.to_vec()]);
        self
    }

    /// The values of an attribute, as bytes.
    pub(crate) fn values(&self, attribute: &str) -> &[Vec<u8>] {
        self.attributes
            .get(&attribute.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// The values of an attribute that are text.
    pub(crate) fn texts(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.values(attribute)
            .iter()
            .filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The one value of an attribute: the first in order of the alphabet where there are several, since a directory
    /// keeps no order.
    pub(crate) fn text(&self, attribute: &str) -> Option<&str> {
        self.texts(attribute)
            .filter(|text| !text.trim().is_empty())
            .min()
    }

    /// A whole number.
    pub(crate) fn number(&self, attribute: &str) -> Option<i64> {
        self.text(attribute)?.trim().parse().ok()
    }

    /// Whether a Boolean attribute is true.
    pub(crate) fn is_true(&self, attribute: &str) -> bool {
        self.texts(attribute)
            .any(|text| text.trim().eq_ignore_ascii_case("true"))
    }
}

fn constructed(tag: StructureTag) -> Option<Vec<StructureTag>> {
    match tag.payload {
        PL::C(parts) => Some(parts),
        PL::P(_) => None,
    }
}

fn primitive(tag: StructureTag) -> Option<Vec<u8>> {
    match tag.payload {
        PL::P(bytes) => Some(bytes),
        PL::C(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_names_have_no_case_and_values_no_order() {
        let entry = Entry::recorded(
            "uid=a",
            &[("UID", &["b", "a", ""]), ("pwdReset", &["TRUE"])],
        );
        assert_eq!(entry.text("uid"), Some("a"));
        assert!(entry.is_true("PWDRESET"));
        assert_eq!(entry.text("mail"), None);
    }
}

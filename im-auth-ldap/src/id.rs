//! Stable ids as text, and back.

use crate::escape::filter_value;

/// How the values of an id attribute are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdForm {
    /// As they are.
    Text,
    /// Sixteen bytes in Microsoft's order, as Windows' own tools write them: `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
    Guid,
    /// Bytes, in hexadecimal digits.
    Hex,
}

impl IdForm {
    /// The form of an attribute's values; only a few are binary.
    pub(crate) fn of(attribute: &str) -> Self {
        match attribute.to_ascii_lowercase().as_str() {
            "objectguid" | "ms-ds-consistencyguid" => Self::Guid,
            "objectsid" | "guid" => Self::Hex,
            _ => Self::Text,
        }
    }

    /// A value as text; `None` when it is no value of this form.
    pub(crate) fn write(self, value: &[u8]) -> Option<String> {
        if value.is_empty() {
            return None;
        }
        match self {
            Self::Text => String::from_utf8(value.to_vec()).ok(),
            Self::Hex => Some(hex::encode(value)),
            Self::Guid => {
                let bytes: &[u8; 16] = value.try_into().ok()?;
                let order = GUID_ORDER.map(|at| bytes[at]);
                let digits = hex::encode(order);
                Some(format!(
                    "{}-{}-{}-{}-{}",
                    &digits[..8],
                    &digits[8..12],
                    &digits[12..16],
                    &digits[16..20],
                    &digits[20..]
                ))
            }
        }
    }

    /// The text as a value inside a filter; `None` when nobody can have such an id.
    pub(crate) fn filter_value(self, id: &str) -> Option<String> {
        if id.is_empty() || id.contains('\0') || id.len() > MAX_ID {
            return None;
        }
        let value = match self {
            Self::Text => return Some(filter_value(id.as_bytes())),
            Self::Hex => hex::decode(id).ok()?,
            Self::Guid => {
                let digits = hex::decode(id.replace('-', "")).ok()?;
                let digits: [u8; 16] = digits.try_into().ok()?;
                let mut bytes = [0; 16];
                for (from, to) in GUID_ORDER.into_iter().enumerate() {
                    bytes[to] = digits[from];
                }
                bytes.to_vec()
            }
        };
        // Only the one spelling that `write` gives is the id.
        (self.write(&value)? == id).then(|| filter_value(&value))
    }
}

/// Longer ids are nobody's.
const MAX_ID: usize = 256;

/// Which byte of a GUID comes when in its text: the first three groups are little-endian.
const GUID_ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_written_as_windows_writes_it() {
        let stored = hex::decode("8a5e2fb1d70c4b4f9c3e000102030405").unwrap();
        let text = "b12f5e8a-0cd7-4f4b-9c3e-000102030405";
        assert_eq!(IdForm::Guid.write(&stored).as_deref(), Some(text));
        let filter = IdForm::Guid.filter_value(text).unwrap();
        assert!(filter.starts_with("\\8a\\5e\\2f\\b1\\d7\\0c"), "{filter}");
    }

    #[test]
    fn an_id_in_another_spelling_is_nobodys() {
        for id in [
            "B12F5E8A-0CD7-4F4B-9C3E-000102030405",
            "b12f5e8a0cd74f4b9c3e000102030405",
            "b12f5e8a-0cd7-4f4b-9c3e-0001020304",
            "nobody",
            "",
        ] {
            assert_eq!(IdForm::Guid.filter_value(id), None, "{id}");
        }
        assert_eq!(IdForm::Hex.filter_value("0A"), None);
        assert!(IdForm::Hex.filter_value("0a").is_some());
    }

    #[test]
    fn a_value_of_another_kind_is_no_id() {
        assert_eq!(IdForm::Guid.write(b"short"), None);
        assert_eq!(IdForm::Text.write(&[0xff]), None);
        assert_eq!(IdForm::Text.write(b""), None);
    }
}

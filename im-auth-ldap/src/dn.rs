//! Distinguished names: enough of RFC 4514 to compare two and to read the first part.

/// One `attribute=value` of a name, the value without escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) attribute: String,
    pub(crate) value: String,
}

/// The parts of the first component: `cn=Admins` of `cn=Admins,ou=groups,dc=example,dc=org`. Empty when it is no name.
pub(crate) fn first(dn: &str) -> Vec<Part> {
    split(dn, ',')
        .first()
        .map(|rdn| parts(rdn))
        .unwrap_or_default()
}

/// A spelling that is the same for names that differ in case, escapes and spaces only; `None` when it is no name.
pub(crate) fn normalized(dn: &str) -> Option<String> {
    let mut out = String::with_capacity(dn.len());
    for rdn in split(dn, ',') {
        let mut parts = parts(rdn);
        if parts.is_empty() {
            return None;
        }
        parts.sort_by(|a, b| a.attribute.cmp(&b.attribute));
        for part in parts {
            out.push_str(&part.attribute.to_lowercase());
            out.push('\u{1}');
            out.push_str(&folded(&part.value));
            out.push('\u{2}');
        }
        out.push('\u{3}');
    }
    Some(out)
}

/// Whether `dn` is `base` or below it, both as [`normalized`] writes them.
pub(crate) fn is_below(dn: &str, base: &str) -> bool {
    dn.strip_suffix(base)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('\u{3}'))
}

/// A value as directories compare most of them: without regard to case and to how many spaces are in between.
pub(crate) fn folded(value: &str) -> String {
    let lower = value.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is a distinguished name, and not a plain name.
pub(crate) fn is_dn(text: &str) -> bool {
    normalized(text).is_some()
}

fn parts(rdn: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for part in split(rdn, '+') {
        let Some((attribute, value)) = part.split_once('=') else {
            return Vec::new();
        };
        let attribute = attribute.trim();
        if attribute.is_empty() {
            return Vec::new();
        }
        parts.push(Part {
            attribute: attribute.to_owned(),
            value: unescaped(value),
        });
    }
    parts
}

/// Cuts at a separator that is neither escaped nor quoted.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut escaped, mut quoted) = (0, false, false);
    for (at, letter) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == '"' {
            quoted = !quoted;
        } else if letter == separator && !quoted {
            pieces.push(&text[start..at]);
            start = at + letter.len_utf8();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn unescaped(value: &str) -> String {
    // Spaces around a value mean nothing, unless they are escaped.
    let value = value.trim_start();
    let trimmed = value.trim_end();
    let value = if trimmed.ends_with('\\') && trimmed.len() < value.len() {
        &value[..=trimmed.len()]
    } else {
        trimmed
    };
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                let hex = bytes
                    .get(at + 1..at + 3)
                    .and_then(|pair| hex::decode(pair).ok());
                if let Some(byte) = hex {
                    out.extend(byte);
                    at += 3;
                } else {
                    out.extend(bytes.get(at + 1));
                    at += 2;
                }
            }
            b'"' => at += 1,
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_is_read_without_escapes() {
        for (dn, attribute, value) in [
            ("cn=Admins,ou=groups,dc=example,dc=org", "cn", "Admins"),
            ("CN=Smith\\, John,OU=x", "CN", "Smith, John"),
            ("cn=a\\2cb\\20,dc=org", "cn", "a,b "),
            ("cn=Zo\\c3\\ab,dc=org", "cn", "Zoë"),
            ("cn=\"a,b\",dc=org", "cn", "a,b"),
            ("cn = a , dc=org", "cn", "a"),
            ("cn=a\\ ,dc=org", "cn", "a "),
        ] {
            let part = &first(dn)[0];
            assert_eq!(
                (part.attribute.as_str(), part.value.as_str()),
                (attribute, value),
                "{dn}"
            );
        }
    }

    #[test]
    fn names_that_mean_the_same_are_the_same() {
        let same = |a: &str, b: &str| normalized(a).unwrap() == normalized(b).unwrap();
        assert!(same(
            "cn=Admins,DC=Example,dc=org",
            "CN=admins, dc=example, dc=ORG"
        ));
        assert!(same("cn=a\\,b,dc=org", "cn=a\\2cb,dc=org"));
        assert!(same("cn=a+uid=b,dc=org", "uid=b+cn=a,dc=org"));
        assert!(!same("cn=a,dc=org", "cn=a,dc=com"));
        assert!(!same("cn=a\\,dc=x,dc=org", "cn=a,dc=x,dc=org"));
    }

    #[test]
    fn a_plain_name_is_no_distinguished_name() {
        assert!(is_dn("cn=a"));
        for text in ["admins", "", "{name}@example.org", "EXAMPLE\\a", "=x"] {
            assert!(!is_dn(text), "{text:?}");
        }
    }
}

//! Names in filters (RFC 4515) and distinguished names (RFC 4514): always data, never syntax.

use std::fmt::Write as _;

/// What stands for the typed name in a template.
pub(crate) const NAME: &str = "{name}";
/// What stands for the account's distinguished name in a group filter.
pub(crate) const DN: &str = "{dn}";

/// A value inside a filter. Every byte that is not plainly harmless is written as `\xx`, which any server reads.
pub(crate) fn filter_value(value: &[u8]) -> String {
    let mut escaped = String::with_capacity(value.len());
    for &byte in value {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'@' | b' ') {
            escaped.push(char::from(byte));
        } else {
            push_hex(&mut escaped, byte);
        }
    }
    escaped
}

/// A value inside a distinguished name.
pub(crate) fn dn_value(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.len().saturating_sub(1);
    for (at, letter) in value.char_indices() {
        let special = matches!(letter, '"' | '+' | ',' | ';' | '<' | '>' | '=' | '\\')
            || letter.is_ascii_control()
            || (letter == ' ' && (at == 0 || at == last))
            || (letter == '#' && at == 0);
        if special {
            // All of them are ASCII: one byte each.
            push_hex(&mut escaped, u8::try_from(letter).unwrap_or(b'?'));
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// A name inside a login name that is no distinguished name (`{name}@example.org`, `EXAMPLE\{name}`); `None` when it
/// has a letter that no such name may have: there is no way to escape it.
pub(crate) fn plain_value(value: &str) -> Option<&str> {
    let fits = !value.contains(|letter: char| {
        letter.is_control()
            || matches!(
                letter,
                '"' | '/'
                    | '\\'
                    | '['
                    | ']'
                    | ':'
                    | ';'
                    | '|'
                    | '='
                    | ','
                    | '+'
                    | '*'
                    | '?'
                    | '<'
                    | '>'
                    | '@'
            )
    }) && value.trim() == value;
    fits.then_some(value)
}

/// A template with its placeholders filled; what is put in is not looked at again.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        match values.iter().find(|(name, _)| from.starts_with(name)) {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &from[name.len()..];
            }
            None => {
                filled.push('{');
                rest = &from[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

fn push_hex(text: &mut String, byte: u8) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\\{byte:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_change_a_filter() {
        for (name, escaped) in [
            ("alice", "alice"),
            ("*", "\\2a"),
            ("*)(uid=*", "\\2a\\29\\28uid\\3d\\2a"),
            ("a\\b", "a\\5cb"),
            ("a\0b", "a\\00b"),
            ("Zoë", "Zo\\c3\\ab"),
        ] {
            assert_eq!(filter_value(name.as_bytes()), escaped);
            let filter = format!("(uid={})", filter_value(name.as_bytes()));
            assert!(ldap3::parse_filter(&filter).is_ok(), "{filter}");
        }
    }

    #[test]
    fn a_name_cannot_change_a_distinguished_name() {
        for (name, escaped) in [
            ("alice", "alice"),
            ("alice,ou=admins", "alice\\2cou\\3dadmins"),
            ("a+b", "a\\2bb"),
            ("a\\", "a\\5c"),
            (" #a ", "\\20#a\\20"),
            ("#a", "\\23a"),
            ("O'Brien \"Bob\"", "O'Brien \\22Bob\\22"),
            ("a\nb", "a\\0ab"),
            ("Zoë", "Zoë"),
        ] {
            assert_eq!(dn_value(name), escaped);
        }
    }

    #[test]
    fn a_name_with_letters_that_cannot_be_escaped_is_no_login_name() {
        assert_eq!(plain_value("alice.b"), Some("alice.b"));
        for name in [
            "alice@evil.example",
            "EVIL\\alice",
            "a=b",
            "a*",
            " a",
            "a\n",
        ] {
            assert_eq!(plain_value(name), None, "{name:?}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let filled = fill(
            "(&(a={name})(b={dn}){x})",
            &[(NAME, "{dn}"), (DN, "{name}")],
        );
        assert_eq!(filled, "(&(a={dn})(b={name}){x})");
    }
}

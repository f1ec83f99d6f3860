//! What PHP does to text.

/// PHP's `trim`: spaces, tabs, line feeds, carriage returns, NUL and vertical tabs, at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}'])
}

/// A setting as PHP wrote it, plain or serialised, is true.
pub(crate) fn is_true(data: &str) -> bool {
    !matches!(
        data.trim(),
        "" | "0" | "b:0;" | "i:0;" | "s:0:\"\";" | "s:1:\"0\";" | "N;"
    )
}

#[cfg(test)]
mod tests {
    use super::{is_true, trim};

    #[test]
    fn settings_are_read_as_php_wrote_them() {
        for data in ["1", "b:1;", "i:1;", "yes"] {
            assert!(is_true(data), "{data}");
        }
        for data in ["", "0", "b:0;", "i:0;", "N;"] {
            assert!(!is_true(data), "{data}");
        }
    }

    #[test]
    fn only_phps_six_characters_go() {
        assert_eq!(trim(" \t\n\r\0\u{b}Alice B\u{b}\0\r\n\t "), "Alice B");
        for kept in [
            "\u{a0}Alice",
            "Alice\u{c}",
            "\u{3000}Alice",
            "Alice\u{200b}",
        ] {
            assert_eq!(trim(kept), kept);
        }
    }
}

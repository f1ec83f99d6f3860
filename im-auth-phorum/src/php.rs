//! What PHP does to text.

/// PHP's `trim`: spaces, tabs, line feeds, carriage returns, NUL and vertical tabs, at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\0', '\u{b}'])
}

#[cfg(test)]
mod tests {
    use super::trim;

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

//! The character set of a product's pages.

use std::fmt;
use std::str::FromStr;

use encoding_rs::Encoding;
use im_core::AuthError;
use serde::Deserialize;

/// The character set of a board's pages, in which browsers sent the passwords that it hashed and the names it stored.
///
/// Written `auto`, or any [label](https://encoding.spec.whatwg.org/#names-and-labels) of the web's encodings in which
/// forms are submitted; `iso-8859-1` means windows-1252 there, as browsers do.
///
/// ```
/// use im_auth_sql::BoardCharset;
///
/// let charset: BoardCharset = "Latin2".parse()?;
/// assert_eq!(charset.label(), Some("ISO-8859-2"));
/// assert_eq!("auto".parse::<BoardCharset>()?, BoardCharset::AUTO);
/// # Ok::<(), im_core::AuthError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BoardCharset(Option<&'static Encoding>);

impl BoardCharset {
    /// What is known of the product's version, or of its language.
    pub const AUTO: Self = Self(None);

    /// The label, unless it is `auto`.
    #[must_use]
    pub fn label(&self) -> Option<&'static str> {
        self.0.map(Encoding::name)
    }
}

impl FromStr for BoardCharset {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let label = text.trim();
        if label.eq_ignore_ascii_case("auto") {
            return Ok(Self::AUTO);
        }
        // No form is submitted in UTF-16.
        Encoding::for_label(label.as_bytes())
            .filter(|encoding| encoding.output_encoding() == *encoding)
            .map(|encoding| Self(Some(encoding)))
            .ok_or_else(|| {
                AuthError::configuration(format!(
                    "board_charset = {text:?} is no character set of web pages: write \"auto\", \"utf-8\", \
                     \"windows-1252\", \"windows-1251\", \"iso-8859-2\", …; phpBB 2 says it as ENCODING in the \
                     board's lang_main.php"
                ))
            })
    }
}

impl TryFrom<String> for BoardCharset {
    type Error = AuthError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for BoardCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.label() {
            None => f.write_str("auto"),
            Some(label) => f.write_str(&label.to_ascii_lowercase()),
        }
    }
}

impl fmt::Debug for BoardCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoardCharset({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_charset_is_a_label_or_auto() {
        let parse = |text: &str| text.parse::<BoardCharset>().unwrap();
        assert_eq!(parse(" Auto "), BoardCharset::AUTO);
        assert_eq!(BoardCharset::AUTO.to_string(), "auto");
        for (text, label) in [
            ("iso-8859-1", "windows-1252"),
            (" Latin2 ", "iso-8859-2"),
            ("utf8", "utf-8"),
            ("KOI8-R", "koi8-r"),
        ] {
            assert_eq!(parse(text).to_string(), label);
            assert_eq!(parse(label), parse(text));
        }
    }

    #[test]
    fn what_is_no_charset_of_pages_is_refused_with_what_to_write() {
        for text in ["", "klingon", "utf-16"] {
            let error = text.parse::<BoardCharset>().unwrap_err();
            assert_eq!(error.kind(), "configuration");
            let error = error.to_string();
            assert!(
                error.contains("windows-1252") && error.contains("lang_main.php"),
                "{error}"
            );
        }
    }
}

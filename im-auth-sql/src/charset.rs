//! Text in tables that are older than their character sets.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use im_core::AuthError;
use serde::Deserialize;

/// What the bytes of `latin1` columns really are.
///
/// Products that never told MySQL a character set stored whatever bytes the browser sent in columns declared
/// `latin1`: windows-1251 on a Russian board, UTF-8 on a later one ("double-encoded"). With this option the
/// connection speaks `latin1`, so that bytes pass unchanged; text is converted here, and the column's collation
/// compares bytes as it did for the product.
///
/// Written `bytes:windows-1251`, `bytes:utf-8`, … with any [label](https://encoding.spec.whatwg.org/#names-and-labels)
/// of the web's encodings. `iso-8859-1` means windows-1252 there, as browsers do.
///
/// Written `text`, it says the opposite to systems that would expect bytes: the columns hold what they are declared as.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TextCharset {
    encoding: &'static Encoding,
    bytes: bool,
}

impl TextCharset {
    /// The declared character set is the true one: the server converts.
    pub const TEXT: Self = Self {
        encoding: UTF_8,
        bytes: false,
    };

    /// Whether columns hold other bytes than they are declared for.
    pub(crate) fn is_bytes(&self) -> bool {
        self.bytes
    }

    /// Text to bytes. What the character set lacks becomes a decimal entity (`&#321;`), as browsers submit it.
    #[must_use]
    pub fn encode<'a>(&self, text: &'a str) -> Cow<'a, [u8]> {
        self.encoding.encode(text).0
    }

    /// Bytes to text. Never fails: in a table half converted to UTF-8, what is no UTF-8 is read as windows-1252;
    /// what is no text in another character set becomes U+FFFD.
    #[must_use]
    pub fn decode<'a>(&self, bytes: &'a [u8]) -> Cow<'a, str> {
        if self.encoding == UTF_8 {
            decode_utf8(bytes)
        } else {
            self.encoding.decode_without_bom_handling(bytes).0
        }
    }
}

/// UTF-8, and what is none as windows-1252, in which every byte is something.
pub(crate) fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

impl FromStr for TextCharset {
    type Err = AuthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "text" {
            return Ok(Self::TEXT);
        }
        let Some(label) = text.strip_prefix("bytes:") else {
            return Err(AuthError::configuration(format!(
                "charset = {text:?}: write \"auto\" (the database says it), \"text\" (it does, whatever the \
                 board's pages are in), or what latin1 columns really hold: \"bytes:windows-1251\", \
                 \"bytes:utf-8\", …"
            )));
        };
        let encoding = Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
            AuthError::configuration(format!(
                "charset = {text:?}: unknown character set {label:?}; known are windows-1250 to windows-1258, \
                 iso-8859-2 to iso-8859-16, koi8-r, utf-8, gbk, big5, euc-kr, shift_jis, …"
            ))
        })?;
        // UTF-16 is never what a byte column holds; ISO-2022-JP changes meaning midway, so that parts do not compare.
        if encoding.output_encoding() != encoding || !encoding.is_ascii_compatible() {
            return Err(AuthError::configuration(format!(
                "charset = {text:?}: {} is not made of ASCII and more; what is the board's page character set?",
                encoding.name()
            )));
        }
        Ok(Self {
            encoding,
            bytes: true,
        })
    }
}

impl TryFrom<String> for TextCharset {
    type Error = AuthError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for TextCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.bytes {
            return f.write_str("text");
        }
        write!(f, "bytes:{}", self.encoding.name().to_ascii_lowercase())
    }
}

impl fmt::Debug for TextCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextCharset({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charset(text: &str) -> TextCharset {
        text.parse().unwrap()
    }

    #[test]
    fn labels_are_those_of_the_web() {
        assert_eq!(
            charset("bytes:windows-1251").to_string(),
            "bytes:windows-1251"
        );
        assert_eq!(charset("bytes:cp1251"), charset("bytes:windows-1251"));
        assert_eq!(
            charset("bytes:iso-8859-1").to_string(),
            "bytes:windows-1252"
        );
        assert_eq!(charset("bytes:utf8").to_string(), "bytes:utf-8");
    }

    #[test]
    fn text_is_not_bytes() {
        assert_eq!(charset("text"), TextCharset::TEXT);
        assert_eq!(TextCharset::TEXT.to_string(), "text");
        assert_ne!(TextCharset::TEXT, charset("bytes:utf-8"));
    }

    #[test]
    fn what_is_none_is_refused_with_what_to_write() {
        for text in [
            "latin1",
            "bytes:",
            "bytes:klingon",
            "bytes:utf-16",
            "bytes:iso-2022-jp",
            "bytes:replacement",
            "",
        ] {
            let error = text.parse::<TextCharset>().unwrap_err();
            assert_eq!(error.kind(), "configuration", "{text}");
            assert!(error.to_string().contains("charset"), "{error}");
        }
    }

    #[test]
    fn letters_pass_both_ways() {
        let cyrillic = charset("bytes:windows-1251");
        assert_eq!(&*cyrillic.encode("Привет"), b"\xcf\xf0\xe8\xe2\xe5\xf2");
        assert_eq!(cyrillic.decode(b"\xcf\xf0\xe8\xe2\xe5\xf2"), "Привет");
        assert_eq!(&*charset("bytes:utf-8").encode("é"), b"\xc3\xa9");
    }

    #[test]
    fn a_letter_the_charset_lacks_becomes_the_entity_a_browser_sends() {
        assert_eq!(
            &*charset("bytes:windows-1252").encode("Łukasz €"),
            b"&#321;ukasz \x80"
        );
    }

    #[test]
    fn reading_never_fails() {
        assert_eq!(
            charset("bytes:utf-8").decode(b"Zo\xe9"),
            "Zo\u{e9}",
            "a row from before the change to UTF-8"
        );
        assert_eq!(decode_utf8(b"\x93quoted\x94"), "\u{201c}quoted\u{201d}");
        assert_eq!(charset("bytes:euc-kr").decode(b"\xff"), "\u{fffd}");
    }
}

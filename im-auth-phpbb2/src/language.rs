//! What a board's language pack says: the BCP 47 tag of its language, and the character set of its pages.
//!
//! phpBB 2 keeps the name of a language pack's folder without `lang_` (`user_lang`, configuration row `default_lang`).
//! The pack's own `ENCODING` line, which lies in a file and not in the database, is what the pages are sent in; the
//! table has the historic packs' values as phpBB 3's converter lists them.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Folder name, BCP 47 tag, label of the pages' character set. Packs for Western Europe say iso-8859-1, which to a
/// browser means windows-1252; so do all the table leaves out.
const PACKS: &[(&str, &str, &str)] = &[
    ("afrikaans", "af", "windows-1252"),
    ("albanian", "sq", "windows-1252"),
    ("arabic", "ar", "windows-1256"),
    ("azerbaijani", "az", "utf-8"),
    ("basque", "eu", "windows-1252"),
    ("bosnian", "bs", "windows-1250"),
    ("breton", "br", "windows-1252"),
    ("bulgarian", "bg", "windows-1251"),
    ("catalan", "ca", "windows-1252"),
    ("chinese_simplified", "zh-Hans", "gb2312"),
    ("chinese_traditional", "zh-Hant", "big5"),
    ("chinese_traditional_taiwan", "zh-Hant-TW", "big5"),
    ("croatian", "hr", "windows-1250"),
    ("czech", "cs", "windows-1250"),
    ("danish", "da", "windows-1252"),
    ("dutch", "nl", "windows-1252"),
    ("english", "en", "windows-1252"),
    ("esperanto", "eo", "windows-1252"),
    ("estonian", "et", "iso-8859-4"),
    ("faroese", "fo", "windows-1252"),
    ("farsi", "fa", "windows-1256"),
    ("finnish", "fi", "windows-1252"),
    ("french", "fr", "windows-1252"),
    ("galego", "gl", "windows-1252"),
    ("german", "de", "windows-1252"),
    ("greek", "el", "iso-8859-7"),
    ("hebrew", "he", "windows-1255"),
    ("hungarian", "hu", "iso-8859-2"),
    ("icelandic", "is", "windows-1252"),
    ("indonesian", "id", "windows-1252"),
    ("irish", "ga", "windows-1252"),
    ("italian", "it", "windows-1252"),
    ("japanese", "ja", "shift_jis"),
    ("korean", "ko", "euc-kr"),
    ("kurdish", "ku", "windows-1254"),
    ("lithuanian", "lt", "windows-1257"),
    ("macedonian", "mk", "windows-1251"),
    ("mongolian", "mn", "utf-8"),
    ("norwegian", "no", "windows-1252"),
    ("persian", "fa", "windows-1256"),
    ("polish", "pl", "iso-8859-2"),
    ("portuguese", "pt", "windows-1252"),
    ("portuguese_brazil", "pt-BR", "windows-1252"),
    ("romanian", "ro", "iso-8859-2"),
    ("russian", "ru", "windows-1251"),
    ("sakha", "sah", "utf-8"),
    ("serbian", "sr", "windows-1250"),
    ("slovak", "sk", "windows-1250"),
    ("slovenian", "sl", "windows-1250"),
    ("spanish", "es", "windows-1252"),
    ("spanish_argentina", "es-AR", "windows-1252"),
    ("swedish", "sv", "windows-1252"),
    ("thai", "th", "windows-874"),
    ("turkish", "tr", "iso-8859-9"),
    ("ukrainian", "uk", "windows-1251"),
    ("welsh", "cy", "windows-1252"),
];

/// The pack a folder name stands for: the longest entry that is the name or its beginning up to a `_` or `-`, so
/// that `german_formal` and `russian-utf8` are known too.
fn pack(folder: &str) -> Option<(&'static str, &'static str)> {
    let folder = folder.trim().to_ascii_lowercase();
    PACKS
        .iter()
        .filter(|(name, ..)| {
            folder
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-']))
        })
        .max_by_key(|(name, ..)| name.len())
        .map(|(_, tag, charset)| (*tag, *charset))
}

/// The BCP 47 tag of a language pack, if it is a known one.
pub(crate) fn tag(folder: &str) -> Option<&'static str> {
    pack(folder).map(|(tag, _)| tag)
}

/// The character set of a board's pages, from its default language pack; `None` for a pack that is not known.
///
/// A folder that calls itself UTF-8 (`russian_utf8`) is taken at its word.
pub(crate) fn page_charset(folder: &str) -> Option<&'static Encoding> {
    let lower = folder.to_ascii_lowercase();
    if lower.contains("utf8") || lower.contains("utf-8") || lower.contains("utf_8") {
        return Some(UTF_8);
    }
    pack(folder).map(|(_, label)| charset(label).unwrap_or(WINDOWS_1252))
}

/// The character set a browser means by `label`; those that a page cannot be submitted in are refused.
pub(crate) fn charset(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes())
        .filter(|encoding| encoding.output_encoding() == *encoding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, ISO_8859_2, WINDOWS_1251, WINDOWS_1254};

    #[test]
    fn every_pack_of_the_table_names_a_character_set_that_exists() {
        for (name, tag, label) in PACKS {
            assert!(charset(label).is_some(), "{name}: {label}");
            assert!(!tag.is_empty());
        }
    }

    #[test]
    fn a_language_pack_tells_its_tag_and_its_pages_character_set() {
        assert_eq!(tag("french"), Some("fr"));
        assert_eq!(page_charset("english"), Some(WINDOWS_1252));
        assert_eq!(page_charset("russian"), Some(WINDOWS_1251));
        assert_eq!(page_charset("polish"), Some(ISO_8859_2));
        assert_eq!(page_charset("turkish"), Some(WINDOWS_1254));
        assert_eq!(tag("chinese_traditional_taiwan"), Some("zh-Hant-TW"));
        assert_eq!(page_charset("chinese_traditional"), Some(BIG5));
    }

    #[test]
    fn a_variant_of_a_pack_is_that_pack() {
        assert_eq!(tag("german_formal"), Some("de"));
        assert_eq!(tag("Portuguese_Brazil"), Some("pt-BR"));
        assert_eq!(page_charset("russian_utf8"), Some(UTF_8));
        assert_eq!(tag("germanic"), None);
    }

    #[test]
    fn an_unknown_pack_is_unknown() {
        assert_eq!(tag("klingon"), None);
        assert_eq!(page_charset("klingon"), None);
        assert_eq!(page_charset(""), None);
        assert!(charset("utf-16").is_none(), "no page is submitted in it");
    }
}

//! Names between people and the column that holds them.

use im_auth_sql::{BoardCharset, TextCharset};

use crate::php;
use crate::version::Version;

/// How a board's names are written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names {
    /// What the pages are sent in, where browsers submit what it lacks as decimal entities (`&#321;`); `None`:
    /// UTF-8, which lacks nothing.
    pub(crate) pages: Option<TextCharset>,
    /// A module of the board wrote HTML into the display names.
    pub(crate) html: bool,
}

impl Names {
    /// What the product compares with its column: trimmed, with entities for what the pages could not send.
    pub(crate) fn typed(&self, name: &str) -> String {
        let name = php::trim(name);
        match &self.pages {
            Some(pages) => pages.decode(&pages.encode(name)).into_owned(),
            None => name.to_owned(),
        }
    }

    /// A stored name as its owner wrote it. Typed, it finds the same account.
    pub(crate) fn shown(&self, stored: &str) -> String {
        let Some(pages) = &self.pages else {
            return stored.to_owned();
        };
        let mut shown = String::with_capacity(stored.len());
        let mut rest = stored;
        while let Some(at) = rest.find("&#") {
            shown.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some((letter, length)) = submitted(rest, pages) {
                shown.push(letter);
                rest = &rest[length..];
            } else {
                shown.push_str("&#");
                rest = &rest[2..];
            }
        }
        shown + rest
    }
}

/// The letter whose entity, as a browser writes it, begins `text`, which begins with `&#`; and the entity's length.
fn submitted(text: &str, pages: &TextCharset) -> Option<(char, usize)> {
    let digits = &text[2..text.find(';')?];
    let letter = char::from_u32(digits.parse().ok()?)?;
    let entity = format!("&#{};", u32::from(letter));
    let lacks = *pages.encode(letter.encode_utf8(&mut [0; 4])) == *entity.as_bytes();
    (lacks && text.starts_with(&entity)).then_some((letter, entity.len()))
}

/// What the pages of a version are sent in, as far as it matters to names. `columns`: what the columns really hold,
/// where that is known; it is what the pages sent.
pub(crate) fn pages(
    version: Version,
    board: &BoardCharset,
    columns: Option<TextCharset>,
) -> Option<TextCharset> {
    if version > Version::V5_0 {
        return None;
    }
    match (board.label(), columns) {
        // A character set that no bytes column can be in has no entities either.
        (Some(label), _) => charset(label),
        (None, Some(columns)) if is_bytes(&columns) => Some(columns),
        (None, _) => charset("windows-1252"),
    }
}

/// Only bytes are as the pages sent them; text was converted since.
fn is_bytes(columns: &TextCharset) -> bool {
    columns.to_string().starts_with("bytes:")
}

/// A character set by the web's label.
pub(crate) fn charset(label: &str) -> Option<TextCharset> {
    format!("bytes:{label}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(label: &str) -> Names {
        Names {
            pages: charset(label),
            html: false,
        }
    }

    #[test]
    fn what_the_pages_lack_is_an_entity() {
        let western = on("windows-1252");
        assert_eq!(western.typed(" Łukasz\t"), "&#321;ukasz");
        assert_eq!(western.typed("\u{1f600} Zoé €"), "&#128512; Zoé €");
        assert_eq!(on("windows-1251").typed("Иван é"), "Иван &#233;");
        for names in [on("utf-8"), Names::default()] {
            assert_eq!(names.typed(" Łukasz "), "Łukasz");
        }
    }

    #[test]
    fn only_entities_that_a_browser_made_are_shown_as_letters() {
        let western = on("windows-1252");
        assert_eq!(western.shown("&#321;ukasz &#128512;"), "Łukasz \u{1f600}");
        for typed in [
            "&#233;", "&#0321;", "&#321", "&#;", "&#x141;", "&amp;", "&#+321;", "&#", "&#55296;",
        ] {
            assert_eq!(western.shown(typed), typed);
        }
        assert_eq!(Names::default().shown("&#321;"), "&#321;");
        assert_eq!(on("utf-8").shown("&#321;"), "&#321;");
    }

    #[test]
    fn a_shown_name_finds_its_account() {
        let western = on("windows-1252");
        for stored in ["&#321;ukasz", "Zoé", "&#233;", "a&#&#321;b;", "R&D"] {
            assert_eq!(western.typed(&western.shown(stored)), stored);
        }
    }

    #[test]
    fn the_pages_are_those_of_the_version_unless_somebody_knows_better() {
        let utf8 = charset("utf-8");
        let auto = BoardCharset::AUTO;
        assert_eq!(pages(Version::V5_1, &auto, None), None);
        assert_eq!(pages(Version::V5_0, &auto, None), charset("windows-1252"));
        assert_eq!(pages(Version::V3, &auto, utf8), utf8);
        let russian = "windows-1251".parse().unwrap();
        assert_eq!(
            pages(Version::V5_0, &russian, utf8),
            charset("windows-1251")
        );
    }
}

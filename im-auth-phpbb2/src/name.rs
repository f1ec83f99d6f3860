//! What phpBB 2 makes of a user name before it looks it up, and how to read the stored form back.
//!
//! The product works on the bytes the browser sent: the page's character set, with a decimal entity (`&#321;`) for
//! every character that set lacks. Every input has backslashes added first, and the string in the query is what the
//! server's own unescaping leaves; both show when the name is cut, which is why the steps are followed to the byte.

use encoding_rs::{DecoderResult, Encoding};

use crate::board::Version;

/// Bytes of an encoded name that phpBB 2 keeps.
const LIMIT: usize = 25;
/// More bytes than 25 letters have in any character set.
const LONGEST: usize = 255;

/// What one version does to the typed name at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameRule {
    /// 2.0.0 to 2.0.4: nothing.
    AsTyped,
    /// 2.0.5 to 2.0.10: trimmed, entities for `& < > "`, cut to 25 bytes.
    ///
    /// In 2.0.5 a name with an apostrophe ends in an SQL error there; it is looked up here as 2.0.6 does.
    Cut,
    /// 2.0.11 and later: as before, and every trailing backslash dropped.
    CutWithoutTrailingBackslashes,
}

impl NameRule {
    /// The rule of a version; without one, that of the last.
    pub(crate) fn of(version: Option<Version>) -> Self {
        match version.map(Version::patch) {
            Some(0..=4) => Self::AsTyped,
            Some(5..=10) => Self::Cut,
            _ => Self::CutWithoutTrailingBackslashes,
        }
    }
}

/// The bytes that the product compares with the name column.
pub(crate) fn clean(typed: &str, charset: &'static Encoding, rule: NameRule) -> Vec<u8> {
    let (submitted, _, _) = charset.encode(typed);
    if rule == NameRule::AsTyped {
        return bounded(&submitted).to_vec();
    }
    let mut name = escape_html(&quotes_back(trim(&add_slashes(&submitted))));
    name.truncate(LIMIT);
    let backslashes = name.iter().rev().take_while(|&&byte| byte == b'\\').count();
    match rule {
        NameRule::CutWithoutTrailingBackslashes => name.truncate(name.len() - backslashes),
        // Half of a doubled backslash would end the query's string early: an SQL error there.
        _ => name.truncate(name.len() - backslashes % 2),
    }
    server_unescape(&name)
}

/// A name that is longer than any column holds, cut to one that still is: the end of it, since blanks at the end are
/// the one thing that comparison may overlook.
fn bounded(name: &[u8]) -> &[u8] {
    let blanks = name.iter().rev().take_while(|&&byte| byte == b' ').count();
    let written = &name[..name.len() - blanks];
    if written.len() > LONGEST {
        &written[written.len() - LONGEST..]
    } else {
        &name[..name.len().min(LONGEST)]
    }
}

/// Board bytes as text. A character that the cut went through is left out.
pub(crate) fn decode(bytes: &[u8], charset: &'static Encoding) -> String {
    let mut decoder = charset.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(room.unwrap_or(bytes.len() * 3));
    match decoder.decode_to_string_without_replacement(bytes, &mut text, false) {
        // `last` is false: an unfinished character at the end is no error, it only never arrives.
        (DecoderResult::InputEmpty, _) => text,
        _ => charset.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The name as people write it: entities decoded.
///
/// Decimal entities are decoded where the board's character set lacks the character, because then the browser made
/// them; an entity cut at the limit is the character it began with. So the result, typed, finds the same account.
pub(crate) fn shown(stored: &str, charset: &'static Encoding, rule: NameRule) -> String {
    let people = |stored: &str| decimal_entities(&unescape_html(stored), charset);
    if rule != NameRule::AsTyped
        && let Some(at) = stored.rfind('&')
    {
        let begun =
            |entity: &&str| entity.len() > stored.len() - at && entity.starts_with(&stored[at..]);
        for entity in ENTITIES.iter().map(|(entity, _)| *entity).filter(begun) {
            let whole = people(&format!("{}{entity}", &stored[..at]));
            if decode(&clean(&whole, charset, rule), charset) == stored {
                return whole;
            }
        }
    }
    people(stored)
}

/// `&amp; &lt; &gt; &quot;` as characters, once.
pub(crate) fn unescape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
            Some((entity, character)) => {
                out.push(*character);
                rest = &rest[entity.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

const ENTITIES: [(&str, char); 4] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
];

/// `&#321;` as the character, where `charset` lacks it.
fn decimal_entities(text: &str, charset: &'static Encoding) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match submitted_character(rest, charset) {
            Some((character, length)) => {
                out.push(character);
                rest = &rest[length..];
            }
            None => {
                out.push_str("&#");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character whose entity, as a browser writes it for a page in `charset`, begins `text`; and its length.
fn submitted_character(text: &str, charset: &'static Encoding) -> Option<(char, usize)> {
    let digits = &text[2..text.find(';')?];
    let plain = digits.len() <= 7 && digits.bytes().all(|b| b.is_ascii_digit());
    let character = char::from_u32(digits.parse().ok().filter(|_| plain)?)?;
    let entity = format!("&#{};", u32::from(character));
    let as_browser = charset.encode(character.encode_utf8(&mut [0; 4])).0 == entity.as_bytes();
    (as_browser && text.starts_with(&entity)).then_some((character, entity.len()))
}

/// What the product puts before every character that matters to SQL.
pub(crate) fn add_slashes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 8);
    for &byte in bytes {
        match byte {
            b'\'' | b'"' | b'\\' => out.extend([b'\\', byte]),
            0 => out.extend(b"\\0"),
            _ => out.push(byte),
        }
    }
    out
}

/// White space as PHP trims it.
fn trim(bytes: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0B);
    let start = bytes.iter().position(|b| !blank(b)).unwrap_or(bytes.len());
    let end = bytes
        .iter()
        .rposition(|b| !blank(b))
        .map_or(start, |i| i + 1);
    &bytes[start..end]
}

/// `\'` as `'`.
fn quotes_back(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if byte == b'\'' && out.last() == Some(&b'\\') {
            out.pop();
        }
        out.push(byte);
    }
    out
}

/// Entities for `& < > "`; the apostrophe stays.
fn escape_html(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    for &byte in bytes {
        match byte {
            b'&' => out.extend(b"&amp;"),
            b'<' => out.extend(b"&lt;"),
            b'>' => out.extend(b"&gt;"),
            b'"' => out.extend(b"&quot;"),
            _ => out.push(byte),
        }
    }
    out
}

/// What the database server reads where the query says `bytes`.
fn server_unescape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'0') => out.push(0),
                Some(escaped) => out.push(escaped),
                None => {}
            },
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, UTF_8, WINDOWS_1251, WINDOWS_1252};
    use proptest::prelude::*;

    const LAST: NameRule = NameRule::CutWithoutTrailingBackslashes;

    fn last(typed: &str) -> Vec<u8> {
        clean(typed, WINDOWS_1252, LAST)
    }

    #[test]
    fn entities_stand_for_the_four_html_characters_and_not_for_the_apostrophe() {
        assert_eq!(last("R&D"), b"R&amp;D");
        assert_eq!(last("<b>\"x\""), b"&lt;b&gt;&quot;x&quot;");
        assert_eq!(last("O'Reilly"), b"O'Reilly");
    }

    #[test]
    fn outer_blanks_go_and_inner_ones_stay() {
        assert_eq!(last(" \t Two  Words \r\n"), b"Two  Words");
        assert_eq!(last("\u{a0}x"), b"\xa0x", "a no-break space is no blank");
    }

    #[test]
    fn the_cut_comes_after_the_entities_and_goes_through_them() {
        let typed = format!("{}&", "a".repeat(24));
        assert_eq!(last(&typed), format!("{}&", "a".repeat(24)).into_bytes());
        let typed = format!("{}&x", "a".repeat(22));
        assert_eq!(last(&typed), format!("{}&am", "a".repeat(22)).into_bytes());
        assert_eq!(last(&"b".repeat(40)), vec![b'b'; 25]);
    }

    #[test]
    fn a_backslash_or_double_quote_takes_an_extra_byte_at_the_cut() {
        assert_eq!(last("a\\b"), b"a\\b");
        // 24 bytes and half of a doubled backslash, which goes.
        assert_eq!(last(&format!("{}\\b", "a".repeat(24))), vec![b'a'; 24]);
        let typed = format!("{}\"", "a".repeat(18));
        assert_eq!(
            last(&typed),
            format!("{}&quot;", "a".repeat(18)).into_bytes()
        );
        let typed = format!("{}\"", "a".repeat(19));
        assert_eq!(
            last(&typed),
            format!("{}&quot", "a".repeat(19)).into_bytes()
        );
    }

    #[test]
    fn trailing_backslashes_are_dropped_since_2_0_11_only() {
        assert_eq!(last("bob\\\\"), b"bob");
        assert_eq!(clean("bob\\", WINDOWS_1252, NameRule::Cut), b"bob\\");
        let typed = format!("{}\\", "a".repeat(24));
        assert_eq!(clean(&typed, WINDOWS_1252, NameRule::Cut), vec![b'a'; 24]);
    }

    #[test]
    fn a_backslash_before_an_apostrophe_stays() {
        assert_eq!(last("a\\'b"), b"a\\'b");
        assert_eq!(last("''\\''"), b"''\\''");
    }

    #[test]
    fn what_the_character_set_lacks_becomes_a_decimal_entity_escaped_again() {
        assert_eq!(last("Łukasz"), b"&amp;#321;ukasz");
        assert_eq!(last("Zoé €"), b"Zo\xe9 \x80");
        assert_eq!(
            clean("Łukasz", WINDOWS_1252, NameRule::AsTyped),
            b"&#321;ukasz"
        );
        assert_eq!(clean("Łukasz", UTF_8, LAST), "Łukasz".as_bytes());
        assert_eq!(clean("Иван", WINDOWS_1251, LAST), b"\xc8\xe2\xe0\xed");
    }

    #[test]
    fn the_first_versions_take_the_name_as_typed() {
        let typed = " R&D \"quoted\" and much longer than 25 ";
        assert_eq!(
            clean(typed, WINDOWS_1252, NameRule::AsTyped),
            typed.as_bytes()
        );
    }

    #[test]
    fn a_name_of_any_length_is_looked_up_in_bounded_space() {
        let as_typed = |typed: &str| clean(typed, WINDOWS_1252, NameRule::AsTyped);
        assert_eq!(as_typed(&"x".repeat(1_000_000)), vec![b'x'; LONGEST]);
        let padded = as_typed(&format!("alan{}", " ".repeat(1_000)));
        assert_eq!(
            (padded.len(), padded.trim_ascii_end()),
            (LONGEST, &b"alan"[..])
        );
        let hidden = as_typed(&format!("alan{}x", " ".repeat(1_000)));
        assert!(
            !hidden.starts_with(b"alan"),
            "what follows the blanks still counts"
        );
    }

    #[test]
    fn a_utf_8_name_is_cut_at_25_bytes_and_the_split_character_left_out() {
        let bytes = clean("Константинополь", UTF_8, LAST);
        assert_eq!(bytes.len(), 25);
        assert_eq!(decode(&bytes, UTF_8), "Константиноп");
        assert_eq!(decode(b"\xd0\xd0x", UTF_8), "\u{fffd}\u{fffd}x");
    }

    #[test]
    fn a_trail_byte_that_looks_like_a_backslash_survives() {
        assert_eq!(clean("表示", SHIFT_JIS, LAST), b"\x95\x5c\x8e\xa6");
        assert_eq!(decode(b"\x95\x5c\x8e\xa6", SHIFT_JIS), "表示");
    }

    #[test]
    fn stored_names_read_as_people_write_them() {
        let shown = |stored| shown(stored, WINDOWS_1252, LAST);
        assert_eq!(shown("R&amp;D"), "R&D");
        assert_eq!(shown("&amp;#321;ukasz"), "Łukasz");
        assert_eq!(
            shown("&amp;#233;t&amp;#0321;"),
            "&#233;t&#0321;",
            "no browser sent that"
        );
        assert_eq!(shown("&amp;#0;&amp;#xe9;&amp;#;"), "&#0;&#xe9;&#;");
        assert_eq!(shown("AT&T"), "AT&T");
        assert_eq!(
            shown("aaaaaaaaaaaaaaaaaaaaaa&am"),
            "aaaaaaaaaaaaaaaaaaaaaa&"
        );
        assert_eq!(shown("short&am"), "short&am");
    }

    #[test]
    fn the_rule_follows_the_version() {
        let rule = |text| NameRule::of(Version::parse(text));
        assert_eq!(rule(".0.4"), NameRule::AsTyped);
        assert_eq!(rule(".0.5"), NameRule::Cut);
        assert_eq!(rule(".0.10"), NameRule::Cut);
        assert_eq!(rule(".0.11"), LAST);
        assert_eq!(NameRule::of(None), LAST);
    }

    proptest! {
        #[test]
        fn the_shown_name_finds_the_same_account(typed in "[a-zé<>&\"'\\\\ #;0-9Ł€表🔑]{0,30}") {
            for charset in [WINDOWS_1252, WINDOWS_1251, UTF_8] {
                let stored = decode(&clean(&typed, charset, LAST), charset);
                let again = decode(&clean(&shown(&stored, charset, LAST), charset, LAST), charset);
                // A character lost at the cut may leave a blank or backslash at the end.
                let whole = |name: &str| name.trim_end_matches([' ', '\\']).to_owned();
                prop_assert_eq!(whole(&again), whole(&stored));
            }
        }
    }
}

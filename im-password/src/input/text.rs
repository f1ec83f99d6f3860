//! What is done to text, character by character.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

/// Text of all these characters. No reallocation: no copy stays behind in memory.
pub(super) fn collect(len: usize, characters: impl Iterator<Item = char>) -> Vec<u8> {
    let mut out = String::with_capacity(len);
    out.extend(characters);
    out.into_bytes()
}

pub(super) fn nfc(text: &str) -> Vec<u8> {
    collect(3 * text.len(), text.nfc())
}

pub(super) fn nfkc(text: &str) -> Vec<u8> {
    // The longest: U+FDFA is 18 characters of two bytes, and was three.
    collect(12 * text.len(), text.nfkc())
}

/// The first character in upper case, if that is one character.
pub(super) fn upper_first(text: &str) -> Vec<u8> {
    let mut characters = text.chars();
    let first = characters.next().map(|first| {
        let mut upper = first.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(upper), None) => upper,
            _ => first,
        }
    });
    collect(text.len() + 4, first.into_iter().chain(characters))
}

/// Runs of white space as one space.
pub(super) fn collapse(text: &str) -> Vec<u8> {
    let mut in_run = false;
    let characters = text.chars().filter_map(|c| {
        let space = c.is_whitespace();
        let again = space && in_run;
        in_run = space;
        match (space, again) {
            (_, true) => None,
            (true, false) => Some(' '),
            (false, _) => Some(c),
        }
    });
    collect(text.len(), characters)
}

/// A page's title as MediaWiki spells user names: NFC, underscores and white space as single
/// spaces, none around, no marks of direction, and a capital first.
pub(super) fn mediawiki_name(text: &str) -> Vec<u8> {
    let direction = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}');
    let space = |c: char| {
        matches!(
            c,
            ' ' | '_' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
                ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        )
    };
    let plain = text.nfc().filter(|c| !direction(*c));
    let plain = plain.map(|c| if space(c) { ' ' } else { c });
    let plain: zeroize::Zeroizing<String> = zeroize::Zeroizing::new(plain.collect());
    let mut words = String::with_capacity(plain.len());
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    upper_first(&zeroize::Zeroizing::new(words))
}

/// What is no letter with a mark of its own, in WordPress' `remove_accents`.
const LETTERS: &[(char, &str)] = &[
    ('ª', "a"),
    ('º', "o"),
    ('Æ', "AE"),
    ('Ð', "D"),
    ('Ø', "O"),
    ('Þ', "TH"),
    ('ß', "s"),
    ('æ', "ae"),
    ('ð', "d"),
    ('ø', "o"),
    ('þ', "th"),
    ('Đ', "D"),
    ('đ', "d"),
    ('Ħ', "H"),
    ('ħ', "h"),
    ('ı', "i"),
    ('Ĳ', "IJ"),
    ('ĳ', "ij"),
    ('ĸ', "k"),
    ('Ŀ', "L"),
    ('ŀ', "l"),
    ('Ł', "L"),
    ('ł', "l"),
    ('ŉ', "n"),
    ('Ŋ', "N"),
    ('ŋ', "n"),
    ('Œ', "OE"),
    ('œ', "oe"),
    ('Ŧ', "T"),
    ('ŧ', "t"),
    ('ſ', "s"),
    ('ɑ', "a"),
    ('€', "E"),
    ('£', ""),
];

/// What it writes on German sites.
const GERMAN: &[(char, &str)] = &[
    ('Ä', "Ae"),
    ('ä', "ae"),
    ('Ö', "Oe"),
    ('ö', "oe"),
    ('Ü', "Ue"),
    ('ü', "ue"),
    ('ß', "ss"),
];

/// The letters with marks that it knows: Latin-1, Latin Extended-A and -B, Vietnamese, Pinyin.
fn has_mark(c: char) -> bool {
    matches!(c, 'À'..='ÿ' | 'Ā'..='ž' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ǎ'..='ǜ' | 'Ș'..='ț' | 'Ạ'..='ỹ')
}

/// Latin letters without accents, as WordPress' `remove_accents` writes them.
pub(super) fn remove_accents(text: &str, german: bool) -> Vec<u8> {
    let mut out = String::with_capacity(2 * text.len());
    for c in text.nfc() {
        let own = GERMAN.iter().filter(|_| german).chain(LETTERS);
        if let Some((_, letters)) = own.into_iter().find(|(letter, _)| *letter == c) {
            out.push_str(letters);
        } else if has_mark(c) {
            let mut base = c;
            let mut first = true;
            decompose_canonical(c, |part| {
                if std::mem::take(&mut first) {
                    base = part;
                }
            });
            out.push(base);
        } else {
            out.push(c);
        }
    }
    out.into_bytes()
}

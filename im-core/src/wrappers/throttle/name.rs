//! Names as the loosest of foreign databases compare them, and looser.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Bytes of a name that count: phpBB 2 ignores what comes after them, whatever it is.
const BYTES: usize = 25;

/// Letters and digits that count.
const CHARACTERS: usize = 20;

/// What stands for all spellings of a name.
///
/// Databases ignore case, accents, width, invisible characters and blanks at the end, take `ß` for `s` or `ss` and
/// `ü` for `u`, `ue` or `y`; products drop backslashes and cut. None of that may make two of one. The reverse does no
/// harm: names that are merely alike share an allowance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name(Box<str>);

impl Name {
    pub(super) fn of(typed: &str) -> Self {
        let name = folded(beginning(typed.trim_start_matches(|c: char| !counts(c))));
        if !name.is_empty() {
            return Self(name.into());
        }
        // Nothing but signs. Those outside ASCII go: some are invisible.
        let signs = typed.chars().filter(|c| c.is_ascii_graphic() && *c != '\\');
        Self(signs.take(CHARACTERS).collect())
    }
}

/// Letters and digits, but for the fillers of Hangul: letters that cannot be seen.
fn counts(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// What is left of a name when a product cuts it, at the earliest.
fn beginning(name: &str) -> &str {
    let mut bytes = 0;
    let end = name.char_indices().find(|(_, c)| {
        bytes += match c {
            // Cut in their escaped form: `&quot;`.
            '&' | '<' | '>' | '"' | '\'' | '\\' => 6,
            c => c.len_utf8(),
        };
        bytes > BYTES
    });
    end.map_or(name, |(end, _)| &name[..end])
}

fn folded(name: &str) -> String {
    let letters = name
        .nfkd()
        .flat_map(char::to_lowercase)
        // What lower case makes of some letters is a letter and a mark.
        .nfkd()
        .filter(|c| counts(*c) && !is_combining_mark(*c))
        .map(coarse);
    let mut name = String::new();
    let mut last = None;
    for letter in letters {
        let says_nothing = match (last, letter) {
            // `ss` for `ß`, `aa` for `å`.
            (Some(last), letter) if last == letter => letter.is_alphabetic(),
            // `ae` for `ä`, `oe` for `ø`, `ue` for `ü`; `th` for `þ`.
            (Some('a' | 'o' | 'u'), 'e') | (Some('t'), 'h') => true,
            _ => false,
        };
        if !says_nothing {
            name.push(letter);
            last = Some(letter);
        }
    }
    name.chars().take(CHARACTERS).collect()
}

/// One letter for all that some database takes for the same.
fn coarse(letter: char) -> char {
    match letter {
        'ß' => 's',
        'y' => 'u',
        'æ' => 'a',
        'œ' | 'ø' => 'o',
        'ð' | 'đ' => 'd',
        'þ' | 'ŧ' => 't',
        'ł' => 'l',
        'ı' => 'i',
        'ħ' => 'h',
        'ŋ' => 'n',
        'w' => 'v',
        'ς' => 'σ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(name: &str, spellings: &[&str]) {
        for spelling in spellings {
            assert_eq!(Name::of(spelling), Name::of(name), "{spelling:?}");
        }
    }

    #[test]
    fn spellings_that_a_database_takes_for_one_name_are_one_name() {
        same(
            "Alice",
            &[
                "ALICE",
                "alice ",
                "Álïcé",
                "Ａｌｉｃｅ",
                "a\u{301}lice",
                "ali\u{a0}ce",
            ],
        );
        same("Straße", &["Strasse", "STRASE", "STRAẞE", "straſſe"]);
        same(
            "Müller",
            &["Muller", "Mueller", "Myller", "MÜLLER", "Mu\u{308}ller"],
        );
        same("Œdipe Søren", &["oedipe soren", "ŒDIPE SÖREN"]);
        same("Ægir Þór", &["aegir thor", "Ägir Tor"]);
        for other in ["Alice2", "Alic", "Bob", ""] {
            assert_ne!(Name::of(other), Name::of("Alice"), "{other:?}");
        }
        assert_ne!(Name::of("user 1"), Name::of("user 11"));
    }

    #[test]
    fn invisible_characters_and_backslashes_make_no_other_name() {
        same("Bob", &["Bob\\", "Bob\\\\\\", "\\Bob", "bob\u{1}", "Bob\t"]);
        for invisible in [
            '\u{ad}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2060}',
            '\u{feff}',
            '\u{61c}',
            '\u{180e}',
            '\u{202e}',
            '\u{2066}',
            '\u{e0041}',
            '\u{34f}',
            '\u{fe0f}',
            '\u{115f}',
        ] {
            for spelling in [
                format!("Bob{invisible}"),
                format!("{invisible}Bob"),
                format!("B{invisible}o{invisible}b"),
            ] {
                same("Bob", &[&spelling]);
            }
            same(
                "Bob",
                &[&format!("{}Bob", invisible.to_string().repeat(30))],
            );
            same("***", &[&format!("***{invisible}")]);
        }
    }

    #[test]
    fn what_comes_after_25_bytes_makes_no_other_name() {
        let long = "abcdefghijklmnopqrstuvxzabcdefgh";
        same(
            &long[..25],
            &[long, &format!("{long}1"), &format!("{long}2")],
        );
        for padding in [" ", "\\", "\u{ad}", "\u{200b}", "\t"] {
            let padded = format!("Bob{}", padding.repeat(25));
            same("Bob", &[&format!("{padded}1"), &format!("{padded}2")]);
        }
        let cyrillic = "абвгдежзиклмн";
        same(
            cyrillic,
            &[&format!("{cyrillic}1"), &format!("{cyrillic}2")],
        );
        same("\"\"\"\"Tom", &["\"\"\"\"Tom"]);
        same("a\"\"\"\"1", &["a\"\"\"\"2"]);
    }

    #[test]
    fn names_without_letters_are_names_too() {
        assert_ne!(Name::of("***"), Name::of("+++"));
        same("***", &["*** ", "***\\"]);
        let long = "*".repeat(10_000);
        assert!(Name::of(&long).0.len() <= CHARACTERS);
    }
}

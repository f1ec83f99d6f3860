//! Names: how they are compared, which are reserved, which are banned.

use im_core::Realm;
use precis_core::context::{rule_zero_width_joiner, rule_zero_width_nonjoiner};
use precis_core::profile::{Profile, Rules};
use precis_profiles::UsernameCaseMapped;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::{Error, ErrorCode};

/// Bytes of a search key that the store keeps.
const KEY_BYTES: usize = 255;

/// Characters of a name of the messenger's own accounts.
pub(crate) const LOCAL_CHARS: usize = 64;

/// What a name is found by: compatibility forms and letter case do not matter.
pub(crate) fn search_key(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    cut(folded.trim(), KEY_BYTES).to_owned()
}

/// The longest beginning of `text` of at most `bytes` bytes.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// A text somebody may leave out, without the space around it; `None` when nothing is left.
///
/// # Errors
/// `invalid_request` for more than `chars` characters: cut, it would say something else than was meant.
pub(crate) fn optional_text<'a>(
    what: &str,
    text: Option<&'a str>,
    chars: usize,
) -> Result<Option<&'a str>, Error> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().nth(chars).is_some()) {
        return Err(Error::new(
            ErrorCode::InvalidRequest,
            format!("{what} has at most {chars} characters"),
        ));
    }
    Ok(text)
}

/// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER: how Persian keeps the parts of a word apart, and scripts of India choose
/// between forms of two consonants.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Whether the character at this place, counted in characters, is a joiner that changes how its neighbours are written
/// (RFC 5892, appendices A.1 and A.2). Anywhere else it would only make a name that looks like another.
fn joins(text: &str, place: usize) -> bool {
    let joins = match text.chars().nth(place) {
        Some('\u{200c}') => rule_zero_width_nonjoiner(text, place),
        Some('\u{200d}') => rule_zero_width_joiner(text, place),
        _ => return false,
    };
    joins.unwrap_or(false)
}

/// Whether a text holds control characters, or characters that only change how their neighbours look, where they change
/// nothing that people can read.
pub(crate) fn hides_something(text: &str) -> bool {
    text.chars()
        .enumerate()
        .any(|(place, c)| c.is_control() || (is_format(c) && !joins(text, place)))
}

/// Whether a word fits the direction it is written in (RFC 5893, section 2).
///
/// The library takes marks in words written from right to left (vowels, doubled consonants) for allowed at the end only;
/// the rule has them anywhere but at the beginning. So they are taken out first.
fn has_one_direction(profile: &UsernameCaseMapped, word: &str) -> bool {
    let fits = |text: &str| profile.directionality_rule(text).is_ok();
    // Of all marks only those without a direction of their own may end a Hebrew word.
    let is_mark = |c: &char| is_combining_mark(*c) && fits(&format!("\u{5d0}{c}"));
    if fits(word) {
        return true;
    }
    let begins = word.chars().next().is_some_and(|c| !is_mark(&c));
    begins && fits(&word.chars().filter(|c| !is_mark(c)).collect::<String>())
}

/// A word as PRECIS `UsernameCaseMapped` (RFC 8265, 3.3.3), or what is wrong with it.
fn mapped(word: &str) -> Result<String, &'static str> {
    let profile = UsernameCaseMapped::new();
    let mapped = profile
        .prepare(word)
        .and_then(|word| profile.case_mapping_rule(word))
        .and_then(|word| profile.normalization_rule(word));
    match mapped {
        Ok(mapped) if has_one_direction(&profile, &mapped) => Ok(mapped.into_owned()),
        Ok(_) => Err(
            "a word that is written from right to left begins with one of its letters, ends with a letter or a digit, \
             and has no letters of other scripts",
        ),
        Err(_) if word.contains(JOINERS) => Err(
            "a name has letters, digits and common signs only, and invisible joiners only where they change how its \
             letters are written",
        ),
        Err(_) => Err("a name has letters, digits and common signs only"),
    }
}

/// What a name of one of the messenger's own accounts is compared by: each of its words as PRECIS `UsernameCaseMapped`
/// (RFC 8265, which leaves spaces between words to the application).
pub(crate) fn local_key(name: &str) -> Result<String, Error> {
    let invalid = |why: &str| Err(Error::new(ErrorCode::InvalidName, why));
    if name.is_empty() || name.chars().count() > LOCAL_CHARS {
        return invalid("a name has 1 to 64 characters");
    }
    let mut words = Vec::new();
    for word in name.split(' ') {
        if word.is_empty() {
            return invalid("a name neither begins nor ends with a space, nor has two in a row");
        }
        match mapped(word) {
            Ok(word) => words.push(word),
            Err(why) => return invalid(why),
        }
    }
    let key = words.join(" ");
    if key
        .split_once(':')
        .is_some_and(|(realm, _)| realm.parse::<Realm>().is_ok())
    {
        return invalid(
            "a name does not begin with a word and a colon: that is how accounts of a realm are written",
        );
    }
    if key.len() > KEY_BYTES {
        return invalid("this name is too long");
    }
    Ok(key)
}

/// Whether a character only changes how its neighbours look: Unicode 16, general category Cf.
pub(crate) fn is_format(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x180E | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0x110BD | 0x110CD
        | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0001 | 0xE0020..=0xE007F)
}

/// What people see of a name: without what takes no room (format characters, fillers, variation selectors), and with
/// one space between words.
pub(crate) fn visible(name: &str) -> String {
    let takes_room = |c: &char| {
        let unseen = matches!(u32::from(*c),
            0x34F | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x3164 | 0xFE00..=0xFE0F | 0xFFA0
            | 0xE0100..=0xE01EF);
        !unseen && !is_format(*c)
    };
    let seen: String = name.chars().filter(takes_room).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_joiners(text: &str) -> String {
    text.replace(JOINERS, "")
}

/// A reserved name or pattern as it is compared: `*` and `?` are signs that a name may have, so they stay. Joiners go, so
/// that none makes a name that is not reserved.
pub(crate) fn reserved_key(pattern: &str) -> Result<String, Error> {
    local_key(&without_joiners(pattern.trim()))
}

/// Which names may not be.
#[derive(Debug)]
pub(crate) struct NamePolicy {
    reserved: Vec<Vec<char>>,
    banned: Vec<Vec<char>>,
}

impl NamePolicy {
    pub(crate) fn new(reserved: &[String], banned: &[String]) -> Self {
        Self {
            // Those that cannot be names were refused with the setup.
            reserved: reserved
                .iter()
                .filter_map(|pattern| reserved_key(pattern).ok())
                .map(|key| key.chars().collect())
                .collect(),
            banned: banned
                .iter()
                .flat_map(|pattern| {
                    let bare = without_joiners(pattern);
                    // Whoever bans joiners themselves does not mean everybody.
                    let means_some = bare.chars().any(|c| c != '*');
                    [pattern.clone()]
                        .into_iter()
                        .chain(means_some.then_some(bare))
                })
                .map(|pattern| search_key(&pattern).chars().collect())
                .collect(),
        }
    }

    /// Whether a name, given by its [`local_key`], matches a reserved one.
    pub(crate) fn is_reserved(&self, local_key: &str) -> bool {
        let key: Vec<_> = without_joiners(local_key).chars().collect();
        self.reserved.iter().any(|pattern| matches(pattern, &key))
    }

    /// Whether a name matches a banned pattern, as it is written or as people see it.
    pub(crate) fn is_banned(&self, name: &str) -> bool {
        [name, &visible(name)].into_iter().any(|name| {
            let name: Vec<_> = search_key(name).chars().collect();
            self.banned.iter().any(|pattern| matches(pattern, &name))
        })
    }
}

/// `*` is any run of characters, `?` any one.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match &mut star {
                // Let the last star take one character more.
                Some((at, taken)) => {
                    *taken += 1;
                    (p, t) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banned(pattern: &str, name: &str) -> bool {
        NamePolicy::new(&[], &[pattern.to_owned()]).is_banned(name)
    }

    #[test]
    fn patterns_match_whole_names_in_any_case() {
        assert!(banned("*viagra*", "Buy VIAGRA now"));
        assert!(banned("bot?", "Bot7"));
        assert!(!banned("bot?", "bot77"));
        assert!(banned("a*b*c", "aXbYbZc"));
        assert!(!banned("a*b*c", "aXbYbZ"));
        assert!(!banned("", "x"));
    }

    #[test]
    fn reserved_names_are_compared_as_user_names() {
        let policy = NamePolicy::new(&["Admin".into(), "Big Boss".into()], &[]);
        for name in ["admin", "ADMIN", "ａｄｍｉｎ", "big BOSS"] {
            let key = local_key(name).expect("a possible name");
            assert!(policy.is_reserved(&key), "{name}");
        }
        assert!(!policy.is_reserved(&local_key("admins").expect("a possible name")));
    }

    #[test]
    fn reserved_patterns_match_in_any_case_and_width() {
        let policy = NamePolicy::new(&["Admin*".into(), "*Ｂｏｔ".into(), "m?d".into()], &[]);
        for (name, reserved) in [
            ("ADMINISTRATOR", true),
            ("ａｄｍｉｎ2", true),
            ("Chat Bot", true),
            ("mod", true),
            ("my admin", false),
            ("mood", false),
        ] {
            let key = local_key(name).expect("a possible name");
            assert_eq!(policy.is_reserved(&key), reserved, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_seen_does_not_make_another_name() {
        assert_eq!(visible("A\u{200b}dm\u{fe0f}in  \u{3164}Two "), "Admin Two");
        for c in ['\u{200b}', '\u{202e}', '\u{feff}', '\u{e0041}', '\u{ad}'] {
            assert!(is_format(c), "{c:?}");
        }
        assert!(!"a é字🦊".chars().any(is_format));
    }

    #[test]
    fn names_of_persia_and_india_have_joiners_where_they_are_written() {
        for name in [
            "علی\u{200c}رضا",
            "می\u{200c}خواهم",
            "گل\u{200c}بانو کاظمی",
            "क\u{94d}\u{200d}ष",
            "क\u{94d}\u{200c}ष",
            "ශ\u{dca}\u{200d}ර\u{dd3}",
            "ক\u{9cd}\u{200d}ষ",
        ] {
            assert_eq!(local_key(name).expect("a name"), name);
            assert!(!hides_something(name), "{name}");
        }
    }

    #[test]
    fn joiners_elsewhere_make_no_names() {
        for name in [
            "ad\u{200c}min",
            "ad\u{200d}min",
            "\u{200c}علی",
            "علی\u{200c}",
            "علی\u{200c} رضا",
            "علی\u{200c}\u{200c}رضا",
            "عل\u{200d}ی",
            "क\u{200d}ष",
            "\u{200d}",
        ] {
            let error = local_key(name).expect_err("no name");
            assert!(error.detail().contains("joiners"), "{name:?}: {error}");
            assert!(hides_something(name), "{name:?}");
        }
    }

    #[test]
    fn words_from_right_to_left_have_marks_anywhere_but_at_the_beginning() {
        for name in [
            "محم\u{651}د",
            "م\u{64f}ح\u{64e}م\u{651}\u{64e}د",
            "ש\u{5b8}לו\u{5b9}ם",
            "\u{78b}\u{7a8}\u{788}\u{7ac}\u{780}\u{7a8}",
            "علی12",
            "علی-رضا",
        ] {
            assert!(local_key(name).is_ok(), "{name}");
        }
        for name in [
            "\u{651}محمد",
            "رضاali",
            "ali\u{651}رضا",
            "علی\u{651}a",
            "۱علی",
            "علی-",
        ] {
            assert!(local_key(name).is_err(), "{name}");
        }
    }

    #[test]
    fn joiners_hide_neither_reserved_nor_banned_names() {
        let policy = NamePolicy::new(&["علیرضا".into()], &[]);
        let key = local_key("علی\u{200c}رضا").expect("a possible name");
        assert!(policy.is_reserved(&key));
        let policy = NamePolicy::new(&["علی\u{200c}رضا".into()], &["sp\u{200c}am".into()]);
        assert!(policy.is_reserved(&local_key("علیرضا").expect("a possible name")));
        assert!(policy.is_banned("Spam"));
        for (pattern, name, is_banned) in [
            ("*spam*", "My sp\u{200c}a\u{200d}m", true),
            ("*spam*", "Sam\u{200d}", false),
            ("*\u{200d}*", "Sam\u{200d}", true),
            ("*\u{200d}*", "Sam", false),
        ] {
            assert_eq!(banned(pattern, name), is_banned, "{pattern:?} {name:?}");
        }
    }

    #[test]
    fn names_that_cannot_be_are_refused() {
        for name in [
            "",
            " a",
            "a ",
            "a  b",
            "a\u{0}b",
            "a\tb",
            "\u{202e}abc",
            &"x".repeat(65),
            "phpbb2:Bob",
            "PhpBB2:Bob",
        ] {
            assert!(local_key(name).is_err(), "{name:?}");
        }
        assert!(local_key("smile :)").is_ok());
    }

    #[test]
    fn keys_fit_the_store_and_stay_text() {
        assert!(search_key(&"é".repeat(500)).len() <= KEY_BYTES);
        assert_eq!(search_key("  ÉLODIE ﬁ "), "élodie fi");
    }
}

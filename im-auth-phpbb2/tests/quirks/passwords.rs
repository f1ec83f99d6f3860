//! Passwords on an English board of 2.0.23. The stored values were computed with PHP's `md5` and `addslashes`.

use crate::case::{Case, Expect, case};

struct Member {
    id: i64,
    name: &'static str,
    stored: &'static str,
}

const fn member(id: i64, name: &'static str, stored: &'static str) -> Member {
    Member { id, name, stored }
}

const MEMBERS: &[Member] = &[
    member(200, "p-plain", "9ed6210e741906ee73fa04b9225dd63f"),
    member(201, "p-apostrophe", "df8c6fa71f648115ea03cb499348df07"),
    member(202, "p-quotes", "2992181c38c22a1c5d33955fcbe9ecdc"),
    member(203, "p-backslash", "eae09da4d8b759504fba8c6ae95bd479"),
    member(204, "p-everything", "1027d44e664f6c096409f19e7cc8a036"),
    member(205, "p-ends", "0984f74a5ff01ba235e0af7e758371c3"),
    member(206, "p-html", "345f9cd987c173530260a6958e199807"),
    member(207, "p-accents", "b3520ade44e4ee63d289cc64670465ee"),
    member(208, "p-euro", "b7e35baec0642390845fd63359114a77"),
    member(209, "p-emoji", "222580c80afced2994fb54a1528ae267"),
    member(210, "p-polish", "47791b4076da48062d0d576b3ca069c8"),
    member(211, "p-zero", "cfcd208495d565ef66e7dff9f98764da"),
    member(212, "p-tab", "49dee25c45a21624a163599f8e84cd7b"),
    member(213, "p-cyrillic", "62a260e8105a6e9c4c3d3055fd217e17"),
    member(214, "p-magic", "0e462097431906509019562988736854"),
    member(215, "p-registered", "1971f7dc238d935408940c12463fa0f3"),
    member(216, "p-installed", "51731db159e502d88d4d51e0e6dbb737"),
    member(217, "p-long", "8e4f91d209908fce7e6fa23152565c97"),
    member(218, "p-upgraded", "51ffdf3874691d18e4b2c5f9fcf8b068"),
    member(219, "p-unslashed", "706dc2ee585fb5dcb18e3ac08da7ce0c"),
    member(220, "p-edited", "34bcaa71fc4772e717f0c107ef69c9d4"),
    member(221, "p-empty", ""),
    member(222, "p-phpass", "$H$9mmNN0011fsbIPwH.0EgZFDey9H1G"),
    member(223, "p-sha1", "b6589fc6ab0dc82cf12099d1c2d40ab9"),
    member(224, "p-clear", "correct horse 42"),
    member(225, "p-escaped", "1a78e83e7ed292baefad73f6de9e6728"),
    member(226, "p-short", "9ed6210e741906ee73fa04b9225dd63"),
];

/// Ids, names, stored passwords.
pub(crate) fn members() -> Vec<(i64, String, String)> {
    let row = |m: &Member| (m.id, m.name.to_owned(), m.stored.to_owned());
    MEMBERS.iter().map(row).collect()
}

fn right(case_name: &'static str, name: &'static str, password: &str) -> Case {
    let id = MEMBERS.iter().find(|m| m.name == name).expect(name).id;
    case(case_name, name, password, Expect::In(id))
}

fn wrong(case_name: &'static str, name: &'static str, password: &str) -> Case {
    case(case_name, name, password, Expect::Wrong)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        right("plain", "p-plain", "correct horse 42"),
        wrong("other_case", "p-plain", "Correct horse 42"),
        wrong("a_beginning", "p-plain", "correct horse 4"),
        wrong("longer", "p-plain", "correct horse 42!"),
        wrong(
            "the_stored_digest",
            "p-plain",
            "9ed6210e741906ee73fa04b9225dd63f",
        ),
        wrong("empty", "p-plain", ""),
        wrong("somebody_elses", "p-plain", "it's"),
        wrong("a_blank_before", "p-plain", " correct horse 42"),
        wrong("a_blank_after", "p-plain", "correct horse 42 "),
        wrong("a_line_end_after", "p-plain", "correct horse 42\n"),
        wrong("one_blank_too_many", "p-plain", "correct  horse 42"),
        // Backslashes before quotes and backslashes are part of what is hashed.
        right("an_apostrophe", "p-apostrophe", "it's"),
        wrong("an_apostrophe_typed_escaped", "p-apostrophe", "it\\'s"),
        wrong("an_apostrophe_typed_curly", "p-apostrophe", "it’s"),
        right("double_quotes", "p-quotes", "say \"hi\""),
        right("a_backslash", "p-backslash", "back\\slash"),
        wrong("a_backslash_doubled", "p-backslash", "back\\\\slash"),
        right("a_backslash_at_the_end", "p-ends", "ends\\"),
        right("a_backslash_and_apostrophe", "p-escaped", "\\'"),
        right(
            "every_special_character",
            "p-everything",
            "it's \"A&B\" <c>\\d",
        ),
        wrong("a_digest_without_backslashes", "p-unslashed", "it's"),
        // HTML is no matter.
        right("html_characters_as_typed", "p-html", "A&B <c>"),
        wrong("html_characters_as_entities", "p-html", "A&amp;B &lt;c&gt;"),
        wrong("set_by_an_administrator_with_ampersand", "p-edited", "A&B"),
        right(
            "set_by_an_administrator_typed_as_entity",
            "p-edited",
            "A&amp;B",
        ),
        // Blanks count at sign-in, though registration trims.
        right(
            "registered_with_outer_blanks_typed_without",
            "p-registered",
            "two spaces",
        ),
        wrong(
            "registered_with_outer_blanks_typed_with",
            "p-registered",
            "  two spaces  ",
        ),
        right(
            "outer_blanks_from_the_installer",
            "p-installed",
            "  two spaces  ",
        ),
        wrong(
            "outer_blanks_from_the_installer_left_out",
            "p-installed",
            "two spaces",
        ),
        right("a_tab_inside", "p-tab", "line\ttab"),
        // The page's character set.
        right("accents", "p-accents", "crème brûlée é1"),
        wrong("accents_left_out", "p-accents", "creme brulee e1"),
        wrong(
            "accents_decomposed",
            "p-accents",
            "cre\u{300}me bru\u{302}le\u{301}e e\u{301}1",
        ),
        right("the_euro_sign_and_dash", "p-euro", "prix 12€ – façade"),
        right("an_emoji", "p-emoji", "🔑 key"),
        right("an_emoji_typed_as_entity", "p-emoji", "&#128273; key"),
        wrong("another_emoji", "p-emoji", "🗝 key"),
        wrong("an_emoji_as_question_mark", "p-emoji", "? key"),
        right("letters_the_charset_lacks", "p-polish", "zażółć gęślą"),
        wrong(
            "letters_the_charset_lacks_left_plain",
            "p-polish",
            "zazolc gesla",
        ),
        right("no_letter_of_the_charset", "p-cyrillic", "пароль"),
        right(
            "from_after_a_change_to_utf_8",
            "p-upgraded",
            "crème brûlée é1",
        ),
        // Shapes.
        right("the_digit_zero", "p-zero", "0"),
        wrong("the_digit_zero_is_not_empty", "p-zero", ""),
        right(
            "longer_than_registration_allows",
            "p-long",
            "a password that is a good deal longer than the thirty-two bytes of registration",
        ),
        right("a_digest_that_reads_as_a_number", "p-magic", "240610708"),
        wrong(
            "another_digest_that_reads_as_the_same_number",
            "p-magic",
            "QNKCDZO",
        ),
        wrong("no_password_stored", "p-empty", "anything"),
        wrong("no_password_stored_and_none_typed", "p-empty", ""),
        wrong(
            "a_password_of_ten_thousand_letters",
            "p-plain",
            &"a".repeat(10_000),
        ),
        wrong("a_digest_of_something_else", "p-sha1", "0"),
        // What phpBB 2 never wrote.
        case(
            "phpass_cut_to_the_column",
            "p-phpass",
            "it's \"A&B\" <c>\\d",
            Expect::Error("unsupported_hash"),
        ),
        case(
            "clear_text",
            "p-clear",
            "correct horse 42",
            Expect::Error("unsupported_hash"),
        ),
        case(
            "clear_text_and_wrong",
            "p-clear",
            "wrong",
            Expect::Error("unsupported_hash"),
        ),
        case(
            "a_digit_short",
            "p-short",
            "correct horse 42",
            Expect::Error("unsupported_hash"),
        ),
    ]
}

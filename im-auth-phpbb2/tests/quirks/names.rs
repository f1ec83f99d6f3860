//! Names on an English board of 2.0.23: what is typed, and whom it finds.

use crate::case::{Case, Expect, case};

/// The password of everybody here, and what it is stored as.
pub(crate) const PASSWORD: &str = "correct horse 42";
const STORED: &str = "9ed6210e741906ee73fa04b9225dd63f";

/// Ids and names as the product stores them: entities for `& < > "`, cut at 25 bytes, decimal entities for what
/// windows-1252 lacks.
const STORED_NAMES: &[(i64, &str)] = &[
    (100, "Alice"),
    (101, "Zoé"),
    (102, "Straße"),
    (103, "O'Reilly"),
    (104, "R&amp;D"),
    (105, "&lt;b&gt;"),
    (106, "say &quot;hi&quot;"),
    (107, "back\\slash"),
    (108, "Bob"),
    (109, "a\\'b"),
    (110, "abcdefghijklmnopqrstuvwx&"),
    (111, "bbbbbbbbbbbbbbbbbbbbbb&am"),
    (112, "ccccccccccccccccccccccccc"),
    (113, "dddddddddddddddddddddddd"),
    (114, "100%_sure"),
    (115, "&amp;#321;ukasz"),
    (116, "Emoji&amp;#128273;"),
    (117, "Euro€"),
    (118, "&amp;#1048;&amp;#1074;&am"),
    (119, "two  words"),
    (120, "Müller"),
    (121, "AT&T"),
    (122, "eeeeeeeeeeeeeeeeeeeeeeee "),
    (123, "Ångström"),
    (124, "caf&amp;eacute;"),
    (125, "fffffffffffffffffff&quot"),
    (126, "Ñandú"),
    (127, "Twin"),
    (128, "twin"),
    (129, "&amp;#305;stanbul"),
    (130, "œuvre"),
    (131, "l’ami – «x»"),
    (132, "ALL CAPS"),
    (133, "x"),
];

/// Ids, names, stored passwords.
pub(crate) fn members() -> Vec<(i64, String, String)> {
    let row = |(id, name): &(i64, &str)| (*id, (*name).to_owned(), STORED.to_owned());
    STORED_NAMES.iter().map(row).collect()
}

fn finds(name: &'static str, typed: impl Into<String>, id: i64) -> Case {
    case(name, typed, PASSWORD, Expect::In(id))
}

fn nobody(name: &'static str, typed: impl Into<String>) -> Case {
    case(name, typed, PASSWORD, Expect::Unknown)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        finds("plain", "Alice", 100),
        finds("letter_case_does_not_matter", "aLICE", 100),
        finds("capitals_typed_small", "all caps", 132),
        finds("an_accent_may_be_left_out", "Zoe", 101),
        finds("an_accent_may_be_added", "álice", 100),
        finds("an_accented_capital", "ZOÉ", 101),
        finds("a_tilde_may_be_left_out", "nandu", 126),
        // What the collation takes for one letter, latin1_swedish_ci and utf8_general_ci see differently.
        finds("sharp_s", "Straße", 102),
        nobody("sharp_s_is_not_two", "Strasse"),
        finds("sharp_s_as_one_s", "Strase", 102).on_latin1(Expect::Unknown),
        nobody("u_umlaut_as_y", "Myller").on_latin1(Expect::In(120)),
        finds("u_umlaut_as_u", "Muller", 120).on_latin1(Expect::Unknown),
        finds("swedish_letters_as_plain_ones", "Angstrom", 123).on_latin1(Expect::Unknown),
        finds("swedish_letters_in_other_case", "ÅNGSTRÖM", 123),
        finds("a_ligature", "œuvre", 130),
        finds("windows_punctuation", "l’ami – «x»", 131),
        finds("the_euro_sign", "Euro€", 117),
        // Blanks.
        finds("leading_blanks_are_trimmed", "   Alice", 100),
        finds("trailing_blanks_are_trimmed", "Alice   ", 100),
        finds("tabs_and_line_ends_are_trimmed", "\t\r\nAlice\u{b}\n", 100),
        finds("inner_blanks_stay", "two  words", 119),
        nobody("inner_blanks_are_not_collapsed", "two words"),
        nobody("a_no_break_space_is_no_blank", "\u{a0}Alice"),
        nobody("a_soft_hyphen_is_a_character", "Al\u{ad}ice"),
        nobody("a_zero_width_space_is_a_character", "Al\u{200b}ice"),
        nobody("an_empty_name", ""),
        nobody("a_name_of_blanks", "   "),
        // Quotes and backslashes.
        finds("an_apostrophe", "O'Reilly", 103),
        nobody("an_apostrophe_left_out", "OReilly"),
        nobody("an_escaped_apostrophe", "O\\'Reilly"),
        finds("double_quotes", "say \"hi\"", 106),
        finds("a_backslash", "back\\slash", 107),
        nobody("a_backslash_doubled", "back\\\\slash"),
        finds("a_trailing_backslash_is_dropped", "Bob\\", 108),
        finds("trailing_backslashes_are_dropped", "Bob\\\\\\", 108),
        nobody("only_backslashes", "\\\\"),
        finds("a_backslash_before_an_apostrophe", "a\\'b", 109),
        nobody("sql_is_a_name", "' OR '1'='1"),
        nobody("sql_comments_are_a_name", "Alice' -- "),
        nobody("sql_with_backslash_is_a_name", "\\' OR 1=1 -- "),
        // Wildcards of LIKE.
        finds("a_percent_sign_and_underscore", "100%_sure", 114),
        nobody("a_percent_sign_is_no_wildcard", "Ali%"),
        nobody("an_underscore_is_no_wildcard", "Alic_"),
        // Entities.
        finds("an_ampersand", "R&D", 104),
        nobody("an_ampersand_typed_as_entity", "R&amp;D"),
        finds("angle_brackets", "<b>", 105),
        nobody("angle_brackets_left_out", "b"),
        finds("a_named_entity_typed_as_one", "caf&eacute;", 124),
        nobody("a_named_entity_typed_as_letter", "café"),
        nobody("an_old_raw_ampersand_is_never_found", "AT&T"),
        // The cut at 25 bytes.
        finds("twenty_five_letters", "c".repeat(25), 112),
        finds(
            "the_twenty_sixth_letter_does_not_count",
            "c".repeat(26),
            112,
        ),
        finds("a_very_long_name_is_cut", "c".repeat(10_000), 112),
        nobody("twenty_four_letters_are_another_name", "c".repeat(24)),
        finds(
            "an_entity_cut_after_its_ampersand",
            "abcdefghijklmnopqrstuvwx&",
            110,
        ),
        finds(
            "any_entity_cut_there_is_the_same",
            "abcdefghijklmnopqrstuvwx<",
            110,
        ),
        finds(
            "an_entity_cut_in_the_middle",
            format!("{}&", "b".repeat(22)),
            111,
        ),
        finds(
            "what_follows_a_cut_entity_is_lost",
            format!("{}& more", "b".repeat(22)),
            111,
        ),
        finds(
            "half_a_backslash_at_the_cut_is_dropped",
            format!("{}\\x", "d".repeat(24)),
            113,
        ),
        finds(
            "a_quotes_hidden_backslash_counts_at_the_cut",
            format!("{}\"", "f".repeat(19)),
            125,
        ),
        finds(
            "a_cut_at_a_blank_leaves_it",
            format!("{} x", "e".repeat(24)),
            122,
        ),
        finds(
            "a_trailing_blank_in_the_column_is_padding",
            "e".repeat(24),
            122,
        ),
        finds("one_letter", "X", 133),
        // What windows-1252 lacks.
        finds("a_letter_outside_the_charset", "Łukasz", 115),
        finds("its_ascii_letters_in_other_case", "ŁUKASZ", 115),
        nobody("it_has_no_other_case", "łukasz"),
        nobody("its_plain_letter_is_another", "Lukasz"),
        finds("its_decimal_entity_is_the_same_name", "&#321;ukasz", 115),
        nobody("its_hexadecimal_entity_is_not", "&#x141;ukasz"),
        nobody("its_escaped_entity_is_not", "&amp;#321;ukasz"),
        finds("a_turkish_i", "ıstanbul", 129),
        nobody("a_turkish_i_is_not_an_i", "istanbul"),
        finds("an_emoji", "Emoji🔑", 116),
        nobody("another_emoji", "Emoji🗝"),
        nobody("question_marks_for_an_emoji", "Emoji????"),
        finds("cyrillic_letters_are_cut_in_their_entities", "Иван", 118),
        finds("so_that_names_with_one_beginning_are_one", "Ивета", 118),
        nobody("another_beginning_is_another_name", "Игорь"),
        nobody("a_full_width_letter", "Ａlice"),
        nobody("a_cyrillic_look_alike", "Аlice"),
        nobody("a_decomposed_accent", "Zoe\u{301}"),
        // Not one account.
        case(
            "two_rows_for_one_name",
            "Twin",
            PASSWORD,
            Expect::Error("ambiguous"),
        ),
        nobody("the_guest", "Anonymous"),
        case(
            "the_guest_without_password",
            "Anonymous",
            "",
            Expect::Unknown,
        ),
        nobody("an_id_is_no_name", "100"),
        nobody("a_nul_is_a_character", "Alice\0"),
    ]
}

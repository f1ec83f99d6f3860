//! What is answered to which name and password.

use im_core::{AuthError, ExternalAuthenticator, Login, Rejection, Verdict};
use libtest_mimic::Trial;

use crate::boards::{self, Furnished, LATIN1, SQLITE, UTF8, V3, V5_0, V5_1, V6_0, V10};
use crate::support::Opening;

/// What must be answered.
#[derive(Debug, Clone, Copy)]
enum Answer {
    /// The account with this id comes in.
    In(&'static str),
    Unknown,
    Wrong,
    Inactive,
    Pending,
    Banned,
    Expired,
    /// The stored value looks like this and cannot be compared.
    Unsupported(&'static str),
    Ambiguous,
}
use Answer::{Ambiguous, Banned, Expired, In, Inactive, Pending, Unknown, Unsupported, Wrong};

/// A case: what it shows, the name and password as typed, the answer.
type Case = (&'static str, &'static str, &'static str, Answer);

/// The same answer on the latin1 and the utf8 board.
#[rustfmt::skip]
const BOTH: &[Case] = &[
    ("the_name_as_registered", "Alice", "correct horse 42", In("2")),
    ("the_name_in_small_letters", "alice", "correct horse 42", In("2")),
    ("the_name_in_capitals", "ALICE", "correct horse 42", In("2")),
    ("spaces_around_the_name_are_trimmed", "   Alice  ", "correct horse 42", In("2")),
    ("tabs_and_line_ends_around_the_name_are_trimmed", "\t\u{b}Alice\r\n", "correct horse 42", In("2")),
    ("a_nul_after_the_name_is_trimmed", "Alice\0", "correct horse 42", In("2")),
    ("a_no_break_space_is_not_trimmed", "\u{a0}Alice", "correct horse 42", Unknown),
    ("an_accent_in_the_typed_name_is_folded", "Álïce", "correct horse 42", In("2")),
    ("an_accent_in_the_stored_name_is_folded", "zoe", "crème brûlée é1", In("3")),
    ("an_accented_name_in_capitals", "ZOÉ", "crème brûlée é1", In("3")),
    ("a_decomposed_accent_is_another_name", "Zoe\u{301}", "crème brûlée é1", Unknown),
    ("an_accent_in_the_middle_of_a_longer_name", "ALICE Cooper", "snake-28", In("28")),
    ("a_quote_in_the_name", "O'Brien", "it's \"A&B\" <c>\\d", In("4")),
    ("a_quote_in_small_letters", "o'brien", "it's \"A&B\" <c>\\d", In("4")),
    ("a_doubled_quote_is_another_name", "O''Brien", "it's \"A&B\" <c>\\d", Unknown),
    ("a_slashed_quote_is_another_name", "O\\'Brien", "it's \"A&B\" <c>\\d", Unknown),
    ("markup_in_the_name_is_stored_as_it_is", "R&D <team>", "r-and-d-5", In("5")),
    ("an_escaped_name_is_another_name", "R&amp;D &lt;team&gt;", "r-and-d-5", Unknown),
    ("one_space_inside_the_name", "Bob Smith", "two words", In("6")),
    ("inner_spaces_are_not_collapsed_at_sign_in", "Bob  Smith", "two words", Unknown),
    ("an_underscore_is_no_wildcard", "_lice", "correct horse 42", Unknown),
    ("a_percent_sign_is_no_wildcard", "%", "correct horse 42", Unknown),
    ("percent_and_underscore_in_a_name", "50% off_", "sale-18", In("18")),
    ("percent_and_underscore_match_themselves_only", "50x offy", "sale-18", Unknown),
    ("a_backslash_in_the_name", "back\\slash", "slash\\19", In("19")),
    ("a_doubled_backslash_is_another_name", "back\\\\slash", "slash\\19", Unknown),
    ("a_sharp_s_as_registered", "Weiß", "weiss-16", In("16")),
    ("a_sharp_s_is_not_two_letters", "Weiss", "weiss-16", Unknown),
    ("question_marks_that_were_emoji_once", "????", "emoji-17", In("17")),
    ("the_emoji_themselves_are_unknown", "\u{1f600}\u{1f600}\u{1f600}\u{1f600}", "emoji-17", Unknown),
    ("a_name_as_long_as_the_column", "NNNNNNNNNNNNNNNNNNNNNNNNNooooooooooooooooooooooooo", "fifty-24", In("24")),
    ("a_name_longer_than_the_column", "NNNNNNNNNNNNNNNNNNNNNNNNNoooooooooooooooooooooooooX", "fifty-24", Unknown),
    ("a_number_as_name", "1234", "number-21", In("21")),
    ("a_number_with_zeros_is_another_name", "01234", "number-21", Unknown),
    ("a_number_with_letters_is_another_name", "1234abc", "number-21", Unknown),
    ("an_id_is_no_name", "2", "correct horse 42", Unknown),
    ("an_e_mail_address_is_no_name", "alice@example.org", "correct horse 42", Unknown),
    ("a_display_name_is_no_name", "Captain Bob", "two words", Unknown),
    ("a_real_name_is_no_name", "Robert Smith", "two words", Unknown),
    ("sql_in_the_name", "Alice' OR '1'='1", "correct horse 42", Unknown),
    ("an_sql_comment_after_the_name", "Alice'-- ", "correct horse 42", Unknown),
    ("a_name_of_spaces", "   ", "correct horse 42", Unknown),
    ("an_unregistered_name", "Mallory", "correct horse 42", Unknown),
    ("a_wrong_password", "Alice", "wrong", Wrong),
    ("the_password_of_another", "Alice", "two words", Wrong),
    ("the_password_in_other_case", "Alice", "Correct Horse 42", Wrong),
    ("an_empty_password", "Alice", "", Wrong),
    ("a_password_of_spaces", "Alice", "    ", Wrong),
    ("spaces_around_the_password_are_trimmed", "Alice", " correct horse 42  ", In("2")),
    ("line_ends_around_the_password_are_trimmed", "Alice", "\r\ncorrect horse 42\n", In("2")),
    ("a_no_break_space_after_the_password_counts", "Alice", "correct horse 42\u{a0}", Wrong),
    ("spaces_inside_the_password_count", "Alice", "correct  horse 42", Wrong),
    ("the_stored_digest_is_no_password", "Alice", "9ed6210e741906ee73fa04b9225dd63f", Wrong),
    ("quotes_and_markup_in_the_password", "O'Brien", "it's \"A&B\" <c>\\d", In("4")),
    ("a_slashed_password_is_wrong", "O'Brien", "it\\'s \\\"A&B\\\" <c>\\\\d", Wrong),
    ("an_escaped_password_is_wrong", "O'Brien", "it's &quot;A&amp;B&quot; &lt;c&gt;\\d", Wrong),
    ("accents_in_the_password", "Zoé", "crème brûlée é1", In("3")),
    ("a_decomposed_password_is_wrong", "Zoé", "cre\u{300}me bru\u{302}le\u{301}e e\u{301}1", Wrong),
    ("accents_in_the_password_are_not_folded", "Zoé", "creme brulee e1", Wrong),
    ("latin1_bytes_are_wrong_without_board_charset", "Veteran", "crème brûlée é1", Wrong),
    ("the_first_of_two_passwords", "Tom", "main-pass-7", In("7")),
    ("the_mailed_password", "Tom", "mailed77", In("7")),
    ("the_mailed_password_is_trimmed_too", "Tom", " mailed77 ", In("7")),
    ("neither_of_two_passwords", "Tom", "mailed78", Wrong),
    ("only_a_mailed_password", "Nils", "only-temp-9", In("9")),
    ("no_password_set", "Nora", "anything", Wrong),
    ("the_sentinel_is_no_password", "Nora", "*NO PASSWORD SET*", Wrong),
    ("the_sentinel_is_no_mailed_password", "Alice", "*NO PASSWORD SET*", Wrong),
    ("an_empty_column_is_no_password", "Empty", "", Wrong),
    ("an_empty_column_fits_nothing", "Empty", "anything", Wrong),
    ("the_digest_of_nothing_is_no_password", "Blank", "", Wrong),
    ("the_digest_of_nothing_fits_no_spaces", "Blank", "  \t ", Wrong),
    ("a_digest_in_capitals", "Upper", "capitals-22", In("22")),
    ("a_digest_of_another_length_is_an_error", "Sha", "forty-digits", Unsupported("40 hex digits")),
    ("a_digest_of_another_length_is_an_error_for_a_wrong_password_too", "Sha", "wrong", Unsupported("40 hex digits")),
    ("the_mailed_password_beside_an_unknown_digest", "Hank", "mailed-15", In("15")),
    ("neither_beside_an_unknown_digest", "Hank", "forty-digits", Unsupported("40 hex digits")),
    ("a_des_value_of_the_converter_is_an_error", "Desmond", "desmond1", Unsupported("DES crypt")),
    ("an_inactive_member", "Ines", "inactive-10", Inactive),
    ("an_inactive_member_with_a_wrong_password", "Ines", "wrong", Wrong),
    ("waits_for_a_moderator", "Pia", "pending-11", Pending),
    ("waits_for_the_e_mail", "Pierre", "pending-12", Pending),
    ("waits_for_both", "Paul", "pending-13", Pending),
    ("a_pending_member_with_a_wrong_password", "Paul", "wrong", Wrong),
    ("a_state_that_is_not_known", "Odd", "odd-27", Inactive),
    ("must_choose_another_password", "Muster", "must-29", Expired),
    ("must_choose_another_password_and_gave_a_wrong_one", "Muster", "wrong", Wrong),
    ("a_banned_name_signs_in_as_in_the_product", "Spammer", "spam-26", In("26")),
    ("a_banned_id_signs_in_as_in_the_product", "Bob Smith", "two words", In("6")),
];

#[rustfmt::skip]
const LATIN1_ALONE: &[Case] = &[
    ("a_sharp_s_is_not_s", "Weis", "weiss-16", Unknown),
    ("a_letter_the_column_lacks_is_unknown", "Łukasz", "lukasz-41", Unknown),
    ("a_letter_the_column_lacks_is_no_question_mark", "\u{416}\u{416}\u{416}\u{416}", "emoji-17", Unknown),
    ("cyrillic_names_are_unknown", "Иван", "ivan-40", Unknown),
];

#[rustfmt::skip]
const UTF8_ALONE: &[Case] = &[
    ("a_sharp_s_is_s", "Weis", "weiss-16", In("16")),
    ("a_polish_name", "Łukasz", "lukasz-41", In("41")),
    ("a_polish_name_in_small_letters", "łukasz", "lukasz-41", In("41")),
    ("a_cyrillic_name", "Иван", "ivan-40", In("40")),
    ("a_cyrillic_name_in_capitals", "ИВАН", "ivan-40", In("40")),
    ("a_letter_is_no_question_mark", "?ukasz", "lukasz-41", Unknown),
];

#[rustfmt::skip]
const VERSION_3: &[Case] = &[
    ("des", "Alice", "sesame77", In("2")),
    ("des_sees_eight_characters", "Alice", "sesame77 and more", In("2")),
    ("des_with_a_short_password", "Alice", "sesame7", Wrong),
    ("the_salt_comes_from_the_password", "O'Brien", "opensesame", In("4")),
    ("md5", "Admin", "Adm1n-Pass", In("1")),
    ("latin1_bytes", "Zoé", "crème brûlée é1", In("3")),
    ("the_password_is_not_trimmed", "Admin", "Adm1n-Pass ", Wrong),
    ("password_tmp_is_no_password", "Alice", "mailed-3", Wrong),
    ("case_and_accents_of_the_name", "ZOE", "crème brûlée é1", In("3")),
    ("an_unknown_digest", "Sha", "forty-digits", Unsupported("40 hex digits")),
    ("a_name_that_two_have", "Twin", "twin-6", Ambiguous),
    ("an_unregistered_name", "Nobody", "sesame77", Unknown),
];

#[rustfmt::skip]
const VERSION_5_0: &[Case] = &[
    ("md5", "Alice", "correct horse 42", In("2")),
    ("the_name_is_trimmed", " Alice\t", "correct horse 42", In("2")),
    ("the_password_is_not_trimmed", "Alice", "correct horse 42 ", Wrong),
    ("a_password_stored_with_its_spaces", "Bob Smith", " spaced out ", In("6")),
    ("a_password_stored_with_its_spaces_needs_them", "Bob Smith", "spaced out", Wrong),
    ("bytes_of_iso_8859_1_pages", "Zoé", "crème brûlée é1", In("3")),
    ("the_mailed_password", "Tom", "mailed77", In("7")),
    ("a_letter_beyond_the_charset_was_sent_as_an_entity", "R&D <team>", "zł€", In("5")),
    ("the_sentinel_of_later_versions", "Nora", "*NO PASSWORD SET*", Wrong),
    ("waits_for_the_e_mail", "Pierre", "pending-12", Pending),
];

#[rustfmt::skip]
const VERSION_5_1: &[Case] = &[
    ("md5", "Alice", "correct horse 42", In("2")),
    ("the_password_is_trimmed", "Alice", " correct horse 42 ", In("2")),
    ("accents_as_utf_8", "Zoé", "crème brûlée é1", In("3")),
    ("the_mailed_password", "Tom", "mailed77", In("7")),
    ("an_inactive_member", "Ines", "inactive-10", Inactive),
];

#[rustfmt::skip]
const VERSION_6_0: &[Case] = &[
    ("bcrypt", "Alice", "correct horse 42", In("2")),
    ("the_password_is_trimmed_before_bcrypt", "Alice", "\tcorrect horse 42 ", In("2")),
    ("a_wrong_password_for_bcrypt", "Alice", "correct horse 43", Wrong),
    ("the_old_digest_is_no_password", "Alice", "9ed6210e741906ee73fa04b9225dd63f", Wrong),
    ("md5_is_still_good", "Zoé", "crème brûlée é1", In("3")),
    ("a_mailed_password_in_bcrypt_beside_md5", "Bob Smith", "mailed-6", In("6")),
    ("md5_beside_a_mailed_password_in_bcrypt", "Bob Smith", "two words", In("6")),
    ("the_sentinel", "Nora", "*NO PASSWORD SET*", Wrong),
    ("bcrypt_sees_72_bytes", "Longwinded", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxAND-MORE", In("32")),
    ("bcrypt_needs_all_72", "Longwinded", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", Wrong),
    ("a_des_value_of_the_converter_is_an_error", "Desmond", "desmond1", Unsupported("DES crypt")),
    ("must_choose_another_password", "Muster", "must-29", Expired),
    ("a_sharp_s_is_two_letters_on_utf8mb4_unicode_ci", "Weiss", "weiss-16", In("16")),
    ("a_decomposed_accent_is_the_same_on_utf8mb4_unicode_ci", "Zoe\u{301}", "crème brûlée é1", In("3")),
];

#[rustfmt::skip]
const VERSION_10: &[Case] = &[
    ("bcrypt", "Alice", "correct horse 42", In("2")),
    ("the_name_is_trimmed", " Alice ", "correct horse 42", In("2")),
    ("the_password_is_not_trimmed", "Alice", "correct horse 42 ", Wrong),
    ("md5_is_still_good", "O'Brien", "it's \"A&B\" <c>\\d", In("4")),
    ("password_temp_is_no_password", "Tom", "mailed77", Wrong),
    ("only_a_password_temp", "Nils", "only-temp-9", Wrong),
    ("an_unknown_digest_whatever_password_temp_says", "Hank", "mailed-15", Unsupported("40 hex digits")),
    ("a_shadow_banned_member_signs_in", "Zoé", "crème brûlée é1", In("3")),
];

#[rustfmt::skip]
const ON_SQLITE: &[Case] = &[
    ("the_name_as_registered", "Alice", "correct horse 42", In("2")),
    ("the_name_in_other_case", "aLICE", "correct horse 42", In("2")),
    ("accents_are_not_folded", "Zoe", "crème brûlée é1", Unknown),
    ("a_quote_in_the_name", "O'Brien", "it's \"A&B\" <c>\\d", In("4")),
    ("a_backslash_in_the_name", "back\\slash", "slash\\19", In("19")),
    ("the_mailed_password", "Tom", "mailed77", In("7")),
];

/// `bans = "strict"`: everyone whom a list matches, whatever the product does.
#[rustfmt::skip]
const STRICT: &[Case] = &[
    ("strict_a_banned_name", "Spammer", "spam-26", Banned),
    ("strict_a_banned_name_with_a_wrong_password", "Spammer", "wrong", Wrong),
    ("strict_a_banned_id", "Bob Smith", "two words", Banned),
    ("strict_an_id_matches_as_a_whole", "O'Brien", "it's \"A&B\" <c>\\d", In("4")),
    ("strict_an_expression_on_the_name", "Tom", "main-pass-7", Banned),
    ("strict_entries_of_other_forums_and_of_words_do_not_count", "Alice", "correct horse 42", In("2")),
    ("strict_an_inactive_member_is_inactive", "Ines", "inactive-10", Inactive),
];

pub(crate) fn trials() -> Vec<Trial> {
    let plain: [(&'static Furnished, &[&'static [Case]]); 8] = [
        (&LATIN1, &[BOTH, LATIN1_ALONE]),
        (&UTF8, &[BOTH, UTF8_ALONE]),
        (&V3, &[VERSION_3]),
        (&V5_0, &[VERSION_5_0]),
        (&V5_1, &[VERSION_5_1]),
        (&V6_0, &[VERSION_6_0]),
        (&V10, &[VERSION_10]),
        (&SQLITE, &[ON_SQLITE]),
    ];
    let mut trials = Vec::new();
    for (place, cases) in plain {
        for case in cases.iter().copied().flatten() {
            trials.push(one(place, Opening::of(place.board), None, case));
        }
    }
    for place in [&LATIN1, &UTF8] {
        for case in STRICT {
            trials.push(one(place, Opening::strict(place.board), None, case));
        }
        let old_years = Opening {
            board_charset: Some("iso-8859-1"),
            ..Opening::of(place.board)
        };
        for case in [
            (
                "latin1_bytes_with_board_charset",
                "Veteran",
                "crème brûlée é1",
                In("30"),
            ),
            (
                "utf_8_beside_board_charset",
                "Zoé",
                "crème brûlée é1",
                In("3"),
            ),
        ] {
            trials.push(one(place, old_years.clone(), None, &case));
        }
    }
    trials.extend(address_bans());
    trials.push(one(
        &V10,
        Opening::strict(V10.board),
        None,
        &(
            "strict_a_shadow_banned_member",
            "Zoé",
            "crème brûlée é1",
            Banned,
        ),
    ));
    trials
}

fn address_bans() -> Vec<Trial> {
    const LISTED: &str = "203.0.113.7";
    const MAPPED: &str = "::ffff:203.0.113.7";
    const OTHER: &str = "198.51.100.7";
    let alice = |what, answer| (what, "Alice", "correct horse 42", answer);
    let product = |place: &'static Furnished, from, case| {
        one(place, Opening::of(place.board), Some(from), &case)
    };
    let strict = |from, case| one(&UTF8, Opening::strict(UTF8.board), Some(from), &case);
    vec![
        product(
            &LATIN1,
            LISTED,
            alice("a_banned_address_signs_in_as_in_the_product", In("2")),
        ),
        product(
            &UTF8,
            LISTED,
            alice("a_banned_address_signs_in_as_in_the_product", In("2")),
        ),
        product(
            &V5_1,
            LISTED,
            alice("a_banned_address_signs_in_as_in_the_product", In("2")),
        ),
        product(
            &V10,
            LISTED,
            alice("a_banned_address_signs_in_as_in_the_product", In("2")),
        ),
        product(
            &V6_0,
            LISTED,
            alice("a_banned_address_is_refused_as_in_the_product", Banned),
        ),
        product(
            &V6_0,
            MAPPED,
            alice("a_banned_address_in_ipv6_clothes", Banned),
        ),
        product(&V6_0, OTHER, alice("another_address_signs_in", In("2"))),
        product(
            &V6_0,
            LISTED,
            (
                "a_banned_address_with_a_wrong_password",
                "Alice",
                "wrong",
                Wrong,
            ),
        ),
        strict(LISTED, alice("strict_a_banned_address", Banned)),
        strict(OTHER, alice("strict_another_address", In("2"))),
    ]
}

fn one(
    place: &'static Furnished,
    opening: Opening,
    from: Option<&'static str>,
    case: &Case,
) -> Trial {
    let (what, name, password, answer) = *case;
    boards::trial(format!("{}::{what}", place.name), move || async move {
        let phorum = place.open(&opening).await;
        let mut login = Login::new(name, password);
        if let Some(address) = from {
            login = login.from_address(address.parse::<std::net::IpAddr>().unwrap());
        }
        let verdict = phorum.authenticate(&login).await;
        assert!(
            fits(&verdict, answer),
            "{name:?} must be answered {answer:?}, was {verdict:?}"
        );
    })
}

fn fits(verdict: &Result<Verdict, AuthError>, answer: Answer) -> bool {
    let rejection = match answer {
        In(id) => {
            return matches!(verdict, Ok(Verdict::Accepted(user)) if user.identity.id.as_str() == id);
        }
        Unsupported(looks) => {
            return matches!(verdict, Err(AuthError::UnsupportedHash { format, .. }) if format.contains(looks));
        }
        Ambiguous => return matches!(verdict, Err(AuthError::Ambiguous(_))),
        Unknown => Rejection::UnknownUser,
        Wrong => Rejection::WrongPassword,
        Inactive => Rejection::Inactive,
        Pending => Rejection::PendingActivation,
        Banned => Rejection::Banned { until: None },
        Expired => Rejection::PasswordExpired,
    };
    matches!(verdict, Ok(Verdict::Rejected(given)) if *given == rejection)
}

//! Everything an adapter can do wrong, one at a time.

/// Declares the flaws, each with the case that must find it.
macro_rules! flaws {
    ($($flaw:ident => $case:literal, $what:literal;)+) => {
        /// What a board does wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Flaw {
            $(#[doc = $what] $flaw,)+
        }

        /// Every flaw, and the case that must find it.
        pub(crate) const FLAWS: &[(Flaw, &str)] = &[$((Flaw::$flaw, $case),)+];
    };
}

flaws! {
    RefusesEverybody => "accepts::right_password", "Nobody is let in.";
    TypedNameAsName => "accepts::canonical_name_and_stable_id_for_every_spelling", "The user is called as they typed it.";
    CaseSensitive => "accepts::spellings_in_other_case", "`alice` is not `Alice`.";
    ForgetsToTrim => "accepts::every_password_the_product_takes", "Spaces around a password count.";
    LosesTheEmail => "accepts::everything_known_of_the_user", "The e-mail address is not told.";
    LocksAfterOneWrong => "accepts::the_same_answer_again", "One wrong password locks the account.";
    OneAtATime => "accepts::many_at_once", "A second question at the same time is an error.";
    AnyPassword => "rejects::wrong_password", "Every password is right.";
    SpellingsAreUnknown => "rejects::wrong_password_for_every_spelling", "A wrong password under another spelling is an unknown user.";
    ComparesEightLetters => "rejects::passwords_close_to_the_right_one", "Passwords are cut after eight letters.";
    EmptyPasswordOpens => "rejects::empty_password", "No password is right.";
    CutsPasswordsAtNul => "rejects::password_with_nul", "A NUL ends the password.";
    LongPasswordsAreErrors => "rejects::over_long_password", "A long password is an error.";
    DigestIsAPassword => "rejects::stored_password_as_password", "What is stored is compared with what is typed.";
    AnyonesPassword => "rejects::password_of_another_account", "The password of any account opens all.";
    NameIsAPassword => "rejects::name_as_password", "The name opens the account.";
    UnknownIsWrong => "rejects::unknown_user", "An unknown user is a wrong password.";
    EmptyNameIsTheFirst => "rejects::empty_name", "No name is the first account.";
    UnknownIsInactive => "rejects::unknown_user_and_wrong_password_are_told_alike", "An unknown user is inactive.";
    LetsInactiveIn => "states::inactive_accounts", "Inactive accounts are let in.";
    LetsBannedIn => "states::banned_accounts", "Banned accounts are let in.";
    BanIsInactivity => "states::every_refused_account_says_why", "Who is banned is called inactive.";
    StateBeforePassword => "states::nothing_is_told_without_the_password", "The state is told before the password is looked at.";
    StateOfCanonicalNameOnly => "states::state_is_told_under_every_spelling", "Under another spelling, a ban does not count.";
    CannotQuote => "names::account_with_a_quote_in_its_name", "Names with a quote are not found.";
    OnlyAscii => "names::account_with_a_letter_outside_ascii", "Names outside ASCII are not found.";
    QuoteEndsTheName => "names::quotes_and_statements_are_nobody", "What comes after a quote is not part of the name.";
    LikeInsteadOfEqual => "names::wildcards_are_nobody", "Names are patterns.";
    NulEndsTheName => "names::names_with_nul_are_nobody", "What comes after a NUL is not part of the name.";
    ControlsAreErrors => "names::control_characters_are_nobody", "A control character is an error.";
    UnstorableIsAnError => "names::letters_the_system_cannot_store_are_nobody", "A letter beyond the table's character set is an error.";
    CutsLongNames => "names::over_long_names_are_nobody", "A very long name is cut to the length of the first account's.";
    IdsAreNames => "names::ids_are_no_names", "People can sign in with their number.";
    UnknownFormatIsWrong => "stored::unknown_format_is_an_error_of_its_own", "An unknown format is a wrong password.";
    UnknownFormatStopsAll => "stored::unknown_format_hurts_no_other_account", "One unknown format is an error for everybody.";
    ErrorShowsTheValue => "stored::the_error_shows_the_format_and_not_the_value", "The error shows what is stored.";
    ClearTextMatches => "stored::clear_text_never_matches", "An unknown format is compared as clear text.";
    EmptyMatchesEmpty => "stored::empty_stored_password_opens_nothing", "No password matches none.";
    ComparesTheBeginning => "stored::cut_stored_password_opens_nothing", "Half of a digest is enough.";
    FindLosesTheEmail => "find::by_id_who_signs_in", "A look-up tells less than a sign-in.";
    FindIsCaseSensitive => "find::by_every_spelling", "A look-up takes one spelling only.";
    FindSaysGood => "find::the_standing_of_every_account", "Everybody stands well.";
    NobodyIsAnError => "find::nobody", "A look-up of nobody is an error.";
    IdsAreNumbers => "find::ids_are_compared_byte_for_byte", "Ids are compared as numbers.";
    FindSorts => "find::in_the_order_asked", "Look-ups are answered in the table's order.";
    FindsAHundred => "find::a_thousand_at_once", "Only a hundred look-ups are answered.";
    RemembersTheDeleted => "find::nobody_after_deletion", "Who signed in once is remembered for ever.";
    CountsOneMore => "find::unread_messages", "One's own messages are counted as unread.";
    ProbeCountsNothing => "find::probe_counts_accounts_and_formats", "A probe counts no accounts.";
    DownIsUnknown => "outage::down_from_the_beginning", "An outage makes everybody unknown.";
    NeverReconnects => "outage::down_while_in_use", "After an outage it stays unavailable.";
    WaitsForEver => "outage::silent", "There is no time limit.";
    HalfAnAnswerIsWrong => "outage::silent_in_mid_answer", "Half of an answer is a wrong password.";
    Impatient => "outage::slow_but_in_time", "50 ms are too long.";
    AbandonedStaysBusy => "outage::abandoned_sign_ins_leave_nothing_stuck", "An abandoned question keeps its connection.";
    NoTableIsUnknown => "outage::missing_table", "Without the table everybody is unknown.";
    AnswerShowsTheDigest => "secrets::nothing_in_answers", "The user's display name is the digest.";
    ErrorShowsThePassword => "secrets::nothing_in_errors", "The error of an outage shows the login.";
    LogsThePassword => "secrets::nothing_in_logs", "The password is logged, at trace level.";
    WritesTheLastVisit => "readonly::nothing_changes_in_the_foreign_system", "A sign-in is noted in the foreign table.";
    CountsWrongTries => "readonly::many_wrong_passwords_change_nothing", "A wrong password is noted in the foreign table.";
    NoDecoy => "timing::unknown_user_costs_what_a_wrong_password_costs", "An unknown user costs no verification.";
    CacheSavesAStatement => "timing::the_same_after_the_name_was_seen", "A name that signed in costs a statement less.";
    EmptyIsQuick => "timing::the_same_for_an_empty_password", "An empty password is refused before it is verified, if there is such an account.";
    RefusedIsQuick => "timing::the_same_for_refused_accounts", "A refused account's password is not verified.";
}

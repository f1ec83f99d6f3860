//! What is stored decides, and what is not understood is an error.

use im_core::{AuthError, Login, Verdict};

use crate::TestAccount;
use crate::exam::{Answer, CaseResult, Exam, ensure, printed, shown, who};

super::questions! {
    Breaks unknown_format_is_an_error_of_its_own [StorePassword, StoredPassword];
    Breaks unknown_format_hurts_no_other_account [StorePassword];
    Breaks the_error_shows_the_format_and_not_the_value [StorePassword];
    Breaks clear_text_never_matches [StorePassword, Hashed];
    Breaks empty_stored_password_opens_nothing [StorePassword];
    Breaks cut_stored_password_opens_nothing [StorePassword, StoredPassword, Hashed];
}

/// A format that nobody knows; it fits into a column of 32.
const UNKNOWN: &str = "$zz9$unheard$Of9aZb8yXc7w";
/// The part of it that must not be shown.
const UNKNOWN_VALUE: &str = "Of9aZb8yXc7w";

/// A stored password of unknown format is `UnsupportedHash`, for the right password as for a wrong one; when the old
/// value is back, so is the member.
async fn unknown_format_is_an_error_of_its_own(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let before = exam.subject.stored_password(&account.id).await;
    exam.subject.store_password(&account.id, UNKNOWN).await;
    for password in [
        account.password.as_str(),
        "certainly not the password",
        UNKNOWN,
    ] {
        let login = exam.login(account, &account.name, password);
        let answer = exam.sign_in(&login).await?;
        ensure!(
            matches!(&answer, Err(AuthError::UnsupportedHash { .. })),
            "{} with a stored password of unknown format: expected error unsupported_hash, came {}",
            who(account),
            shown(&answer)
        );
    }
    exam.subject.store_password(&account.id, &before).await;
    let with = "after the stored password was put back";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await
}

/// One account in a format that nobody knows changes nothing for the others, nor for unknown users.
async fn unknown_format_hurts_no_other_account(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    exam.subject.store_password(&account.id, UNKNOWN).await;
    for other in exam.fixture.accepted().skip(1) {
        let with = "while another account has a stored password of unknown format";
        exam.expect_accepted(other, &other.name, &other.password, with)
            .await?;
    }
    exam.expect_rejected(
        &Login::new("nobody-of-this-name", "certainly not the password"),
        im_core::Rejection::UnknownUser,
        "while an account has a stored password of unknown format",
    )
    .await
}

/// The error says what the stored password looks like, and shows nothing of it.
async fn the_error_shows_the_format_and_not_the_value(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    exam.subject.store_password(&account.id, UNKNOWN).await;
    let login = exam.login(account, &account.name, &account.password);
    let answer = exam.sign_in(&login).await?;
    let Err(AuthError::UnsupportedHash { format, .. }) = &answer else {
        return Err(crate::Failure::new(format!(
            "{} with a stored password of unknown format: expected error unsupported_hash, came {}",
            who(account),
            shown(&answer)
        )));
    };
    ensure!(
        !format.is_empty(),
        "the error does not say what the stored password looks like"
    );
    let text = printed(&answer);
    ensure!(
        !text.contains(UNKNOWN_VALUE),
        "the error shows the stored password: {text}"
    );
    Ok(())
}

/// A password that is stored as it is typed does not match: clear text is compared only where a product keeps it.
async fn clear_text_never_matches(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    for text in [
        "opensesame",
        "password",
        "12345678",
        "0",
        "00000000000000000000000000000000",
    ] {
        exam.subject.store_password(&account.id, text).await;
        never_accepted(exam, account, text, "with what is stored in clear text").await?;
    }
    Ok(())
}

/// An account without a stored password opens with no password, not even none.
async fn empty_stored_password_opens_nothing(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    exam.subject.store_password(&account.id, "").await;
    for password in ["", " ", "0", &account.password] {
        never_accepted(exam, account, password, "with an empty stored password").await?;
    }
    Ok(())
}

/// A stored password that was cut by a column too short is not compared by its beginning.
async fn cut_stored_password_opens_nothing(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let stored = exam.subject.stored_password(&account.id).await;
    let cut: String = stored.chars().take(stored.chars().count() / 2).collect();
    exam.subject.store_password(&account.id, &cut).await;
    let with = "with half of its stored password";
    never_accepted(exam, account, &account.password, with).await?;
    never_accepted(exam, account, &cut, with).await
}

/// Whether it is a wrong password or an unknown format depends on the product; it is never accepted.
async fn never_accepted(
    exam: &Exam<'_>,
    account: &TestAccount,
    password: &str,
    with: &str,
) -> CaseResult {
    let login = exam.login(account, &account.name, password);
    let answer: Answer<Verdict> = exam.sign_in(&login).await?;
    let refused = match &answer {
        Ok(Verdict::Rejected(rejection)) => rejection.public_code() == "invalid_credentials",
        Err(error) => matches!(error, AuthError::UnsupportedHash { .. }),
        Ok(_) => false,
    };
    ensure!(
        refused,
        "{} {with}: expected rejected (wrong_password) or error unsupported_hash, came {}",
        who(account),
        shown(&answer)
    );
    Ok(())
}

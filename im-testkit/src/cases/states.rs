//! Whoever may not come in is told why, but only after the right password.

use im_core::Rejection;

use crate::exam::{CaseResult, Exam, ensure};
use crate::{Need, TestAccount};

super::questions! {
    Reads inactive_accounts [InactiveAccount];
    Reads banned_accounts [BannedAccount];
    Reads every_refused_account_says_why [];
    Reads nothing_is_told_without_the_password [];
    Reads state_is_told_under_every_spelling [];
}

/// Inactive, pending and deleted accounts are refused as such after the right password.
async fn inactive_accounts(exam: &Exam<'_>) -> CaseResult {
    let inactive = |rejection| {
        matches!(
            rejection,
            Rejection::Inactive | Rejection::PendingActivation | Rejection::Deleted
        )
    };
    some_are_refused(exam, Need::InactiveAccount, inactive).await
}

/// Banned accounts are refused as such after the right password.
async fn banned_accounts(exam: &Exam<'_>) -> CaseResult {
    let banned = |rejection| matches!(rejection, Rejection::Banned { .. });
    some_are_refused(exam, Need::BannedAccount, banned).await
}

/// Every account that the fixture has as refused is refused for that reason.
async fn every_refused_account_says_why(exam: &Exam<'_>) -> CaseResult {
    for (account, rejection) in exam.fixture.refused() {
        refused(exam, account, &account.name, rejection).await?;
    }
    Ok(())
}

/// A wrong password for a refused account is a wrong password, as for any other; only a lock comes first.
async fn nothing_is_told_without_the_password(exam: &Exam<'_>) -> CaseResult {
    for (account, _) in exam.fixture.refused() {
        for password in ["certainly not the password", "%", "' OR '1'='1"] {
            let login = exam.login(account, &account.name, password);
            let with = "with a wrong password, although it is refused for another reason too";
            exam.expect_rejected(&login, account.wrong_password(), with)
                .await?;
        }
    }
    Ok(())
}

/// However the name is spelled, the reason is the same.
async fn state_is_told_under_every_spelling(exam: &Exam<'_>) -> CaseResult {
    for (account, rejection) in exam.fixture.refused() {
        for spelling in &account.spellings {
            refused(exam, account, spelling, rejection).await?;
        }
    }
    Ok(())
}

async fn some_are_refused(
    exam: &Exam<'_>,
    need: Need,
    which: impl Fn(Rejection) -> bool,
) -> CaseResult {
    let mut some = false;
    for (account, rejection) in exam.fixture.refused() {
        if which(rejection) {
            some = true;
            refused(exam, account, &account.name, rejection).await?;
        }
    }
    ensure!(
        some,
        "the fixture has no such account: add one, or declare Need::{need:?} absent"
    );
    Ok(())
}

async fn refused(
    exam: &Exam<'_>,
    account: &TestAccount,
    name: &str,
    rejection: Rejection,
) -> CaseResult {
    let login = exam.login(account, name, &account.password);
    exam.expect_rejected(&login, rejection, "with the right password")
        .await
}

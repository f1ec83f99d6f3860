//! Whoever gives the right password is let in, as who they are.

use im_core::Verdict;

use crate::exam::{CaseResult, Exam, ensure, who};

super::questions! {
    Reads right_password [];
    Reads canonical_name_and_stable_id_for_every_spelling [];
    Reads spellings_in_other_case [OtherCase];
    Reads every_password_the_product_takes [];
    Reads everything_known_of_the_user [];
    Reads the_same_answer_again [];
    Reads many_at_once [];
}

/// The right name and password let the account in.
async fn right_password(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        exam.expect_accepted(
            account,
            &account.name,
            &account.password,
            "with the right password",
        )
        .await?;
    }
    Ok(())
}

/// However the name is spelled, the id and the canonical name are the same.
async fn canonical_name_and_stable_id_for_every_spelling(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for spelling in &account.spellings {
            let with = format!("typed as {spelling:?}");
            exam.expect_accepted(account, spelling, &account.password, &with)
                .await?;
        }
    }
    Ok(())
}

/// A name in other case is answered as the fixture says: the account, or nobody.
async fn spellings_in_other_case(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        let other = |spelling: &&String| {
            **spelling != account.name && spelling.to_lowercase() == account.name.to_lowercase()
        };
        for spelling in account.spellings.iter().filter(other) {
            exam.expect_accepted(account, spelling, &account.password, "in other case")
                .await?;
        }
        for spelling in account.not_spellings.iter().filter(other) {
            let login = exam.login(account, spelling, &account.password);
            exam.expect_rejected(
                &login,
                im_core::Rejection::UnknownUser,
                "in other case, which this product tells apart",
            )
            .await?;
        }
    }
    Ok(())
}

/// Passwords that the product takes besides (trimmed, in other case) are taken.
async fn every_password_the_product_takes(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for (i, password) in account.also_passwords.iter().enumerate() {
            let with = format!("with the right password number {}", i + 2);
            exam.expect_accepted(account, &account.name, password, &with)
                .await?;
        }
    }
    Ok(())
}

/// What the fixture knows of a user is what the authenticator says, in every field.
async fn everything_known_of_the_user(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        let Some(expected) = &account.user else {
            continue;
        };
        let login = exam.login(account, &account.name, &account.password);
        let answer = exam.sign_in(&login).await?;
        ensure!(
            matches!(&answer, Ok(Verdict::Accepted(user)) if **user == *expected),
            "{}: the user differs\nexpected {expected:?}\n    came {answer:?}",
            who(account)
        );
    }
    Ok(())
}

/// The second sign-in is answered as the first, a wrong password in between changes nothing.
async fn the_same_answer_again(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let login = exam.login(account, &account.name, &account.password);
    let first = exam.sign_in(&login).await?;
    let wrong = exam.login(account, &account.name, "certainly not the password");
    exam.expect_rejected(&wrong, account.wrong_password(), "with a wrong password")
        .await?;
    for _ in 0..3 {
        let again = exam.sign_in(&login).await?;
        ensure!(
            matches!((&first, &again), (Ok(first), Ok(again)) if first == again),
            "{}: the same login was answered differently: {first:?}, then {again:?}",
            who(account)
        );
    }
    Ok(())
}

/// Twenty sign-ins at the same time are each answered as one alone.
async fn many_at_once(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let right = exam.login(account, &account.name, &account.password);
    let wrong = exam.login(account, &account.name, "certainly not the password");
    let pair = || async {
        exam.expect_rejected(&wrong, account.wrong_password(), "among many at once")
            .await?;
        let answer = exam.sign_in(&right).await?;
        ensure!(
            matches!(&answer, Ok(Verdict::Accepted(_))),
            "{} among many at once: expected accepted, came {}",
            who(account),
            crate::exam::shown(&answer)
        );
        Ok(())
    };
    crate::exam::all((0..10).map(|_| pair())).await
}

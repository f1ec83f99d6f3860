//! A stopwatch must not list members: counted, not timed, since a count is the same on every machine.

use im_core::Login;

use crate::Work;
use crate::exam::{CaseResult, Exam, ensure};
use crate::{Failure, Need};

super::questions! {
    Alone unknown_user_costs_what_a_wrong_password_costs [Counting];
    Alone the_same_after_the_name_was_seen [Counting];
    Alone the_same_for_an_empty_password [Counting];
    Alone the_same_for_refused_accounts [Counting];
}

const WRONG: &str = "certainly not the password";
const NOBODY: &str = "nobody-of-this-name";

/// As many statements and verifications for a name that nobody has as for a wrong password.
async fn unknown_user_costs_what_a_wrong_password_costs(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    warm_up(exam).await;
    for _ in 0..3 {
        let unknown = cost(exam, NOBODY, WRONG).await?;
        let wrong = cost(exam, &account.name, WRONG).await?;
        alike(unknown, wrong, "a wrong password")?;
        ensure!(
            wrong.verifications >= 1,
            "a wrong password was refused without a verification"
        );
    }
    Ok(())
}

/// Neither cache nor memory of a name makes a difference, whether its last sign-in was right or wrong.
async fn the_same_after_the_name_was_seen(exam: &Exam<'_>) -> CaseResult {
    warm_up(exam).await;
    for account in exam.fixture.accepted().take(3) {
        let unseen = cost(exam, &account.name, WRONG).await?;
        cost(exam, &account.name, &account.password).await?;
        let seen = cost(exam, &account.name, WRONG).await?;
        for (wrong, what) in [
            (unseen, "a wrong password for a name not seen before"),
            (seen, "a wrong password for a name that has just signed in"),
        ] {
            alike(cost(exam, NOBODY, WRONG).await?, wrong, what)?;
        }
    }
    Ok(())
}

/// An empty password is no short cut.
async fn the_same_for_an_empty_password(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    warm_up(exam).await;
    let unknown = cost(exam, NOBODY, "").await?;
    let wrong = cost(exam, &account.name, "").await?;
    alike(unknown, wrong, "an empty password")
}

/// Nor does it show that an account is banned or inactive.
async fn the_same_for_refused_accounts(exam: &Exam<'_>) -> CaseResult {
    warm_up(exam).await;
    for (account, rejection) in exam.fixture.refused() {
        // What the product decides before the password is no secret.
        if account.wrong_password() != im_core::Rejection::WrongPassword {
            continue;
        }
        let unknown = cost(exam, NOBODY, WRONG).await?;
        let wrong = cost(exam, &account.name, WRONG).await?;
        let what = format!(
            "a wrong password for an account that is {}",
            rejection.as_str()
        );
        alike(unknown, wrong, &what)?;
    }
    Ok(())
}

/// The first questions also connect, and learn what the table is like.
async fn warm_up(exam: &Exam<'_>) {
    let account = exam.fixture.first();
    for name in [NOBODY, account.name.as_str()] {
        let login = Login::new(name, WRONG);
        exam.authenticator().authenticate(&login).await.ok();
    }
}

async fn cost(exam: &Exam<'_>, name: &str, password: &str) -> Result<Work, Failure> {
    let Some(work) = &exam.opened.work else {
        return Err(Failure::new(format!(
            "{} neither counts its work (Opened::counting) nor declares Need::{:?} absent",
            exam.subject.name(),
            Need::Counting
        )));
    };
    let before = work();
    let login = Login::new(name, password);
    let _ = exam
        .sign_in(&login)
        .await?
        .map_err(|error| Failure::new(format!("{name:?}: expected an answer, came {error}")))?;
    Ok(work().since(before))
}

fn alike(unknown: Work, wrong: Work, what: &str) -> CaseResult {
    ensure!(
        unknown == wrong,
        "an unknown user cost {} statements and {} verifications, {what} {} and {}",
        unknown.statements,
        unknown.verifications,
        wrong.statements,
        wrong.verifications
    );
    Ok(())
}

//! A foreign system that is down, silent, slow or broken: always an error, never a wrong password, and never for ever.

use std::time::{Duration, Instant};

use im_core::{AuthError, Login, Lookup, Verdict};

use crate::exam::{Answer, CaseResult, Exam, all, ensure, shown, who};
use crate::{Failure, Need};

super::questions! {
    Breaks down_from_the_beginning [Outage];
    Breaks down_while_in_use [Outage];
    Breaks silent [Silence];
    Breaks silent_in_mid_answer [Silence];
    Breaks slow_but_in_time [Silence];
    Breaks abandoned_sign_ins_leave_nothing_stuck [Silence];
    Breaks missing_table [MissingTable];
}

/// Asked for the first time while the system is down: unavailable, until it is up.
async fn down_from_the_beginning(exam: &Exam<'_>) -> CaseResult {
    exam.subject.go_down().await;
    everything_is_unavailable(exam, "while the system is down").await?;
    exam.subject.come_back().await;
    recovers(exam).await
}

/// The system goes down under connections in use: unavailable, until it is up.
async fn down_while_in_use(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let with = "before the outage";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await?;
    for outage in ["first", "second"] {
        exam.subject.go_down().await;
        let when = format!("while the system is down for the {outage} time");
        everything_is_unavailable(exam, &when).await?;
        exam.subject.come_back().await;
        recovers(exam).await?;
    }
    Ok(())
}

/// The system accepts questions and says nothing: unavailable within the time limit, until it speaks.
async fn silent(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let with = "before the silence";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await?;
    exam.subject.go_silent(0).await;
    let logins = three_logins(exam);
    all(logins.iter().map(|login| async {
        let answer = exam.sign_in(login).await?;
        temporary(&answer, login.name(), "while the system is silent")
    }))
    .await?;
    exam.subject.come_back().await;
    recovers(exam).await
}

/// Answers stop in the middle: no half of an answer is taken for one, and afterwards all is well.
async fn silent_in_mid_answer(exam: &Exam<'_>) -> CaseResult {
    for bytes in [3, 60, 400] {
        exam.subject.go_silent(bytes).await;
        let right = exam.fixture.first();
        let login = exam.login(right, &right.name, &right.password);
        all((0..3).map(|_| async {
            let answer = exam.sign_in(&login).await?;
            // A short answer may fit into what comes through.
            let answered = matches!(&answer, Ok(Verdict::Accepted(_)));
            ensure!(
                answered || answer.as_ref().is_err_and(AuthError::is_temporary),
                "{} with the right password, answers stopping after {bytes} bytes: \
                 expected accepted or error unavailable, came {}",
                who(right),
                shown(&answer)
            );
            Ok(())
        }))
        .await?;
        exam.subject.come_back().await;
        recovers(exam).await?;
    }
    Ok(())
}

/// An answer that comes late but in time is an answer.
async fn slow_but_in_time(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let with = "before the system is slow";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await?;
    exam.subject.go_silent(0).await;
    let speaks_again = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        exam.subject.come_back().await;
        Ok(())
    };
    let sign_in = async {
        let with = "with an answer 150 ms late";
        exam.expect_accepted(account, &account.name, &account.password, with)
            .await
    };
    crate::exam::both(speaks_again, sign_in).await
}

/// Sign-ins whose callers go away in the middle leave no connection behind that is stuck.
async fn abandoned_sign_ins_leave_nothing_stuck(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let login = &exam.login(account, &account.name, &account.password);
    for (round, bytes) in [0, 5, 80, 300, 1_448].into_iter().enumerate() {
        exam.subject.go_silent(bytes).await;
        all((1..=8).map(|i| async move {
            let patience = Duration::from_millis(4 * i + round as u64);
            let sign_in = exam.authenticator().authenticate(login);
            tokio::time::timeout(patience, sign_in).await.ok();
            Ok(())
        }))
        .await?;
        exam.subject.come_back().await;
    }
    recovers(exam).await?;
    all((0..8).map(|_| async {
        let with = "among eight at once, after forty were abandoned";
        exam.expect_accepted(account, &account.name, &account.password, with)
            .await
    }))
    .await
}

/// A table that is not there is an error that names it, for everybody alike; it is never "no such user".
async fn missing_table(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let with = "before the table was taken away";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await?;
    let table = exam.subject.take_table_away().await;
    for login in three_logins(exam) {
        let answer = exam.sign_in(&login).await?;
        let names_it = matches!(&answer, Err(error @ AuthError::Schema(_)) if error.to_string().contains(&table));
        ensure!(
            names_it,
            "{:?} without the table {table}: expected error schema that names it, came {}",
            login.name(),
            shown(&answer)
        );
    }
    if !exam.lacks(Need::Find) {
        let lookup = exam.lookup(account, Lookup::by_id(account.id.as_str()));
        let found = exam.find(&[lookup]).await?;
        ensure!(
            matches!(&found, Err(AuthError::Schema(_))),
            "look-up without the table {table}: expected error schema, came {found:?}"
        );
    }
    exam.subject.reset().await;
    recovers(exam).await
}

/// The right password, a wrong one, and an unknown user.
fn three_logins(exam: &Exam<'_>) -> [Login; 3] {
    let account = exam.fixture.first();
    [
        exam.login(account, &account.name, &account.password),
        exam.login(account, &account.name, "certainly not the password"),
        Login::new("nobody-of-this-name", "certainly not the password"),
    ]
}

async fn everything_is_unavailable(exam: &Exam<'_>, when: &str) -> CaseResult {
    for login in three_logins(exam) {
        let answer = exam.sign_in(&login).await?;
        ensure!(
            matches!(&answer, Err(AuthError::Unavailable(_))),
            "{:?} {when}: expected error unavailable, came {}",
            login.name(),
            shown(&answer)
        );
    }
    let account = exam.fixture.first();
    if !exam.lacks(Need::Find) {
        let lookup = exam.lookup(account, Lookup::by_id(account.id.as_str()));
        let found = exam.find(&[lookup]).await?;
        ensure!(
            matches!(&found, Err(AuthError::Unavailable(_))),
            "look-up {when}: expected error unavailable, came {found:?}"
        );
    }
    if !exam.lacks(Need::Unread) {
        let unread = exam.unread(&exam.fixture.identity(account)).await?;
        ensure!(
            matches!(&unread, Err(AuthError::Unavailable(_))),
            "unread messages {when}: expected error unavailable, came {unread:?}"
        );
    }
    if !exam.lacks(Need::Probe) {
        let probe = exam.probe().await?;
        ensure!(
            matches!(&probe, Err(AuthError::Unavailable(_))),
            "probe {when}: expected error unavailable, came {probe:?}"
        );
    }
    Ok(())
}

/// Silence may show as a time-out or, where a lock is waited for, as a queue.
fn temporary(answer: &Answer<Verdict>, name: &str, when: &str) -> CaseResult {
    ensure!(
        matches!(answer, Err(AuthError::Unavailable(_) | AuthError::Busy(_))),
        "{name:?} {when}: expected error unavailable, came {}",
        shown(answer)
    );
    Ok(())
}

/// Without a new authenticator, and within the subject's patience, the right password is right again and a wrong one
/// is wrong.
async fn recovers(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let login = exam.login(account, &account.name, &account.password);
    let start = Instant::now();
    loop {
        let answer = exam.sign_in(&login).await?;
        match &answer {
            Ok(Verdict::Accepted(_)) => break,
            Err(error) if error.is_temporary() && start.elapsed() < exam.subject.patience() => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            _ => {
                return Err(Failure::new(format!(
                    "{} with the right password, {:?} after all is well again: expected accepted, came {}",
                    who(account),
                    start.elapsed(),
                    shown(&answer)
                )));
            }
        }
    }
    let wrong = exam.login(account, &account.name, "certainly not the password");
    exam.expect_rejected(&wrong, account.wrong_password(), "after all is well again")
        .await
}

//! Nothing that was typed or is stored as a password is ever shown.

use super::session::{TYPED_WRONG, ask_amid_trouble, ask_everything};
use crate::exam::{CaseResult, Exam, ensure};
use crate::{Need, logs};

super::questions! {
    Reads nothing_in_answers [];
    Breaks nothing_in_errors [Outage];
    Breaks nothing_in_logs [];
}

/// No answer, in `Debug` or `Display`, shows a password or what is stored of one.
async fn nothing_in_answers(exam: &Exam<'_>) -> CaseResult {
    let secrets = secrets(exam).await;
    ensure!(
        !secrets.is_empty(),
        "the fixture has no password that could be looked for"
    );
    for text in ask_everything(exam).await {
        none_in(&secrets, &text, "an answer")?;
    }
    Ok(())
}

/// Nor does an error or any of its causes, whatever went wrong.
async fn nothing_in_errors(exam: &Exam<'_>) -> CaseResult {
    let secrets = secrets(exam).await;
    for text in ask_amid_trouble(exam).await {
        none_in(&secrets, &text, "an error")?;
    }
    Ok(())
}

/// Nor does the log, at its most talkative.
async fn nothing_in_logs(exam: &Exam<'_>) -> CaseResult {
    let secrets = secrets(exam).await;
    let capture = logs::capture().await?;
    ask_everything(exam).await;
    ask_amid_trouble(exam).await;
    let log = capture.end();
    for line in log.lines() {
        none_in(&secrets, line, "the log")?;
    }
    Ok(())
}

/// Every text that must not be shown, and what it is.
async fn secrets(exam: &Exam<'_>) -> Vec<(String, String)> {
    let mut secrets = vec![(
        "what was typed as a wrong password".into(),
        TYPED_WRONG.into(),
    )];
    for account in &exam.fixture.accounts {
        let name = &account.name;
        secrets.push((
            format!("the password of {name:?}"),
            account.password.clone(),
        ));
        for other in &account.also_passwords {
            secrets.push((format!("another password of {name:?}"), other.clone()));
        }
        if !exam.lacks(Need::StoredPassword) {
            let stored = exam.subject.stored_password(&account.id).await;
            secrets.push((format!("the stored password of {name:?}"), stored));
        }
    }
    for secret in exam.subject.secrets().await {
        secrets.push(("a secret of the subject".into(), secret));
    }
    // What is a word of its own elsewhere cannot be told from a leak.
    let public = |secret: &str| {
        exam.fixture.accounts.iter().any(|account| {
            account.name.contains(secret)
                || account.id.contains(secret)
                || account
                    .user
                    .as_ref()
                    .is_some_and(|user| format!("{user:?}").contains(secret))
        })
    };
    secrets.retain(|(_, secret)| secret.trim().chars().count() >= 5 && !public(secret));
    secrets
}

fn none_in(secrets: &[(String, String)], text: &str, place: &str) -> CaseResult {
    for (what, secret) in secrets {
        ensure!(
            !text.contains(secret.as_str()),
            "{place} shows {what}: {}",
            text.replace(secret.as_str(), "[HERE]")
        );
    }
    Ok(())
}

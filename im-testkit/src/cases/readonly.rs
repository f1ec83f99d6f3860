//! The foreign system is somebody else's.

use super::session::ask_everything;
use crate::exam::{CaseResult, Exam, ensure};

super::questions! {
    Alone nothing_changes_in_the_foreign_system [Contents];
    Alone many_wrong_passwords_change_nothing [Contents];
}

/// After every question there is, each table is what it was.
async fn nothing_changes_in_the_foreign_system(exam: &Exam<'_>) -> CaseResult {
    let before = exam.subject.contents().await;
    ensure!(
        !before.is_empty(),
        "Subject::contents has nothing to compare"
    );
    ask_everything(exam).await;
    unchanged(exam, before).await
}

/// No count of wrong tries is written, nobody is locked out by asking.
async fn many_wrong_passwords_change_nothing(exam: &Exam<'_>) -> CaseResult {
    let before = exam.subject.contents().await;
    let account = exam.fixture.first();
    for i in 0..20 {
        let login = exam.login(account, &account.name, &format!("wrong number {i}"));
        exam.expect_rejected(
            &login,
            account.wrong_password(),
            "with one of many wrong passwords",
        )
        .await?;
    }
    let with = "after many wrong passwords";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await?;
    unchanged(exam, before).await
}

async fn unchanged(
    exam: &Exam<'_>,
    before: std::collections::BTreeMap<String, String>,
) -> CaseResult {
    let after = exam.subject.contents().await;
    let changed: Vec<&String> = before
        .keys()
        .chain(after.keys())
        .filter(|part| before.get(*part) != after.get(*part))
        .collect();
    ensure!(
        changed.is_empty(),
        "the foreign system was changed: {changed:?}"
    );
    Ok(())
}

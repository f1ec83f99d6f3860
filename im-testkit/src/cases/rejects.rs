//! Whoever does not give the right password is not let in.

use im_core::{Login, Rejection, Verdict};

use crate::TestAccount;
use crate::exam::{Answer, CaseResult, Exam, ensure, shown, who};

super::questions! {
    Reads wrong_password [];
    Reads wrong_password_for_every_spelling [];
    Reads passwords_close_to_the_right_one [];
    Reads empty_password [];
    Reads password_with_nul [];
    Reads over_long_password [];
    Reads stored_password_as_password [StoredPassword, Hashed];
    Reads password_of_another_account [];
    Reads name_as_password [];
    Reads unknown_user [];
    Reads empty_name [];
    Reads unknown_user_and_wrong_password_are_told_alike [];
}

const CERTAINLY_WRONG: &str = "certainly not the password";

/// A wrong password is a wrong password, and nothing more is told.
async fn wrong_password(exam: &Exam<'_>) -> CaseResult {
    for account in &exam.fixture.accounts {
        wrong(exam, account, CERTAINLY_WRONG, "with a wrong password").await?;
        for (i, password) in account.wrong_passwords.iter().enumerate() {
            let with = format!("with the fixture's wrong password number {}", i + 1);
            wrong(exam, account, password, &with).await?;
        }
    }
    Ok(())
}

/// However the name is spelled, a wrong password is a wrong password.
async fn wrong_password_for_every_spelling(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for spelling in &account.spellings {
            let login = exam.login(account, spelling, CERTAINLY_WRONG);
            exam.expect_rejected(&login, account.wrong_password(), "with a wrong password")
                .await?;
        }
    }
    Ok(())
}

/// A part of the password, more than it, or the same letters in other case do not do.
async fn passwords_close_to_the_right_one(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for (with, password) in close_to(&account.password) {
            let taken = password == account.password
                || account.also_passwords.contains(&password)
                || account.tolerated.contains(&password);
            if !taken {
                wrong(exam, account, &password, with).await?;
            }
        }
    }
    Ok(())
}

/// No account opens with an empty password.
async fn empty_password(exam: &Exam<'_>) -> CaseResult {
    for account in &exam.fixture.accounts {
        nonsense(exam, account, "", "with an empty password").await?;
    }
    Ok(())
}

/// A NUL in the password ends nothing and errs nowhere.
async fn password_with_nul(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        let right = &account.password;
        for (with, password) in [
            (
                "with the right password and a NUL after it",
                format!("{right}\0"),
            ),
            (
                "with the right password, a NUL, and more",
                format!("{right}\0x"),
            ),
            ("with a NUL before the right password", format!("\0{right}")),
            ("with nothing but a NUL", "\0".to_owned()),
        ] {
            nonsense(exam, account, &password, with).await?;
        }
    }
    Ok(())
}

/// A password of a million letters is wrong, quickly, and also when it begins with the right one.
async fn over_long_password(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    for (with, password) in [
        (
            "with a password of 1,000,000 letters",
            "x".repeat(1_000_000),
        ),
        (
            "with the right password and 1,000,000 letters after it",
            format!("{}{}", account.password, "x".repeat(1_000_000)),
        ),
        (
            "with the right password and 5,000 letters after it",
            format!("{}{}", account.password, "é".repeat(5_000)),
        ),
    ] {
        nonsense(exam, account, &password, with).await?;
    }
    Ok(())
}

/// What is stored does not open the account: whoever steals the table has not got the passwords.
async fn stored_password_as_password(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        let stored = exam.subject.stored_password(&account.id).await;
        wrong(exam, account, &stored, "with the stored password itself").await?;
        let other_case = if stored.to_uppercase() == stored {
            stored.to_lowercase()
        } else {
            stored.to_uppercase()
        };
        let with = "with the stored password itself in other case";
        wrong(exam, account, &other_case, with).await?;
    }
    Ok(())
}

/// One account's password opens no other.
async fn password_of_another_account(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        for other in &exam.fixture.accounts {
            let own = account.password == other.password
                || account.also_passwords.contains(&other.password)
                || account.tolerated.contains(&other.password);
            if !own {
                let with = format!("with the password of {:?}", other.name);
                wrong(exam, account, &other.password, &with).await?;
            }
        }
    }
    Ok(())
}

/// The name and the id do not open the account.
async fn name_as_password(exam: &Exam<'_>) -> CaseResult {
    for account in &exam.fixture.accounts {
        for password in [&account.name, &account.id] {
            if *password != account.password && !account.also_passwords.contains(password) {
                wrong(exam, account, password, "with the name or id as password").await?;
            }
        }
    }
    Ok(())
}

/// A name that nobody has is an unknown user, with whatever password.
async fn unknown_user(exam: &Exam<'_>) -> CaseResult {
    let right = &exam.fixture.first().password;
    for name in unknown_names(exam) {
        for password in [CERTAINLY_WRONG, right, ""] {
            stranger(exam, &name, password, "who does not exist").await?;
        }
    }
    Ok(())
}

/// No name is nobody's name.
async fn empty_name(exam: &Exam<'_>) -> CaseResult {
    let right = &exam.fixture.first().password;
    for name in ["", " ", "\t", "\u{a0}", "\u{3000}"] {
        for password in [CERTAINLY_WRONG, right, ""] {
            stranger(exam, name, password, "as a name").await?;
        }
    }
    Ok(())
}

/// What may be told to a stranger is the same for an unknown user and for a wrong password.
async fn unknown_user_and_wrong_password_are_told_alike(exam: &Exam<'_>) -> CaseResult {
    let account = exam.fixture.first();
    let unknown = exam
        .sign_in(&Login::new("nobody-of-this-name", CERTAINLY_WRONG))
        .await?;
    let wrong = exam
        .sign_in(&Login::new(account.name.as_str(), CERTAINLY_WRONG))
        .await?;
    let told = |answer: &Answer<Verdict>| match answer {
        Ok(Verdict::Rejected(rejection)) => rejection.public_code().to_owned(),
        other => shown(other),
    };
    ensure!(
        told(&unknown) == told(&wrong),
        "strangers can tell an unknown user ({}) from a wrong password ({})",
        told(&unknown),
        told(&wrong)
    );
    Ok(())
}

async fn wrong(exam: &Exam<'_>, account: &TestAccount, password: &str, with: &str) -> CaseResult {
    let login = exam.login(account, &account.name, password);
    exam.expect_rejected(&login, account.wrong_password(), with)
        .await
}

/// A password that is none: wrong, unless the fixture says that the product takes it. A guard in front does not ask who
/// the account is, and calls it wrong also where the account itself would be called unknown or locked.
async fn nonsense(
    exam: &Exam<'_>,
    account: &TestAccount,
    password: &str,
    with: &str,
) -> CaseResult {
    let login = exam.login(account, &account.name, password);
    let answer = exam.sign_in(&login).await?;
    let fits = match &answer {
        Ok(Verdict::Rejected(rejection)) => {
            *rejection == account.wrong_password() || *rejection == Rejection::WrongPassword
        }
        Ok(Verdict::Accepted(user)) => {
            user.identity == exam.fixture.identity(account)
                && (account.tolerated.iter().any(|p| p == password)
                    || account.also_passwords.iter().any(|p| p == password))
        }
        _ => false,
    };
    ensure!(
        fits,
        "{} {with}: expected rejected ({}), came {}",
        who(account),
        account.wrong_password().as_str(),
        shown(&answer)
    );
    Ok(())
}

/// A name that nobody has. With an empty password, a guard in front may call the password wrong without asking: a
/// stranger is told the same.
async fn stranger(exam: &Exam<'_>, name: &str, password: &str, with: &str) -> CaseResult {
    let login = Login::new(name, password);
    let answer = exam.sign_in(&login).await?;
    let fits = match &answer {
        Ok(Verdict::Rejected(Rejection::UnknownUser)) => true,
        Ok(Verdict::Rejected(Rejection::WrongPassword)) => password.is_empty(),
        _ => false,
    };
    ensure!(
        fits,
        "{name:?} {with}: expected rejected (unknown_user), came {}",
        shown(&answer)
    );
    Ok(())
}

fn unknown_names(exam: &Exam<'_>) -> Vec<String> {
    let mut names = vec!["nobody-of-this-name".to_owned(), "x".to_owned()];
    names.extend(exam.fixture.unknown.iter().cloned());
    for account in exam.fixture.accepted() {
        names.extend(account.not_spellings.iter().cloned());
    }
    names
}

fn close_to(password: &str) -> Vec<(&'static str, String)> {
    let letters: Vec<char> = password.chars().collect();
    let (Some(first), Some(last)) = (letters.first(), letters.last()) else {
        return Vec::new();
    };
    let without_last: String = letters[..letters.len() - 1].iter().collect();
    let without_first: String = letters[1..].iter().collect();
    vec![
        ("with the right password but its last letter", without_last),
        (
            "with the right password but its first letter",
            without_first,
        ),
        (
            "with the first letter of the right password",
            first.to_string(),
        ),
        (
            "with the right password and a letter more",
            format!("{password}x"),
        ),
        (
            "with the right password and its last letter again",
            format!("{password}{last}"),
        ),
        (
            "with a letter before the right password",
            format!("x{password}"),
        ),
        (
            "with the right password twice",
            format!("{password}{password}"),
        ),
        (
            "with the right password and a space after it",
            format!("{password} "),
        ),
        (
            "with a space before the right password",
            format!(" {password}"),
        ),
        (
            "with the right password in lower case",
            password.to_lowercase(),
        ),
        (
            "with the right password in upper case",
            password.to_uppercase(),
        ),
        (
            "with the right password backwards",
            letters.iter().rev().collect(),
        ),
        ("with a wildcard for the right password", "%".to_owned()),
        (
            "with the right password's letters as wildcards",
            "_".repeat(letters.len()),
        ),
    ]
}

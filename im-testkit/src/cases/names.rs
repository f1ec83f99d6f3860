//! Names as people and attackers type them.

use im_core::{Login, Rejection};

use crate::exam::{CaseResult, Exam, ensure, shown};
use crate::{Need, TestAccount};

super::questions! {
    Reads account_with_a_quote_in_its_name [QuotedName];
    Reads account_with_a_letter_outside_ascii [NonAsciiName];
    Reads quotes_and_statements_are_nobody [];
    Reads wildcards_are_nobody [];
    Reads names_with_nul_are_nobody [];
    Reads control_characters_are_nobody [];
    Reads letters_the_system_cannot_store_are_nobody [];
    Reads over_long_names_are_nobody [];
    Reads ids_are_no_names [];
}

/// A quote in a name is a letter like any other.
async fn account_with_a_quote_in_its_name(exam: &Exam<'_>) -> CaseResult {
    let quoted = |name: &str| name.contains(['\'', '"', '`', '\\']);
    some_sign_in(exam, Need::QuotedName, quoted).await
}

/// So is a letter outside ASCII.
async fn account_with_a_letter_outside_ascii(exam: &Exam<'_>) -> CaseResult {
    some_sign_in(exam, Need::NonAsciiName, |name| !name.is_ascii()).await
}

/// What would end a string, begin a comment or add a condition in SQL or LDAP is a name that nobody has.
async fn quotes_and_statements_are_nobody(exam: &Exam<'_>) -> CaseResult {
    for text in [
        "'",
        "''",
        "\"",
        "`",
        "\\",
        "\\'",
        "' OR '1'='1",
        "' OR 1=1 -- ",
        "\" OR \"\"=\"",
        "x' UNION SELECT 1,2,3,4,5,6,7,8 -- ",
        "'; DROP TABLE users; --",
        "/*!50000 1*/",
        "?",
        "$1",
        ":login",
        "{prefix}",
        "&#39;",
        "*",
        "*)(uid=*",
        "(|(uid=*))",
    ] {
        nobody(exam, text).await?;
    }
    for account in exam.fixture.accepted() {
        let name = &account.name;
        for typed in [
            format!("{name}'"),
            format!("{name}\""),
            format!("{name}' -- "),
            format!("{name}'#"),
            format!("{name}' OR '1'='1"),
            format!("x' OR name='{name}"),
            format!("{name}\\"),
            format!("{name}\\'"),
            format!("{name}/*"),
            format!("{name};"),
            format!("{name})(&"),
            format!("'{name}'"),
            format!("\"{name}\""),
        ] {
            not_this(exam, account, &typed).await?;
        }
    }
    Ok(())
}

/// A wildcard stands for itself.
async fn wildcards_are_nobody(exam: &Exam<'_>) -> CaseResult {
    for text in ["%", "_", "%%", "*", "?", ".*", "[a-z]%", "\\%"] {
        nobody(exam, text).await?;
    }
    for account in exam.fixture.accepted() {
        let name = &account.name;
        let letters = name.chars().count();
        let but_first: String = name.chars().skip(1).collect();
        let but_last: String = name.chars().take(letters - 1).collect();
        for typed in [
            format!("{name}%"),
            format!("%{name}"),
            format!("_{but_first}"),
            format!("{but_last}_"),
            format!("{but_last}%"),
            format!("{but_last}*"),
            format!("{but_last}?"),
            "_".repeat(letters),
        ] {
            not_this(exam, account, &typed).await?;
        }
    }
    Ok(())
}

/// A NUL cuts no name off, and errs nowhere.
async fn names_with_nul_are_nobody(exam: &Exam<'_>) -> CaseResult {
    nobody(exam, "\0").await?;
    for account in exam.fixture.accepted() {
        let name = &account.name;
        let middle = name.chars().count() / 2;
        let (front, back): (String, String) = (
            name.chars().take(middle).collect(),
            name.chars().skip(middle).collect(),
        );
        for typed in [
            format!("{name}\0"),
            format!("{name}\0x"),
            format!("\0{name}"),
            format!("{front}\0{back}"),
        ] {
            not_this(exam, account, &typed).await?;
        }
    }
    Ok(())
}

/// Line ends, escapes and direction marks are letters of a name that nobody has.
async fn control_characters_are_nobody(exam: &Exam<'_>) -> CaseResult {
    for name in [
        "nobody\r\nX-Header: 1",
        "nobody\nnobody",
        "\u{1b}[2Jnobody",
        "nobody\u{202e}ydobon",
        "nobody\u{7f}",
        "nobody\u{feff}nobody",
    ] {
        nobody(exam, name).await?;
    }
    Ok(())
}

/// A name with letters that the foreign system cannot store is nobody's, and no error; the next question is answered.
async fn letters_the_system_cannot_store_are_nobody(exam: &Exam<'_>) -> CaseResult {
    for name in [
        "😀",
        "nobody 😀",
        "Łódź nobody",
        "漢字",
        "Ѣ",
        "\u{10ffff}",
        "\u{fffd}",
    ] {
        nobody(exam, name).await?;
    }
    for account in exam.fixture.accepted() {
        not_this(exam, account, &format!("{}😀", account.name)).await?;
    }
    let account = exam.fixture.first();
    let with = "after names that the system cannot store";
    exam.expect_accepted(account, &account.name, &account.password, with)
        .await
}

/// A name of any length is answered, and quickly.
async fn over_long_names_are_nobody(exam: &Exam<'_>) -> CaseResult {
    for letters in [256, 1_000, 70_000, 1_000_000] {
        nobody(exam, &"x".repeat(letters)).await?;
        nobody(exam, &"é".repeat(letters)).await?;
    }
    let account = exam.fixture.first();
    for typed in [
        format!("{}{}", account.name, "x".repeat(1_000)),
        format!("{}{}", account.name, "x".repeat(100_000)),
    ] {
        not_this(exam, account, &typed).await?;
    }
    Ok(())
}

/// The product's own id is not a name to sign in with.
async fn ids_are_no_names(exam: &Exam<'_>) -> CaseResult {
    for account in exam.fixture.accepted() {
        not_this(exam, account, &account.id).await?;
    }
    Ok(())
}

async fn some_sign_in(exam: &Exam<'_>, need: Need, which: impl Fn(&str) -> bool) -> CaseResult {
    let mut some = false;
    for account in exam.fixture.accepted().filter(|a| which(&a.name)) {
        some = true;
        let with = "with the right password";
        exam.expect_accepted(account, &account.name, &account.password, with)
            .await?;
        let wrong = exam.login(account, &account.name, "certainly not the password");
        exam.expect_rejected(&wrong, Rejection::WrongPassword, "with a wrong password")
            .await?;
    }
    ensure!(
        some,
        "the fixture has no such account: add one, or declare Need::{need:?} absent"
    );
    Ok(())
}

/// Nobody has this name, whatever the password.
async fn nobody(exam: &Exam<'_>, name: &str) -> CaseResult {
    let right = &exam.fixture.first().password;
    for password in [right.as_str(), "certainly not the password"] {
        let login = Login::new(name, password);
        exam.expect_rejected(&login, Rejection::UnknownUser, "as a name")
            .await?;
    }
    Ok(())
}

/// What was typed is not this account's name, even with its password, unless the fixture says that it is.
async fn not_this(exam: &Exam<'_>, account: &TestAccount, typed: &str) -> CaseResult {
    let somebodys =
        |other: &TestAccount| typed == other.name || other.spellings.iter().any(|s| s == typed);
    if exam.fixture.accounts.iter().any(somebodys) {
        // Asked as a spelling, by the cases that accept.
        return Ok(());
    }
    let login = exam.login(account, typed, &account.password);
    let answer = exam.sign_in(&login).await?;
    let nobody = matches!(
        &answer,
        Ok(im_core::Verdict::Rejected(Rejection::UnknownUser))
    );
    let allowed = account.maybe_spelled.iter().any(|s| s == typed)
        && matches!(&answer, Ok(im_core::Verdict::Accepted(user))
            if user.identity == exam.fixture.identity(account));
    ensure!(
        nobody || allowed,
        "{:?} as a name, with the password of {:?}: expected rejected (unknown_user), came {}\n\
         (if the product takes it for that account, say so with TestAccount::spelled)",
        crate::exam::short(typed),
        account.name,
        shown(&answer)
    );
    Ok(())
}

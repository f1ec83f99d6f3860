//! Questions that every system must answer, whatever it is.

use std::sync::Arc;

use im_auth_sql::spec::{Cell, SystemSpec, Vector};
use im_auth_sql::{Engine, SpecAuthenticator};
use im_core::{AuthError, ExternalAuthenticator, Login, Rejection, Verdict};

use super::bed::{Bed, PREFIX};
use super::vector::word;
use super::{Complaints, Seats};

/// Names that nobody has.
const NOBODY: [&str; 14] = [
    "im-nobody-7f3a",
    "im-nobody@example.invalid",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "' OR 1=1 -- @",
    "%",
    "_____",
    "\\",
    "*",
    "0",
    "im\0nobody",
    "\u{1f600} nobody",
    "Łukasz Nobody",
    "; DROP TABLE users",
];

/// The system holds the rows of `example`, which is accepted.
pub(super) async fn questions(
    spec: &Arc<SystemSpec>,
    bed: &mut Bed,
    seats: &mut Seats<'_>,
    example: &Vector,
    complaints: &mut Complaints<'_>,
) {
    let Some(login) = example.logins().first() else {
        return;
    };
    let authenticator = match seats.fresh(example, bed.config()) {
        Ok(authenticator) => authenticator,
        Err(error) => return complaints.add(error.to_string()),
    };
    let before = bed.checksums().await;
    strangers(&authenticator, example, complaints).await;
    wrong_passwords(&authenticator, example, login, complaints).await;
    equal_work(&authenticator, seats, example, login, complaints).await;
    probe(&authenticator, spec, bed.engine(), complaints).await;
    if bed.checksums().await != before {
        complaints.add("something was written into the database");
    }
    missing_table(spec, bed, seats, example, login, complaints).await;
    if let Some(nowhere) = bed.config_of_nowhere() {
        match seats.fresh(example, nowhere) {
            Ok(authenticator) => {
                let answer = sign_in(&authenticator, login, &example.password).await;
                if !matches!(answer, Err(AuthError::Unavailable(_))) {
                    complaints.add(format!(
                        "a database that is down: expected unavailable, got {}",
                        word(&answer)
                    ));
                }
            }
            Err(error) => complaints.add(error.to_string()),
        }
    }
}

async fn sign_in(
    authenticator: &SpecAuthenticator,
    name: &str,
    password: &str,
) -> Result<Verdict, AuthError> {
    authenticator
        .authenticate(&Login::new(name, password))
        .await
}

fn is(answer: &Result<Verdict, AuthError>, rejection: Rejection) -> bool {
    matches!(answer, Ok(Verdict::Rejected(came)) if *came == rejection)
}

async fn strangers(
    authenticator: &SpecAuthenticator,
    example: &Vector,
    complaints: &mut Complaints<'_>,
) {
    let long = "x".repeat(5_000);
    for name in NOBODY.into_iter().chain(["", &long]) {
        let answer = sign_in(authenticator, name, &example.password).await;
        if !is(&answer, Rejection::UnknownUser) {
            let shown: String = name.chars().take(30).collect();
            complaints.add(format!(
                "nobody's name {shown:?}: expected unknown_user, got {}",
                word(&answer)
            ));
        }
    }
}

async fn wrong_passwords(
    authenticator: &SpecAuthenticator,
    example: &Vector,
    login: &str,
    complaints: &mut Complaints<'_>,
) {
    let long = "never right ".repeat(10_000);
    let mut passwords = vec![
        ("an empty password".to_owned(), String::new()),
        ("a password of NUL".to_owned(), "\0".to_owned()),
        ("a password with NUL".to_owned(), "never\0right".to_owned()),
        ("a very long password".to_owned(), long),
        ("a quoted password".to_owned(), "' OR '1'='1".to_owned()),
    ];
    let is_plain = example
        .format
        .as_ref()
        .is_none_or(|format| format.contains("plain"));
    if !is_plain {
        // What somebody steals from the database is no password.
        let stored = example
            .rows()
            .flat_map(|(table, row)| row.iter().map(move |(column, cell)| (table, column, cell)));
        for (table, column, cell) in stored {
            if let Cell::Text(text) = cell
                && text.len() >= 8
                && *text != example.password
                && passwords.len() < 16
            {
                passwords.push((
                    format!("the stored {table}.{column} as the password"),
                    text.clone(),
                ));
            }
        }
    }
    for (what, password) in passwords {
        let answer = sign_in(authenticator, login, &password).await;
        if !is(&answer, Rejection::WrongPassword) {
            complaints.add(format!(
                "{what}: expected wrong_password, got {}",
                word(&answer)
            ));
        }
    }
}

/// A stopwatch must not tell who exists.
async fn equal_work(
    authenticator: &SpecAuthenticator,
    seats: &Seats<'_>,
    example: &Vector,
    login: &str,
    complaints: &mut Complaints<'_>,
) {
    let counts = || {
        let stats = seats.pool.stats();
        (
            authenticator.statements_run(),
            stats.verified + stats.decoys,
        )
    };
    let nobody = if login.contains('@') {
        "im-nobody@example.invalid"
    } else {
        "im-nobody"
    };
    let wrong = "im-never-right-1";
    let mut costs = Vec::new();
    for name in [login, nobody, login] {
        // The second time a right password was seen in between: the name is remembered then.
        let before = counts();
        let answer = sign_in(authenticator, name, wrong).await;
        let after = counts();
        if !matches!(answer, Ok(Verdict::Rejected(_))) {
            return complaints.add(format!("a wrong password: got {}", word(&answer)));
        }
        costs.push((after.0 - before.0, after.1 - before.1));
        if name == nobody {
            let _ = sign_in(authenticator, login, &example.password).await;
        }
    }
    if costs.iter().any(|cost| *cost != costs[0]) {
        complaints.add(format!(
            "(statements, verifications) of a wrong password, an unknown name and a wrong password for a remembered \
             name differ: {costs:?}"
        ));
    }
}

async fn probe(
    authenticator: &SpecAuthenticator,
    spec: &SystemSpec,
    engine: Engine,
    complaints: &mut Complaints<'_>,
) {
    match authenticator.probe().await {
        Ok(probe) => {
            if probe.accounts.unwrap_or(0) == 0 {
                complaints.add("doctor counts no account");
            }
            if !probe.formats.iter().any(|format| format.supported) {
                complaints.add(format!(
                    "doctor sees no format that is accepted: {:?}",
                    probe.formats
                ));
            }
            let warning = probe
                .warnings
                .iter()
                .find(|warning| warning.contains("cannot be read"));
            if let Some(warning) = warning {
                complaints.add(format!("doctor: {warning}"));
            }
        }
        Err(error) => complaints.add(format!(
            "doctor: {error}{}",
            std::error::Error::source(&error)
                .map(|cause| format!(" ({cause})"))
                .unwrap_or_default()
        )),
    }
    match authenticator.explain().await {
        Ok(explanation) if explanation.statements.len() >= 2 => {}
        Ok(_) => complaints.add("explain gives no statements"),
        Err(error) => complaints.add(format!("explain: {error}")),
    }
    if spec.explain(engine, None, &|_| true).is_err() {
        complaints.add("explain fails with the product's own prefix");
    }
}

/// An error that names the table, not a wrong password.
async fn missing_table(
    spec: &SystemSpec,
    bed: &mut Bed,
    seats: &Seats<'_>,
    example: &Vector,
    login: &str,
    complaints: &mut Complaints<'_>,
) {
    let Some((table, _)) = spec.account_tables().next() else {
        return;
    };
    let table = table.to_owned();
    if let Err(error) = bed.rename(&table, "im_gone").await {
        return complaints.add(format!("{table} cannot be renamed: {error}"));
    }
    match seats.fresh(example, bed.config()) {
        Ok(authenticator) => {
            let answer = sign_in(&authenticator, login, &example.password).await;
            let names_it = matches!(&answer, Err(error @ AuthError::Schema(_))
                if error.to_string().contains(&format!("{PREFIX}{table}")));
            if !names_it {
                complaints.add(format!(
                    "without the table {table}: expected a schema error that names it, got {}",
                    word(&answer)
                ));
            }
        }
        Err(error) => complaints.add(error.to_string()),
    }
    if let Err(error) = bed.rename("im_gone", &table).await {
        complaints.add(format!("{table} cannot be renamed back: {error}"));
    }
}

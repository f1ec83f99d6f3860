//! What a system makes of a stored password and a typed one, as `im-auth-sql` does it.

use im_auth_sql::spec::SystemSpec;
use im_password::{Attempt, Outcome, Policy, VerifyError};

use crate::mapping::Line;
use crate::systems::System;
use crate::table::Row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Match,
    Mismatch,
    Unsupported,
    /// A value that the format needs.
    Missing,
}

impl System {
    /// The answer for a row whose alias `format` has this value.
    pub(crate) fn answer(&self, line: &Line, row: &Row, alias: &Option<String>) -> Answer {
        let Some(policy) = policy(&self.spec, alias.as_deref()) else {
            return Answer::Unsupported;
        };
        let stored = line.stored.of(row, "stored").unwrap_or_default();
        if stored.is_empty() {
            return Answer::Mismatch;
        }
        let salt = self.has_salt.then(|| line.salt.of(row, "salt")).flatten();
        let username = line.username.of(row, "username").unwrap_or_default();
        let rounds = line.rounds.of(row, "rounds").map(|digits| {
            let digits = String::from_utf8(digits).expect("digits");
            digits.parse().expect("a number of rounds")
        });
        let mut answer = Answer::Mismatch;
        for secret in self.secrets(line, row) {
            let mut attempt = Attempt::new(&row["password"]).username(&username);
            attempt.salt = salt.as_deref();
            attempt.secret = secret.as_deref();
            attempt.rounds = rounds;
            answer = match policy.verify(&attempt, &stored) {
                Ok(Outcome::Match { input, .. }) if !input.apply(attempt.password).is_empty() => {
                    return Answer::Match;
                }
                Ok(_) => Answer::Mismatch,
                Err(VerifyError::Missing { .. }) => return Answer::Missing,
                Err(VerifyError::UnsupportedHash { .. }) => return Answer::Unsupported,
                Err(error) => panic!("{error}"),
            };
        }
        answer
    }

    /// The secrets to try: the product's own tables', the configured ones, or none.
    fn secrets(&self, line: &Line, row: &Row) -> Vec<Option<Vec<u8>>> {
        let given = line
            .secret
            .of(row, "secret")
            .filter(|secret| !secret.is_empty());
        match self.spec.secret() {
            // Where it is written in base 64, the table of rows says so itself.
            Some(spec) if spec.several => {
                vec![given.or_else(|| Some(Vec::new())), Some(Vec::new())]
            }
            Some(_) => vec![given],
            None if self.has_secret => vec![given],
            None => vec![None],
        }
    }
}

/// The formats for a row of this kind.
fn policy(spec: &SystemSpec, alias: Option<&str>) -> Option<Policy> {
    let mut policy = Policy::new([]);
    for rule in spec.formats() {
        let fits = rule
            .when()
            .is_none_or(|when| alias.is_some_and(|alias| when.iter().any(|known| known == alias)));
        if !fits {
            continue;
        }
        let inputs = rule.inputs().unwrap_or(spec.inputs());
        for format in rule.formats() {
            policy = policy.with(format.clone(), inputs.iter().cloned());
        }
    }
    (!policy.formats().is_empty()).then_some(policy)
}

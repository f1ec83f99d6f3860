//! One sign-in on its way: every table and every way to name an account, as many verifications for an unknown name
//! as for a wrong password.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use im_core::{AuthError, Login, Rejection, Standing, Verdict};
use im_password::{Attempt, Job, Outcome, OwnedAttempt, Policy, PoolError, VerifyError};

use super::SpecAuthenticator;
use super::account::{Account, Stored, is_harmless};
use super::installed::{Decoy, Installed, Source};
use super::remembered::is_missing;
use super::secret::{forgotten, missing};
use crate::row::Cell;
use crate::spec::user::{LoginText, UserSpec};
use crate::spec::{AfterWrongPassword, Unsaid};
use crate::{Checked, PasswordCheck, Row, Statement, verify_error};

pub(super) async fn sign_in(
    authenticator: &SpecAuthenticator,
    login: &Login,
) -> Result<Verdict, AuthError> {
    let installed = authenticator.installed().await?;
    let decoy = installed
        .decoy(&authenticator.database, authenticator.spec.rules())
        .await?;
    let question = Question {
        authenticator,
        installed: &installed,
        login,
        decoy,
        verified: AtomicU32::new(0),
        nobody: Mutex::default(),
    };
    let answer = question.ask().await;
    let decided = match &answer {
        Ok(Verdict::Rejected(rejection)) => {
            !matches!(rejection, Rejection::UnknownUser | Rejection::WrongPassword)
        }
        Ok(_) => true,
        Err(_) => false,
    };
    if !decided {
        let filled = question.fill_up().await;
        if answer.is_ok() {
            filled?;
        }
    }
    answer
}

/// What the product makes of a typed name for one condition; `None`: it is not asked.
pub(super) fn typed(text: &LoginText, name: &str) -> Option<String> {
    if let Some(part) = &text.only_if
        && !name.contains(&**part)
    {
        return None;
    }
    // What no product's column holds and some servers refuse.
    if name.contains('\0') {
        return None;
    }
    let name = text.steps.apply(name);
    let name = String::from_utf8_lossy(&name).into_owned();
    (!name.is_empty() && !name.contains('\0')).then_some(name)
}

/// Whether an error is about what stands in a row, not about the database.
fn is_of_one_row(error: &AuthError) -> bool {
    match error {
        AuthError::UnsupportedHash { .. } => true,
        AuthError::Schema(_) => !is_missing(error),
        _ => false,
    }
}

struct Question<'a> {
    authenticator: &'a SpecAuthenticator,
    installed: &'a Installed,
    login: &'a Login,
    decoy: Option<Decoy>,
    verified: AtomicU32,
    /// The first row that was nobody's, and the table it came from.
    nobody: Mutex<Option<(Row, usize)>>,
}

impl Question<'_> {
    async fn ask(&self) -> Result<Verdict, AuthError> {
        let authenticator = self.authenticator;
        let engine = authenticator.database.engine();
        let mut answer = Verdict::from(Rejection::UnknownUser);
        // What a table said that lets the next one be asked: the answer if none of those decides.
        let mut held: Option<Result<Verdict, AuthError>> = None;
        // Whether a row of the next table may still decide.
        let mut open = true;
        for (table, (source, user)) in self
            .installed
            .sources
            .iter()
            .zip(authenticator.spec.users())
            .enumerate()
        {
            let Some(texts) = user.texts(engine) else {
                continue;
            };
            let mut found = false;
            let statements = &source.statements.by_login;
            for ((lookup, statements), text) in
                source.lookups.iter().zip(statements).zip(&texts.by_login)
            {
                let Some(name) = typed(text, self.login.name()) else {
                    continue;
                };
                let check = Check {
                    question: self,
                    source,
                    user,
                    table,
                    account: &statements.account,
                    name: &name,
                    counts: open && !found,
                };
                let now = [authenticator.now()];
                match lookup.sign_in_with(&name, &now, &check).await {
                    Ok(Verdict::Rejected(Rejection::UnknownUser)) => {}
                    Ok(Verdict::Rejected(Rejection::WrongPassword)) => {
                        found = true;
                        answer = Rejection::WrongPassword.into();
                    }
                    Ok(locked @ Verdict::Rejected(Rejection::LockedOut { .. }))
                        if user.after_wrong_password == AfterWrongPassword::Next =>
                    {
                        found = true;
                        held.get_or_insert(Ok(locked));
                    }
                    Ok(decided) => return Ok(decided),
                    // It was only asked for the sake of the stopwatch.
                    Err(AuthError::Ambiguous(_)) if !check.counts => {}
                    Err(error)
                        if user.after_wrong_password == AfterWrongPassword::Next
                            && is_of_one_row(&error) =>
                    {
                        found = true;
                        held.get_or_insert(Err(error));
                    }
                    Err(error) => return Err(error),
                }
            }
            if found && user.after_wrong_password == AfterWrongPassword::Stop {
                open = false;
            }
        }
        held.unwrap_or(Ok(answer))
    }

    /// Does the work that a wrong password in every table could have made.
    async fn fill_up(&self) -> Result<(), AuthError> {
        if self.verified.load(Ordering::Relaxed) == 0 {
            self.stand_in().await?;
        }
        let further = self.further_tables();
        let done = self.verified.load(Ordering::Relaxed) as usize;
        for _ in done..=further {
            self.pretend().await?;
        }
        Ok(())
    }

    /// How many comparisons a sign-in makes at most: what each may cost depends on it.
    fn comparisons(&self, secrets: usize) -> u32 {
        let rows = 1 + self.further_tables();
        u32::try_from(rows.saturating_mul(secrets)).unwrap_or(u32::MAX)
    }

    /// Tables that are asked after a wrong password in the one before.
    fn further_tables(&self) -> usize {
        let users = self.authenticator.spec.users();
        users
            .iter()
            .rev()
            .skip(1)
            .filter(|user| user.after_wrong_password == AfterWrongPassword::Next)
            .count()
    }

    /// Reads and compares a row as most accounts have it, for nothing, where there was nobody.
    async fn stand_in(&self) -> Result<(), AuthError> {
        let nobody = self
            .nobody
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let (Some((row, table)), Some(decoy)) = (nobody, &self.decoy) else {
            return Ok(());
        };
        let row = row.with_cells(|alias| match alias {
            "id" => Cell::Int(0),
            "password" => Cell::Bytes(decoy.shape.blank().to_vec()),
            "salt" | "secret" | "name" | "username" => Cell::Bytes(b"00000000".to_vec()),
            "format" => Cell::Bytes(decoy.format.clone().into_bytes()),
            "rounds" => decoy
                .rounds
                .map_or(Cell::Null, |rounds| Cell::Int(rounds.into())),
            _ => Cell::Null,
        });
        let Some(user) = self.authenticator.spec.users().get(table) else {
            return Ok(());
        };
        // Whatever it says is about nobody; but it may have been too busy to do the work.
        match Account::read(&row, user, &self.installed.notes) {
            Ok(Some(account)) => match self.compare(&account.stored).await {
                Err(error @ AuthError::Busy(_)) => Err(error),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Compares with what most accounts have stored, for nothing.
    async fn pretend(&self) -> Result<(), AuthError> {
        let Some(Decoy {
            rules,
            shape,
            rounds,
            ..
        }) = &self.decoy
        else {
            return Ok(());
        };
        let secrets = self.secrets(rules.needs_secret, None);
        let comparisons = self.comparisons(secrets.len());
        for secret in secrets {
            let mut attempt = OwnedAttempt::new(self.login.password().expose()).one_of(comparisons);
            if let Some(rounds) = rounds {
                attempt = attempt.rounds(*rounds);
            }
            if let Some(secret) = secret {
                attempt = attempt.secret(secret);
            }
            let job = Job::decoy(Arc::clone(&rules.policy), attempt, shape.clone());
            let _mismatch = self
                .authenticator
                .pool
                .verify(job)
                .await
                .map_err(verify_error)?;
        }
        Ok(())
    }

    /// The secrets to try, at least one time without any.
    fn secrets(&self, needed: bool, own: Option<&[u8]>) -> Vec<Option<Vec<u8>>> {
        if let Some(own) = own {
            return vec![Some(own.to_vec())];
        }
        let configured = &self.authenticator.secrets;
        if !needed || configured.is_empty() {
            return vec![None];
        }
        configured
            .each()
            .map(|secret| Some(secret.to_vec()))
            .collect()
    }

    /// Whether the typed password is the stored one.
    async fn compare(&self, stored: &Stored) -> Result<bool, AuthError> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        let Some(password) = &stored.password else {
            self.pretend().await?;
            return Ok(false);
        };
        let spec = &self.authenticator.spec;
        let rules = spec.rules().of(&stored.format).ok_or_else(|| {
            AuthError::unsupported_hash(if is_harmless(&stored.format) {
                format!("of the kind {:?}", stored.format)
            } else {
                "of an unknown kind".to_owned()
            })
        })?;
        let typed = self.login.password().expose();
        let secrets = self.secrets(rules.needs_secret, stored.secret.as_deref());
        let comparisons = self.comparisons(secrets.len());
        for secret in secrets {
            let mut attempt = OwnedAttempt::new(typed)
                .username(&*stored.username)
                .one_of(comparisons);
            if let Some(salt) = &stored.salt {
                attempt = attempt.salt(&**salt);
            }
            if let Some(rounds) = stored.rounds {
                attempt = attempt.rounds(rounds);
            }
            if let Some(secret) = secret {
                attempt = attempt.secret(secret);
            }
            let job = Job::check(Arc::clone(&rules.policy), attempt, &**password);
            match self.authenticator.pool.verify(job).await {
                // Nothing is never right, even where the digest of nothing is stored.
                Ok(Outcome::Match { input, .. }) => return Ok(!input.apply(typed).is_empty()),
                Ok(_) => {}
                Err(PoolError::Verify(VerifyError::Missing { what: "$secret" })) => {
                    return Err(match spec.secret() {
                        Some(described) => missing(spec.name(), described),
                        None => AuthError::configuration(
                            "the stored password needs a secret that the product's own tables do not give",
                        ),
                    });
                }
                Err(error) => return Err(verify_error(error)),
            }
        }
        self.not_forgotten(stored, password, &rules.policy)?;
        Ok(false)
    }

    /// Whether a password that fits nothing is wrong for sure: it is not if the realm does not say whether there is a
    /// secret and the row may have been made with one.
    fn not_forgotten(
        &self,
        stored: &Stored,
        password: &[u8],
        policy: &Policy,
    ) -> Result<(), AuthError> {
        let spec = &self.authenticator.spec;
        let Some(described) = spec.secret() else {
            return Ok(());
        };
        if described.unsaid != Unsaid::Error
            || self.authenticator.secrets.is_said()
            || stored.secret.is_some()
        {
            return Ok(());
        }
        // Everything but the secret: what is lacking then is the secret.
        let attempt = Attempt::new("").salt(b"").username(b"").rounds(1);
        match policy.lacking(&attempt, password) {
            Some("$secret") => Err(forgotten(spec.name(), described)),
            _ => Ok(()),
        }
    }
}

/// What to do with a row that one way to name an account found.
struct Check<'a> {
    question: &'a Question<'a>,
    source: &'a Source,
    user: &'a UserSpec,
    /// Which of the tables it is.
    table: usize,
    /// Gives the account once the password is right.
    account: &'a Statement,
    name: &'a str,
    /// The row may decide; otherwise it was found only for the sake of the stopwatch.
    counts: bool,
}

#[async_trait]
impl PasswordCheck for Check<'_> {
    async fn check(&self, row: &Row) -> Result<Checked, AuthError> {
        if !self.counts {
            return Ok(Checked::Nobody);
        }
        let notes = &self.question.installed.notes;
        let Some(candidate) = Account::read(row, self.user, notes)? else {
            let mut nobody = self
                .question
                .nobody
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            nobody.get_or_insert_with(|| (row.clone(), self.table));
            return Ok(Checked::Nobody);
        };
        let authenticator = self.question.authenticator;
        let now = authenticator.clock.now();
        if let Some(lock) = candidate.lock(now) {
            return Ok(Checked::Decided(lock.into()));
        }
        if !self.question.compare(&candidate.stored).await? {
            return Ok(Checked::WrongPassword);
        }
        let values = [
            ("id", candidate.key),
            ("login", self.name.into()),
            authenticator.now(),
        ];
        let row = authenticator
            .database
            .fetch_optional(self.account, &values)
            .await?;
        let account = match &row {
            Some(row) => Account::read(row, self.user, notes)?,
            None => None,
        };
        let Some(account) = account else {
            // Deleted since the password was read.
            return Ok(Checked::Decided(Rejection::UnknownUser.into()));
        };
        let verdict = match account.standing(now) {
            Standing::Refused(rejection) => rejection.into(),
            _ => {
                let accounts = [(account, self.user, self.source)];
                let mut users = authenticator
                    .users(&self.question.installed.notes, &accounts)
                    .await?;
                match users.pop() {
                    Some(user) => Verdict::accepted(user),
                    None => Rejection::UnknownUser.into(),
                }
            }
        };
        Ok(Checked::Decided(verdict))
    }

    /// It is done once for all, at the end.
    async fn decoy(&self) -> Result<(), AuthError> {
        Ok(())
    }
}

//! One case put to one subject.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use im_core::{
    AuthError, ExternalAuthenticator, Found, Identity, Login, Lookup, Probe, Rejection, Verdict,
};

use crate::{Fixture, Need, Opened, Subject, TestAccount};

/// Why a case failed: a sentence that says what was asked, what was expected and what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

pub(crate) type CaseResult = Result<(), Failure>;

/// Fails the case with a formatted sentence unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($sentence:tt)+) => {
        if !$condition {
            return Err($crate::exam::Failure::new(format!($($sentence)+)));
        }
    };
}
pub(crate) use ensure;

/// A subject under examination: its fixture, and an authenticator opened for this case alone.
pub(crate) struct Exam<'a> {
    pub(crate) subject: &'a dyn Subject,
    pub(crate) fixture: Fixture,
    pub(crate) opened: Opened,
    patience: Duration,
}

/// What came of a question.
pub(crate) type Answer<T> = Result<T, AuthError>;

impl<'a> Exam<'a> {
    pub(crate) async fn of(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            fixture: subject.fixture(),
            opened: subject.open().await,
            patience: subject.patience(),
        }
    }

    /// Whether the subject declared this absent: for the parts of a case that others do not need.
    pub(crate) fn lacks(&self, need: Need) -> bool {
        self.subject.absent().iter().any(|a| a.need == need)
    }

    pub(crate) fn authenticator(&self) -> &dyn ExternalAuthenticator {
        &*self.opened.authenticator
    }

    /// A login of the account's owner, but for name and password.
    pub(crate) fn login(&self, account: &TestAccount, name: &str, password: &str) -> Login {
        let login = Login::new(name, password);
        match account.address {
            Some(address) => login.from_address(address),
            None => login,
        }
    }

    pub(crate) fn lookup(&self, account: &TestAccount, lookup: Lookup) -> Lookup {
        let lookup = lookup.in_realm(self.fixture.realm.clone());
        match account.address {
            Some(address) => lookup.from_address(address),
            None => lookup,
        }
    }

    /// Signs in; a question that takes longer than the subject's patience fails the case.
    pub(crate) async fn sign_in(&self, login: &Login) -> Result<Answer<Verdict>, Failure> {
        self.in_time("sign-in", self.authenticator().authenticate(login))
            .await
    }

    pub(crate) async fn find(
        &self,
        lookups: &[Lookup],
    ) -> Result<Answer<Vec<Option<Found>>>, Failure> {
        self.in_time("find", self.authenticator().find(lookups))
            .await
    }

    pub(crate) async fn unread(&self, identity: &Identity) -> Result<Answer<Option<u32>>, Failure> {
        let question = self.authenticator().unread_private_messages(identity);
        self.in_time("unread_private_messages", question).await
    }

    pub(crate) async fn probe(&self) -> Result<Answer<Probe>, Failure> {
        self.in_time("probe", self.authenticator().probe()).await
    }

    async fn in_time<T>(
        &self,
        question: &str,
        answer: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        tokio::time::timeout(self.patience, answer)
            .await
            .map_err(|_| {
                Failure::new(format!(
                    "{question} had no answer after {:?}; every wait must be bounded (Subject::patience)",
                    start.elapsed()
                ))
            })
    }

    /// The right name and password must be answered with the account itself.
    pub(crate) async fn expect_accepted(
        &self,
        account: &TestAccount,
        name: &str,
        password: &str,
        with: &str,
    ) -> CaseResult {
        let answer = self.sign_in(&self.login(account, name, password)).await?;
        let Ok(Verdict::Accepted(user)) = &answer else {
            return Err(Failure::new(format!(
                "{} {with}: expected accepted, came {}",
                who(account),
                shown(&answer)
            )));
        };
        ensure!(
            user.identity == self.fixture.identity(account),
            "{} {with}: accepted as {}, expected {}",
            who(account),
            user.identity,
            self.fixture.identity(account)
        );
        ensure!(
            user.name == account.name,
            "{} {with}: accepted under the name {:?}, expected the canonical {:?}",
            who(account),
            user.name,
            account.name
        );
        Ok(())
    }

    /// The login must be answered with this rejection.
    pub(crate) async fn expect_rejected(
        &self,
        login: &Login,
        rejection: Rejection,
        with: &str,
    ) -> CaseResult {
        let answer = self.sign_in(login).await?;
        ensure!(
            matches!(&answer, Ok(Verdict::Rejected(came)) if *came == rejection),
            "{:?} {with}: expected rejected ({}), came {}",
            short(login.name()),
            rejection.as_str(),
            shown(&answer)
        );
        Ok(())
    }
}

/// How a failure calls an account.
pub(crate) fn who(account: &TestAccount) -> String {
    format!("{:?} (id {})", account.name, account.id)
}

/// A name that fits into a sentence.
pub(crate) fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}… ({} letters)", &name[..end], name.chars().count()),
        None => name.to_owned(),
    }
}

/// Everything that could be printed of an answer.
pub(crate) fn printed<T: fmt::Debug>(answer: &Answer<T>) -> String {
    match answer {
        Ok(value) => format!("{value:?} {value:#?}"),
        Err(error) => printed_error(error),
    }
}

/// Everything that could be printed of an error, its causes included.
pub(crate) fn printed_error(error: &AuthError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

/// How a failure tells an answer: never more than the kind and, for an error, its own sentence.
pub(crate) fn shown(answer: &Answer<Verdict>) -> String {
    match answer {
        Ok(Verdict::Accepted(user)) => format!("accepted as {}", user.identity),
        Ok(Verdict::Rejected(rejection)) => format!("rejected ({})", rejection.as_str()),
        Ok(_) => "a verdict of a new kind".into(),
        Err(error) => format!("error {} ({error})", error.kind()),
    }
}

/// Runs both at the same time on this task.
pub(crate) async fn both(
    one: impl Future<Output = CaseResult>,
    other: impl Future<Output = CaseResult>,
) -> CaseResult {
    let (one, other) = tokio::join!(one, other);
    one.and(other)
}

/// Runs them all at the same time on this task; the first failure is the answer.
pub(crate) async fn all(
    parts: impl Iterator<Item = impl Future<Output = CaseResult>>,
) -> CaseResult {
    let mut parts: Vec<_> = parts.map(|part| Some(Box::pin(part))).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for slot in &mut parts {
            let Some(part) = slot else { continue };
            match part.as_mut().poll(context) {
                std::task::Poll::Pending => waiting = true,
                std::task::Poll::Ready(Ok(())) => *slot = None,
                std::task::Poll::Ready(failed) => return std::task::Poll::Ready(failed),
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(Ok(()))
        }
    })
    .await
}

//! An authenticator that answers what a test wants.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup,
    ManualClock, MemoryAuthenticator, Probe, Realm, Rejection, Standing, Timestamp, Verdict,
};

pub(crate) fn realm(name: &str) -> Realm {
    Realm::new(name).unwrap()
}

pub(crate) fn clock() -> std::sync::Arc<ManualClock> {
    std::sync::Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH))
}

/// A club with one member.
pub(crate) fn club() -> MemoryAuthenticator {
    MemoryAuthenticator::new(realm("club")).account("1", "Alice", "correct horse")
}

/// What a [`Scripted`] does when it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Play {
    Accept,
    Reject(Rejection),
    Down,
    Busy,
    Closed,
    NoSuchTable,
    Hang,
    /// Down, but only once the gate opens.
    DownLater,
    /// Accepts, but only once the gate opens.
    AcceptLater,
    /// A wrong password, but only once the gate opens.
    WrongLater,
}

/// Answers by a script, and counts what it was asked. At the script's end it repeats its last line.
pub(crate) struct Scripted {
    info: AdapterInfo,
    script: Mutex<VecDeque<Play>>,
    pub(crate) asked: AtomicUsize,
    pub(crate) gate: tokio::sync::Notify,
}

impl Scripted {
    pub(crate) fn new(name: &str, script: impl IntoIterator<Item = Play>) -> Self {
        Self {
            info: AdapterInfo::new("scripted", "Scripted", realm(name)),
            script: Mutex::new(script.into_iter().collect()),
            asked: AtomicUsize::new(0),
            gate: tokio::sync::Notify::new(),
        }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn now_plays(&self, play: Play) {
        *self.script.lock().unwrap() = [play].into();
    }

    async fn play(&self) -> Result<Option<Rejection>, AuthError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let play = {
            let mut script = self.script.lock().unwrap();
            match script.len() {
                1 => script[0],
                _ => script.pop_front().expect("a script has a line"),
            }
        };
        match play {
            Play::Accept => Ok(None),
            Play::Reject(rejection) => Ok(Some(rejection)),
            Play::Down => Err(AuthError::unavailable("connection refused")),
            Play::Busy => Err(AuthError::busy("queue full")),
            Play::Closed => Err(AuthError::closed("the board is closed")),
            Play::NoSuchTable => Err(AuthError::schema("no such table").with("table", "users")),
            Play::Hang => std::future::pending().await,
            Play::DownLater => {
                self.gate.notified().await;
                Err(AuthError::unavailable("timed out"))
            }
            Play::AcceptLater => {
                self.gate.notified().await;
                Ok(None)
            }
            Play::WrongLater => {
                self.gate.notified().await;
                Ok(Some(Rejection::WrongPassword))
            }
        }
    }

    fn user(&self, id: &str) -> ExternalUser {
        ExternalUser::new(Identity::new(self.info.realms[0].clone(), id), "Somebody")
    }
}

#[async_trait]
impl ExternalAuthenticator for Scripted {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }
    async fn authenticate(&self, _: &Login) -> Result<Verdict, AuthError> {
        Ok(match self.play().await? {
            None => Verdict::accepted(self.user("7")),
            Some(rejection) => rejection.into(),
        })
    }
    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let standing = match self.play().await? {
            None => Standing::Good,
            Some(rejection) => Standing::Refused(rejection),
        };
        let found = Found::new(self.user("7"), standing);
        Ok(vec![Some(found); lookups.len()])
    }
    async fn unread_private_messages(&self, _: &Identity) -> Result<Option<u32>, AuthError> {
        Ok(self.play().await?.is_none().then_some(3))
    }
    async fn probe(&self) -> Result<Probe, AuthError> {
        self.play().await?;
        let mut probe = Probe::default();
        probe.version = Some("1.2.3".into());
        probe.accounts = Some(10);
        probe.warnings = vec!["no index".into()];
        Ok(probe)
    }
}

/// The kind of an answer: `accepted`, a rejection's name, or an error's kind.
pub(crate) fn kind(answer: &Result<Verdict, AuthError>) -> &'static str {
    match answer {
        Ok(Verdict::Accepted(_)) => "accepted",
        Ok(Verdict::Rejected(rejection)) => rejection.as_str(),
        Ok(_) => "a verdict of a new kind",
        Err(error) => error.kind(),
    }
}

//! Leaves a foreign system alone that is down.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::{
    AdapterInfo, AuthError, Clock, ExternalAuthenticator, Found, Identity, Login, Lookup, Probe,
    Timestamp, Verdict,
};

/// Answers [`AuthError::Unavailable`] at once while a foreign system is down, instead of letting everybody wait for a
/// time-out and the system drown in tries when it comes back.
///
/// * It opens after some [`AuthError::Unavailable`] in a row, and on nothing else: any verdict and any other error
///   shows that the system answers, [`AuthError::Closed`] too.
/// * Open, it asks nothing until a pause is over. Then it lets one question through and keeps refusing the others; the
///   answer closes it, another `Unavailable` begins another pause, a question that was given up leaves the next one to
///   try.
/// * [`probe`](ExternalAuthenticator::probe) is an administrator's question: it is always put through, and its answer
///   counts.
///
/// One breaker watches one realm: put it inside a [`Chain`](super::Chain), around each member, and around
/// [`Timeout`](super::Timeout), so that silence counts too.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use im_core::wrappers::{BreakerSettings, CircuitBreaker};
/// use im_core::{ExternalAuthenticator, Login, MemoryAuthenticator, Realm, SystemClock};
///
/// let forum = MemoryAuthenticator::new(Realm::new("forum")?).account("1", "Alice", "horse");
/// let forum = CircuitBreaker::new(forum, BreakerSettings::default(), Arc::new(SystemClock));
/// assert!(forum.authenticate(&Login::new("Alice", "horse")).await.is_ok());
/// assert!(!forum.is_open());
/// # Ok(())
/// # }
/// ```
pub struct CircuitBreaker<A> {
    inner: A,
    settings: BreakerSettings,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// When a [`CircuitBreaker`] opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerSettings {
    /// How many `Unavailable` in a row open it. Default 5.
    pub failures: u32,
    /// How long it asks nothing then. Default 5 s.
    pub pause: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: 5,
            pause: Duration::from_secs(5),
        }
    }
}

impl BreakerSettings {
    /// Opens after `failures` in a row (at least one), for `pause`.
    #[must_use]
    pub fn new(failures: u32, pause: Duration) -> Self {
        Self {
            failures: failures.max(1),
            pause,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    /// `Unavailable` in a row.
    failures: u32,
    /// Open since; `None`: closed.
    opened: Option<Timestamp>,
    /// A question is out to see whether the system is back.
    trying: bool,
}

impl<A: ExternalAuthenticator> CircuitBreaker<A> {
    /// Watches `inner`, by this clock.
    pub fn new(inner: A, settings: BreakerSettings, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            settings,
            clock,
            state: Mutex::default(),
        }
    }

    /// Whether questions are refused, but for one that tries.
    pub fn is_open(&self) -> bool {
        self.state().opened.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to ask, or the error that says why not.
    fn admit(&self) -> Result<Leave<'_>, AuthError> {
        let now = self.clock.now();
        let mut state = self.state();
        if let Some(opened) = state.opened {
            let passed = Duration::try_from(now - opened);
            // A clock that was set back must not keep it open: less than no time is as good as enough.
            let paused = passed.is_ok_and(|passed| passed < self.settings.pause);
            if paused || state.trying {
                return Err(AuthError::unavailable(
                    "not asked: it was unavailable several times in a row and is left alone for a while",
                )
                .with("system", self.inner.info().system.as_str())
                .with("failures in a row", state.failures.to_string()));
            }
            state.trying = true;
        }
        Ok(Leave {
            state: &self.state,
            settings: self.settings,
            clock: &*self.clock,
            trying: state.trying,
        })
    }

    async fn watch<T: Send>(
        &self,
        question: impl Future<Output = Result<T, AuthError>> + Send,
    ) -> Result<T, AuthError> {
        let leave = self.admit()?;
        let answer = question.await;
        leave.settle(answered(&answer));
        answer
    }
}

/// Whether an answer shows that the system is there.
fn answered<T>(answer: &Result<T, AuthError>) -> bool {
    !matches!(answer, Err(AuthError::Unavailable(_)))
}

/// Leave to ask one question.
struct Leave<'a> {
    state: &'a Mutex<State>,
    settings: BreakerSettings,
    clock: &'a dyn Clock,
    trying: bool,
}

impl Leave<'_> {
    fn settle(self, answered: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            *state = State::default();
        } else {
            state.failures = state.failures.saturating_add(1);
            // What was asked before it opened and fails only now says nothing new.
            let news = state.opened.is_none() || self.trying;
            if news && state.failures >= self.settings.failures {
                state.opened = Some(self.clock.now());
            }
        }
    }
}

impl Drop for Leave<'_> {
    /// Also for a question that was given up: the next one may try.
    fn drop(&mut self) {
        if self.trying {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.trying = false;
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<A: ExternalAuthenticator> ExternalAuthenticator for CircuitBreaker<A> {
    fn info(&self) -> &AdapterInfo {
        self.inner.info()
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        self.watch(self.inner.authenticate(login)).await
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        self.watch(self.inner.find(lookups)).await
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        self.watch(self.inner.unread_private_messages(identity))
            .await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        let leave = Leave {
            state: &self.state,
            settings: self.settings,
            clock: &*self.clock,
            trying: false,
        };
        let answer = self.inner.probe().await;
        leave.settle(answered(&answer));
        answer
    }
}

impl<A: ExternalAuthenticator> fmt::Debug for CircuitBreaker<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("inner", self.inner.info())
            .field("settings", &self.settings)
            .field("state", &*self.state())
            .finish_non_exhaustive()
    }
}

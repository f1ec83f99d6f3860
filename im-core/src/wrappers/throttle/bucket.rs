//! One allowance being used up and growing again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Allowance;
use crate::Timestamp;

/// The tries of one name, network or pair.
#[derive(Debug, Default)]
pub(super) struct Bucket(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Tries spent or under way.
    used: u32,
    /// Since when the next try is growing back; `None`: nothing is used.
    since: Option<Timestamp>,
    /// The last success.
    succeeded: Option<Timestamp>,
}

impl State {
    /// Takes off what has grown back by now.
    fn refresh(&mut self, allowance: Allowance, now: Timestamp) {
        let Some(since) = self.since else { return };
        // A clock that was set back starts the wait anew instead of making it longer than it ever was.
        let Ok(passed) = Duration::try_from(now - since) else {
            self.since = Some(now);
            return;
        };
        let step = allowance.one_more_every;
        let back = passed.as_nanos() / step.as_nanos();
        if back >= u128::from(self.used) {
            self.used = 0;
            self.since = None;
        } else {
            // Less than `used`, a u32.
            let back = back as u32;
            self.used -= back;
            self.since = Some(since + step * back);
        }
    }
}

impl Bucket {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, or says how long until there is one.
    pub(super) fn take(
        self: &Arc<Self>,
        allowance: Allowance,
        now: Timestamp,
    ) -> Result<Taken, Duration> {
        let mut state = self.state();
        state.refresh(allowance, now);
        if state.used >= allowance.tries {
            let step = allowance.one_more_every;
            let passed = state.since.map_or(Duration::ZERO, |since| {
                Duration::try_from(now - since).unwrap_or_default()
            });
            return Err(step.saturating_sub(passed));
        }
        state.used += 1;
        state.since.get_or_insert(now);
        Ok(Taken(Some(Arc::clone(self))))
    }

    /// Whether there was a success within this time.
    pub(super) fn is_familiar(&self, within: Duration, now: Timestamp) -> bool {
        self.state()
            .succeeded
            .is_some_and(|succeeded| now - succeeded <= within)
    }

    /// Remembers a success, and gives everything back.
    pub(super) fn succeeded(&self, now: Timestamp) {
        self.forgive();
        self.state().succeeded = Some(now);
    }

    /// Gives everything back.
    pub(super) fn forgive(&self) {
        let mut state = self.state();
        state.used = 0;
        state.since = None;
    }
}

/// A place in a bucket: given back when dropped, unless spent.
#[derive(Debug)]
pub(super) struct Taken(Option<Arc<Bucket>>);

impl Taken {
    /// The try was wrong: the place stays taken until it grows back.
    pub(super) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(bucket) = self.0.take() {
            let mut state = bucket.state();
            // A success in between may have given it back already.
            state.used = state.used.saturating_sub(1);
            if state.used == 0 {
                state.since = None;
            }
        }
    }
}

//! One allowance being used up and growing again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Allowance;
use crate::Timestamp;

/// When to come back if only tries under way are in the way.
const SOON: Duration = Duration::from_secs(1);

/// The tries of one name, network or pair.
#[derive(Debug, Default)]
pub(super) struct Bucket(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Wrong tries that have not grown back.
    spent: u32,
    /// Since when the next try is growing back; `None`: nothing is spent.
    since: Option<Timestamp>,
    /// Tries without an answer yet.
    under_way: u32,
    /// Who spent them.
    spender: Spender,
    /// Who succeeded last, and when.
    succeeded: Option<(Spelling, Timestamp)>,
}

/// A name exactly as it was given, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling(pub(super) u64);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Spender {
    #[default]
    Nobody,
    One(Spelling),
    Several,
}

/// How tries under way are bounded.
#[derive(Debug, Clone, Copy)]
pub(super) enum UnderWay {
    /// Each holds a place among the wrong ones, as if it were going to be one.
    Counts,
    /// There may be this many, whatever becomes of them.
    AtMost(u32),
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
        if back >= u128::from(self.spent) {
            self.forgive();
        } else {
            // Less than `spent`, a u32.
            let back = back as u32;
            self.spent -= back;
            self.since = Some(since + step * back);
        }
    }

    fn forgive(&mut self) {
        self.spent = 0;
        self.since = None;
        self.spender = Spender::Nobody;
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
        under_way: UnderWay,
        now: Timestamp,
    ) -> Result<Taken, Duration> {
        let mut state = self.state();
        state.refresh(allowance, now);
        if state.spent >= allowance.tries {
            let step = allowance.one_more_every;
            let passed = state.since.map_or(Duration::ZERO, |since| {
                Duration::try_from(now - since).unwrap_or_default()
            });
            // Those that were under way together may have spent more than there was.
            let steps = (state.spent - allowance.tries).saturating_add(1);
            return Err(step.saturating_mul(steps).saturating_sub(passed));
        }
        let room = match under_way {
            UnderWay::Counts => allowance.tries - state.spent,
            UnderWay::AtMost(limit) => limit,
        };
        if state.under_way >= room {
            return Err(SOON.min(allowance.one_more_every));
        }
        state.under_way += 1;
        Ok(Taken(Arc::clone(self)))
    }

    /// Whether this spelling succeeded last, within this time.
    pub(super) fn is_familiar(&self, spelling: Spelling, within: Duration, now: Timestamp) -> bool {
        self.state()
            .succeeded
            .is_some_and(|(who, at)| who == spelling && now - at <= within)
    }

    /// Remembers a success.
    pub(super) fn succeeded(&self, spelling: Spelling, now: Timestamp) {
        self.state().succeeded = Some((spelling, now));
    }

    /// Gives everything back, if nobody but this spelling spent it.
    pub(super) fn forgive(&self, spelling: Spelling) {
        let mut state = self.state();
        if state.spender == Spender::One(spelling) {
            state.forgive();
        }
    }
}

/// A place in a bucket while a try is under way.
#[derive(Debug)]
pub(super) struct Taken(Arc<Bucket>);

impl Taken {
    /// The try was wrong: it is spent until it grows back.
    pub(super) fn spend(self, spelling: Spelling, now: Timestamp) {
        let mut state = self.0.state();
        state.spent = state.spent.saturating_add(1);
        state.since.get_or_insert(now);
        state.spender = match state.spender {
            Spender::Nobody => Spender::One(spelling),
            Spender::One(one) if one == spelling => Spender::One(one),
            _ => Spender::Several,
        };
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.under_way = state.under_way.saturating_sub(1);
    }
}

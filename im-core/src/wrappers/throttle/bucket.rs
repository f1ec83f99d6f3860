//! One allowance being used up and growing again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::Allowance;
use crate::Timestamp;

/// When to come back if only tries under way are in the way.
const SOON: Duration = Duration::from_secs(1);

/// How many may wait for those under way. More are a flood.
const IN_LINE: u32 = 100;

/// The tries of one name, network or pair.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    state: Mutex<State>,
    /// A try that was under way is over.
    over: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Wrong tries that have not grown back, and for which somebody has to wait.
    spent: u32,
    /// Those and the ones beyond what anybody waits for: they only narrow what may be under way at once.
    owed: u32,
    /// Since when the next try is growing back; `None`: nothing is spent.
    since: Option<Timestamp>,
    /// Tries without an answer yet.
    under_way: u32,
    /// Tries that wait for those.
    in_line: u32,
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
    /// There may be this many, less what is owed.
    AtMost(u32),
}

/// No place: how long until there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// Everything is spent.
    Spent(Duration),
    /// Only tries under way are in the way.
    UnderWay(Duration),
}

impl Full {
    pub(super) fn wait(self) -> Duration {
        match self {
            Self::Spent(wait) | Self::UnderWay(wait) => wait,
        }
    }
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
        if back >= u128::from(self.owed) {
            self.forgive();
        } else {
            // Less than `owed`, a u32, which is never less than `spent`.
            let back = back as u32;
            self.owed -= back;
            self.spent = self.spent.saturating_sub(back);
            if self.spent == 0 {
                self.spender = Spender::Nobody;
            }
            self.since = Some(since + step * back);
        }
    }

    fn forgive(&mut self) {
        self.spent = 0;
        self.owed = 0;
        self.since = None;
        self.spender = Spender::Nobody;
    }
}

impl Bucket {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, or says how long until there is one.
    pub(super) fn take(
        self: &Arc<Self>,
        allowance: Allowance,
        under_way: UnderWay,
        now: Timestamp,
    ) -> Result<Taken, Full> {
        let mut state = self.state();
        state.refresh(allowance, now);
        if state.spent >= allowance.tries {
            let step = allowance.one_more_every;
            let passed = state.since.map_or(Duration::ZERO, |since| {
                Duration::try_from(now - since).unwrap_or_default()
            });
            // Those that were under way together may have spent more than there was.
            let steps = (state.spent - allowance.tries).saturating_add(1);
            let wait = step.saturating_mul(steps).saturating_sub(passed);
            return Err(Full::Spent(wait));
        }
        let room = match under_way {
            UnderWay::Counts => allowance.tries - state.spent,
            UnderWay::AtMost(limit) => limit.saturating_sub(state.owed).max(1),
        };
        if state.under_way >= room {
            return Err(Full::UnderWay(SOON.min(allowance.one_more_every)));
        }
        Ok(self.place(&mut state))
    }

    /// Takes a place although everything is spent.
    pub(super) fn take_anyway(self: &Arc<Self>) -> Taken {
        self.place(&mut self.state())
    }

    fn place(self: &Arc<Self>, state: &mut State) -> Taken {
        let is_first = state.spent == 0 && state.under_way == 0;
        state.under_way += 1;
        Taken {
            bucket: Arc::clone(self),
            is_first,
        }
    }

    /// Stands in line for a place that tries under way hold; `None`: the line is long enough.
    pub(super) fn stand_in_line(&self) -> Option<InLine<'_>> {
        let mut state = self.state();
        (state.in_line < IN_LINE).then(|| {
            state.in_line += 1;
            InLine(self)
        })
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
pub(super) struct Taken {
    bucket: Arc<Bucket>,
    is_first: bool,
}

impl Taken {
    /// Whether nothing was spent and nothing under way when it was taken.
    pub(super) fn is_first(&self) -> bool {
        self.is_first
    }

    /// The try was wrong: it is spent until it grows back. Nobody has to wait for longer than `longest`, or one step.
    pub(super) fn spend(
        self,
        spelling: Spelling,
        allowance: Allowance,
        longest: Duration,
        now: Timestamp,
    ) {
        let mut state = self.bucket.state();
        state.refresh(allowance, now);
        let most = allowance.most(longest);
        state.spent = state.spent.saturating_add(1).min(most);
        state.owed = state.owed.saturating_add(1);
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
        let mut state = self.bucket.state();
        state.under_way = state.under_way.saturating_sub(1);
        drop(state);
        self.bucket.over.notify_waiters();
    }
}

/// A try that waits for those under way, until it is dropped.
#[derive(Debug)]
pub(super) struct InLine<'a>(&'a Bucket);

impl InLine<'_> {
    /// Ends when a try ends that was under way when this began to be waited for.
    pub(super) fn next(&self) -> Notified<'_> {
        self.0.over.notified()
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_line = state.in_line.saturating_sub(1);
    }
}

//! The streams of this process: who is listening, and waking them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::Notify;

use super::{CloseReason, Event};
use crate::clock::Millis;
use crate::store::{CommitListener, News};

/// Every open stream of this process, by account.
#[derive(Default)]
pub(crate) struct Hub {
    streams: Mutex<HashMap<i64, Vec<Arc<Listener>>>>,
    /// The presence changes this process has told of, by account.
    told: Mutex<HashMap<i64, Millis>>,
    /// Held while an account's presence is looked up and told, so that the newest is told last.
    telling: Telling,
    stopped: AtomicBool,
    pub(crate) counters: Counters,
}

/// One turn for every few accounts.
struct Telling([tokio::sync::Mutex<()>; 64]);

impl Default for Telling {
    fn default() -> Self {
        Self(std::array::from_fn(|_| tokio::sync::Mutex::new(())))
    }
}

/// What has happened since the start.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) delivered: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) slow: AtomicU64,
}

/// One stream, as the rest of the process sees it.
pub(crate) struct Listener {
    pub(crate) account: i64,
    pub(crate) session: i64,
    pub(crate) site: i64,
    /// The account's newest event, as far as this process has heard.
    newest: AtomicI64,
    /// The last event that was handed to the reader.
    pub(super) position: AtomicI64,
    /// The reader has been up to date once: from then on it must keep up.
    pub(super) caught_up: AtomicBool,
    /// The account's generation of sessions when this one was last known to be valid.
    pub(crate) generation: AtomicI64,
    outbox: usize,
    /// Events without a number that wait for the reader, the oldest first.
    passing: Mutex<Passing>,
    pub(super) signal: Notify,
    closed: OnceLock<CloseReason>,
}

impl Listener {
    pub(crate) fn new(
        (account, session, site): (i64, i64, i64),
        generation: i64,
        outbox: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            account,
            session,
            site,
            newest: AtomicI64::new(0),
            position: AtomicI64::new(0),
            caught_up: AtomicBool::new(false),
            generation: AtomicI64::new(generation),
            outbox: outbox.max(1),
            passing: Mutex::default(),
            signal: Notify::new(),
            closed: OnceLock::new(),
        })
    }

    /// Closes the stream; `false` when it was closed already.
    pub(crate) fn close(&self, reason: CloseReason) -> bool {
        let closed = self.closed.set(reason).is_ok();
        self.signal.notify_one();
        closed
    }

    pub(crate) fn closed(&self) -> Option<CloseReason> {
        self.closed.get().copied()
    }

    pub(crate) fn newest(&self) -> i64 {
        self.newest.load(Ordering::Acquire)
    }

    /// There are events up to `last_event`. A reader that has fallen too far behind is let go: `true`.
    pub(crate) fn news(&self, last_event: i64) -> bool {
        let known = self.newest.fetch_max(last_event, Ordering::AcqRel);
        if last_event <= known {
            return false;
        }
        let behind = last_event - self.position.load(Ordering::Acquire);
        let slow = self.caught_up.load(Ordering::Acquire)
            && behind > i64::try_from(self.outbox).unwrap_or(i64::MAX);
        if slow {
            return self.close(CloseReason::Slow);
        }
        self.signal.notify_one();
        false
    }

    fn passing(&self) -> MutexGuard<'_, Passing> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over an event without a number.
    fn pass(&self, event: Event) {
        self.passing().put(event, self.outbox);
        self.signal.notify_one();
    }

    /// The next event without a number.
    pub(super) fn take_passing(&self) -> Option<Event> {
        self.passing().take()
    }
}

/// Events that tell how things are now: of what the same is told again, only the newest waits. So no more wait than an
/// account has contacts, however slow its reader is, and none is lost but that somebody was writing.
#[derive(Default)]
struct Passing {
    order: VecDeque<About>,
    events: HashMap<About, Event>,
}

/// What an event tells of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct About(&'static str, String);

impl Passing {
    fn put(&mut self, event: Event, outbox: usize) {
        let id = match &event {
            Event::Presence { user, .. } => user,
            Event::Profile { user } => &user.id,
            Event::Typing { conversation, .. } => conversation,
            _ => return,
        };
        let about = About(event.kind(), id.clone());
        let there = self.events.contains_key(&about);
        if !there && matches!(event, Event::Typing { .. }) && self.order.len() >= outbox {
            return;
        }
        if !there {
            self.order.push_back(about.clone());
        }
        self.events.insert(about, event);
    }

    fn take(&mut self) -> Option<Event> {
        self.events.remove(&self.order.pop_front()?)
    }
}

impl Hub {
    fn streams(&self) -> MutexGuard<'_, HashMap<i64, Vec<Arc<Listener>>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, listener: Arc<Listener>) {
        let mut streams = self.streams();
        if self.stopped.load(Ordering::Acquire) {
            listener.close(CloseReason::Shutdown);
        }
        streams.entry(listener.account).or_default().push(listener);
    }

    pub(crate) fn remove(&self, listener: &Arc<Listener>) {
        let mut streams = self.streams();
        if let Some(of_account) = streams.get_mut(&listener.account) {
            of_account.retain(|other| !Arc::ptr_eq(other, listener));
            if of_account.is_empty() {
                streams.remove(&listener.account);
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.streams().values().map(Vec::len).sum()
    }

    /// Every open stream.
    pub(crate) fn all(&self) -> Vec<Arc<Listener>> {
        self.streams().values().flatten().cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.streams().is_empty()
    }

    fn of(&self, account: i64) -> Vec<Arc<Listener>> {
        self.streams().get(&account).cloned().unwrap_or_default()
    }

    /// The sessions of an account's streams.
    pub(crate) fn sessions_of(&self, account: i64) -> Vec<i64> {
        let of_account = self.of(account);
        of_account.iter().map(|listener| listener.session).collect()
    }

    pub(crate) fn has(&self, account: i64) -> bool {
        self.streams().contains_key(&account)
    }

    /// Tells an account's streams how far its events go.
    pub(crate) fn news(&self, account: i64, last_event: i64) {
        for listener in self.of(account) {
            self.count_slow(listener.news(last_event));
        }
    }

    /// Hands an event without a number to an account's streams.
    pub(crate) fn pass(&self, account: i64, event: &Event) {
        for listener in self.of(account) {
            listener.pass(event.clone());
        }
    }

    fn count_slow(&self, slow: bool) {
        if slow {
            self.counters.slow.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Closes a session's streams.
    pub(crate) fn end_session(&self, account: i64, session: i64) {
        for listener in self.of(account) {
            if listener.session == session {
                listener.close(CloseReason::SessionEnded);
            }
        }
    }

    /// Closes an account's streams, at one site or everywhere.
    pub(crate) fn end_account(&self, account: i64, site: Option<i64>) {
        for listener in self.of(account) {
            if site.is_none_or(|site| listener.site == site) {
                listener.close(CloseReason::SessionEnded);
            }
        }
    }

    /// Closes every stream, and every one that opens from now on.
    pub(crate) fn stop(&self) {
        let streams = self.streams();
        self.stopped.store(true, Ordering::Release);
        for listener in streams.values().flatten() {
            listener.close(CloseReason::Shutdown);
        }
    }

    /// Waits for the turn to tell an account's presence.
    pub(crate) async fn turn_to_tell(&self, account: i64) -> tokio::sync::MutexGuard<'_, ()> {
        let turn = account.unsigned_abs() as usize % self.telling.0.len();
        self.telling.0[turn].lock().await
    }

    /// Notes that a presence change is being told of; `false` when it was already.
    pub(crate) fn tell_presence(&self, account: i64, changed_at: Millis) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() > 10_000 {
            // Only recent changes are asked about.
            told.retain(|_, at| changed_at - *at < 120_000);
        }
        told.insert(account, changed_at) != Some(changed_at)
    }

    /// Whether a presence change has been told of.
    pub(crate) fn has_told(&self, account: i64, changed_at: Millis) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.get(&account) == Some(&changed_at)
    }
}

impl CommitListener for Hub {
    fn committed(&self, news: &[News]) {
        for news in news {
            self.news(news.account, news.last_event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Presence, PresenceState};

    fn presence(user: usize, state: PresenceState) -> Event {
        Event::Presence {
            user: user.to_string(),
            presence: Presence {
                state,
                reason: None,
            },
        }
    }

    #[test]
    fn the_newest_of_each_waits_and_typing_is_dropped_when_much_does() {
        let listener = Listener::new((1, 1, 1), 0, 3);
        let typing = |conversation: &str| Event::Typing {
            conversation: conversation.to_owned(),
            user: "u".to_owned(),
        };
        for state in [PresenceState::Away, PresenceState::Busy] {
            for user in 0..10 {
                listener.pass(presence(user, state));
            }
        }
        listener.pass(typing("late"));
        for user in 0..10 {
            let event = listener.take_passing();
            assert_eq!(event, Some(presence(user, PresenceState::Busy)));
        }
        assert_eq!(listener.take_passing(), None);
        for _ in 0..2 {
            listener.pass(typing("c"));
        }
        assert_eq!(listener.take_passing(), Some(typing("c")));
        assert_eq!(listener.take_passing(), None);
        assert_eq!(listener.closed(), None);
    }
}

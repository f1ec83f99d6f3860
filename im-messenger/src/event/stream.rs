//! A device's stream of events: a snapshot, what was missed, then what happens.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::hub::Listener;
use super::log::{self, After};
use super::{Event, Snapshot, StreamItem};
use crate::error::Error;
use crate::messenger::{Inner, Messenger};
use crate::session::Acting;
use crate::view::Presence;

/// How many events are read from the store at once.
const BATCH: i64 = 100;

/// The events of an account, for one device. Dropping it ends it; the account keeps its place for a minute.
pub struct EventStream {
    messenger: Arc<Inner>,
    listener: Arc<Listener>,
    ready: VecDeque<Event>,
    /// Up to where the store has been read.
    read: i64,
    /// The presence the reader knows of, by user: only what differs is worth an event.
    shown: BTreeMap<String, Presence>,
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("read", &self.read)
            .field("closed", &self.listener.closed())
            .finish_non_exhaustive()
    }
}

impl Messenger {
    /// The acting user's events: a snapshot, those after the number given, then live ones. Without a number: from now on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn events(&self, acting: &Acting, after: Option<u64>) -> Result<EventStream, Error> {
        let inner = self.0.clone();
        let account = acting.account.id;
        let listener = Listener::new(
            (account, acting.session, acting.site.id),
            acting.account.generation,
            inner.outbox,
        );
        // Listening first and looking then, so that nothing falls in between.
        inner.hub.add(listener.clone());
        let mut stream = EventStream {
            messenger: inner.clone(),
            listener,
            ready: VecDeque::new(),
            read: 0,
            shown: BTreeMap::new(),
        };
        let mut connection = inner.store.read().await?;
        let last_event = log::last_event(&mut connection, account).await?;
        drop(connection);
        let after = after.map_or(last_event, |after| i64::try_from(after).unwrap_or(i64::MAX));
        // Numbers this account never had: the client knows another store.
        let reset = after > last_event;
        stream.read = after.min(last_event);
        stream
            .listener
            .position
            .store(stream.read, Ordering::Release);
        stream.listener.news(last_event);
        let snapshot = Snapshot {
            last_event: last_event.unsigned_abs(),
            presence: inner.presence_of_contacts(account).await?,
            me: inner.own_presence(account).await?,
        };
        stream.shown.clone_from(&snapshot.presence);
        let me = (acting.account.public_id.clone(), snapshot.me.clone());
        stream.shown.extend([me]);
        stream.ready.push_back(Event::Snapshot(snapshot));
        if reset {
            stream.ready.push_back(Event::Reset {
                last_event: last_event.unsigned_abs(),
            });
        }
        Ok(stream)
    }
}

impl EventStream {
    /// The next event, or the end. May be dropped while it waits: nothing is lost.
    pub async fn next(&mut self) -> StreamItem {
        loop {
            if let Some(reason) = self.listener.closed() {
                return StreamItem::Closed(reason);
            }
            if let Some(event) = self.ready.pop_front() {
                return self.hand_over(event);
            }
            if self.listener.newest() > self.read {
                if let Err(error) = self.fetch().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "cannot read events; trying again"
                    );
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                continue;
            }
            self.listener.caught_up.store(true, Ordering::Release);
            match self.listener.take_passing() {
                Some(event) if self.is_news(&event) => return self.hand_over(event),
                Some(_) => {}
                // What comes from here on leaves its signal.
                None => self.listener.signal.notified().await,
            }
        }
    }

    /// Whether the reader does not know it already.
    fn is_news(&self, event: &Event) -> bool {
        match event {
            Event::Presence { user, presence } => {
                let offline = Presence::offline();
                self.shown.get(user).unwrap_or(&offline) != presence
            }
            _ => true,
        }
    }

    fn hand_over(&mut self, event: Event) -> StreamItem {
        match &event {
            Event::Presence { user, presence } => {
                self.shown.insert(user.clone(), presence.clone());
            }
            Event::Contact { contact, .. } => {
                let user = contact.user.id.clone();
                self.shown.insert(user, contact.presence.clone());
            }
            Event::ContactRemoved { user, .. } => drop(self.shown.remove(user)),
            _ => {}
        }
        if let Some(seq) = event.seq() {
            self.listener
                .position
                .store(i64::try_from(seq).unwrap_or(i64::MAX), Ordering::Release);
            self.messenger
                .hub
                .counters
                .delivered
                .fetch_add(1, Ordering::Relaxed);
        }
        StreamItem::Event(event)
    }

    async fn fetch(&mut self) -> Result<(), Error> {
        let account = self.listener.account;
        let mut connection = self.messenger.store.read().await?;
        let after = log::after(&mut connection, account, self.read, BATCH).await?;
        drop(connection);
        match after {
            After::Events(mut events) => {
                for event in &mut events {
                    if let Event::Contact { contact, .. } = event {
                        // The line is as it was then, their presence as it is now.
                        contact.presence = self
                            .messenger
                            .presence_for(account, &contact.user.id)
                            .await?;
                    }
                }
                if let Some(seq) = events.last().and_then(Event::seq) {
                    self.read = i64::try_from(seq).unwrap_or(i64::MAX);
                } else {
                    // Announced but not to be seen yet; the next look will.
                    tokio::task::yield_now().await;
                }
                self.ready.extend(events);
            }
            After::Gone { last_event } => {
                self.read = last_event;
                self.listener.position.store(last_event, Ordering::Release);
                self.ready.push_back(Event::Reset {
                    last_event: last_event.unsigned_abs(),
                });
            }
        }
        Ok(())
    }

    /// Whether it is over, though there may be something left to read.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.listener.closed().is_some()
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.messenger.hub.remove(&self.listener);
    }
}

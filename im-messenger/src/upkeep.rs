//! What runs in the background: looking for what other processes did, keeping streams' places and sessions, sweeping
//! leases, re-checking standing, deleting what is too old.

mod keep;
mod poll;
mod retention;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use im_core::Realm;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::error::Error;
use crate::messenger::{Inner, Messenger};
use crate::store::StoreKind;

/// How often places and sessions of open streams are looked after, and leases swept.
const KEEP: Duration = Duration::from_secs(10);
/// How often old events, messages and sessions are deleted.
const RETENTION: Duration = Duration::from_secs(600);
/// With one process on a store every commit wakes its streams; polling only catches what was dropped in between.
const ALONE: Duration = Duration::from_secs(1);

/// A round of something.
type Work = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Starts the background tasks. They end with the messenger, or when aborted.
pub(crate) fn start(inner: &Arc<Inner>) -> Vec<JoinHandle<()>> {
    let poll_interval = match inner.store.kind() {
        StoreKind::MySql => inner.poll_interval.max(Duration::from_millis(10)),
        StoreKind::Sqlite => inner.poll_interval.max(ALONE),
    };
    let mut tasks = vec![
        every(inner, "poll", poll_interval, |inner| {
            Box::pin(async move { inner.look_around().await })
        }),
        every(inner, "keep", KEEP, |inner| {
            Box::pin(async move {
                let kept = inner.keep_streams().await;
                keep::first(kept, inner.sweep_leases().await)
            })
        }),
        every(inner, "retention", RETENTION, |inner| {
            Box::pin(async move { inner.delete_old().await })
        }),
    ];
    for (name, realm) in &inner.realms {
        // Own accounts change here, and what changes is acted on there and then.
        if name == Realm::LOCAL {
            continue;
        }
        let Some(interval) = inner.standing_interval(name) else {
            continue;
        };
        let realm = realm.name.clone();
        tasks.push(every(inner, "standing", interval, move |inner| {
            let realm = realm.clone();
            Box::pin(async move { inner.check_standing(&realm).await.map(|_| ()) })
        }));
    }
    tasks
}

/// Does something again and again until the messenger is gone. An error or a panic is logged, and the next round tries
/// again.
fn every<T, F>(inner: &Arc<T>, what: &'static str, interval: Duration, work: F) -> JoinHandle<()>
where
    T: Send + Sync + 'static,
    F: Fn(Arc<T>) -> Work + Send + 'static,
{
    let weak: Weak<T> = Arc::downgrade(inner);
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once.
        ticks.tick().await;
        loop {
            ticks.tick().await;
            let Some(inner) = weak.upgrade() else { return };
            match caught(work(inner)).await {
                Some(Ok(())) => {}
                Some(Err(error)) => tracing::warn!(
                    what,
                    error = &error as &dyn std::error::Error,
                    "a round of upkeep failed; the next one tries again"
                ),
                // The panic hook has told where.
                None => tracing::error!(
                    what,
                    "a round of upkeep panicked, which is a defect; the next one tries again"
                ),
            }
        }
    })
}

/// A round's outcome; `None` when it panicked.
async fn caught(mut work: Work) -> Option<Result<(), Error>> {
    // A round that panicked is dropped and never looked at again; what it shares is behind locks that bear poisoning.
    std::future::poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}

impl Messenger {
    /// One round of upkeep now: open streams' places and sessions, expired leases, old data. It runs by itself; this is
    /// for tests and impatient administrators.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn maintain(&self) -> Result<(), Error> {
        let mut outcome = self.0.keep_streams().await;
        outcome = keep::first(outcome, self.0.sweep_leases().await);
        outcome = keep::first(outcome, self.0.delete_old().await);
        keep::first(outcome, self.0.look_around().await)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_panic_ends_its_round_only() {
        let rounds = Arc::new(AtomicU64::new(0));
        let task = every(&rounds, "test", Duration::from_secs(1), |rounds| {
            Box::pin(async move {
                assert!(
                    rounds.fetch_add(1, Ordering::Relaxed) > 0,
                    "the first round"
                );
                Ok(())
            })
        });
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        assert_eq!(rounds.load(Ordering::Relaxed), 3);
        task.abort();
    }
}

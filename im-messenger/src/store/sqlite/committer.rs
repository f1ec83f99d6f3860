//! Commits what the writers have left, once for all who were waiting.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::writer::{Outcome, Writer};
use crate::store::{Listeners, StoreError};

pub(super) struct Committer {
    writer: Arc<Writer>,
    listeners: Arc<Listeners>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Committer {
    pub(super) fn start(writer: Arc<Writer>, listeners: Arc<Listeners>) -> Self {
        let task = tokio::spawn({
            let (writer, listeners) = (writer.clone(), listeners.clone());
            async move {
                loop {
                    writer.pending.notified().await;
                    commit(writer.clone(), &listeners).await;
                }
            }
        });
        Self {
            writer,
            listeners,
            task: Mutex::new(Some(task)),
        }
    }

    /// Commits what is left, and stops.
    pub(super) async fn stop(&self) {
        if let Some(task) = self.task.lock().await.take() {
            commit(self.writer.clone(), &self.listeners).await;
            task.abort();
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().take() {
            task.abort();
        }
    }
}

async fn commit(writer: Arc<Writer>, listeners: &Listeners) {
    let again = &writer.pending;
    let mut guard = match writer.clone().turn().await {
        Ok(guard) => guard,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot commit yet"
            );
            if matches!(error, StoreError::Busy) {
                again.notify_one();
            }
            return;
        }
    };
    let (batch, outcome) = guard.commit_batch().await;
    drop(guard);
    for waiting in batch {
        if outcome == Outcome::Committed {
            listeners.tell(&waiting.news);
        }
        // Who does not wait any more need not be told.
        let _ = waiting.done.send(outcome);
    }
}

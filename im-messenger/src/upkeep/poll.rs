//! Looking for what other processes did to this process's accounts: events, ended sessions, presence.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::error::Error;
use crate::event::CloseReason;
use crate::event::hub::Listener;
use crate::messenger::Inner;
use crate::store::{Value, args, marks};

/// Accounts asked about in one statement. Lists are filled up to this, so that there is one text.
pub(super) const CHUNK: usize = 100;

/// How far back presence changes are looked for, in milliseconds: longer than a transaction takes.
const LOOK_BACK: i64 = 15_000;

/// The values for a list of [`CHUNK`] marks: the last one repeated.
pub(super) fn padded(ids: &[i64]) -> Vec<Value> {
    let last = ids.last().copied().unwrap_or_default();
    let mut values: Vec<_> = ids.iter().map(|id| Value::from(*id)).collect();
    values.resize_with(CHUNK.max(ids.len()), || Value::from(last));
    values
}

impl Inner {
    pub(crate) async fn look_around(&self) -> Result<(), Error> {
        if self.hub.is_empty() {
            return Ok(());
        }
        self.look_for_events().await?;
        self.look_for_presence().await
    }

    async fn look_for_events(&self) -> Result<(), Error> {
        let mut by_account: HashMap<i64, Vec<Arc<Listener>>> = HashMap::new();
        for listener in self.hub.all() {
            let of_account = by_account.entry(listener.account).or_default();
            of_account.push(listener);
        }
        let accounts: Vec<_> = by_account.keys().copied().collect();
        let sql = format!(
            "SELECT id, last_event, generation FROM im_account WHERE id IN ({})",
            marks(CHUNK)
        );
        let mut connection = self.store.read().await?;
        let mut changed = Vec::new();
        for chunk in accounts.chunks(CHUNK) {
            for row in connection.rows(sql.clone(), padded(chunk)).await? {
                let account = row.int("id")?;
                self.hub.news(account, row.int("last_event")?);
                let generation = row.int("generation")?;
                for listener in by_account.get(&account).into_iter().flatten() {
                    if listener.generation.load(Ordering::Acquire) != generation {
                        changed.push((listener.clone(), generation));
                    }
                }
            }
        }
        // Some session of the account has ended: perhaps this one.
        for (listener, generation) in changed {
            let there = connection
                .rows(
                    "SELECT id FROM im_session WHERE id = ?",
                    args![listener.session],
                )
                .await?;
            if there.is_empty() {
                listener.close(CloseReason::SessionEnded);
            } else {
                listener.generation.store(generation, Ordering::Release);
            }
        }
        Ok(())
    }

    async fn look_for_presence(&self) -> Result<(), Error> {
        let since = self.store.shared_now().await? - LOOK_BACK;
        let mut connection = self.store.read().await?;
        let rows = connection
            .rows(
                "SELECT account_id, changed_at FROM im_presence WHERE changed_at > ? ORDER BY changed_at LIMIT 5000",
                args![since],
            )
            .await?;
        drop(connection);
        for row in &rows {
            let account = row.int("account_id")?;
            if !self.hub.has_told(account, row.int("changed_at")?) {
                self.tell_presence(account).await;
            }
        }
        Ok(())
    }
}

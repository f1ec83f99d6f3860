//! Deleting what is too old, a little at a time.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::{Millis, span};
use crate::error::Error;
use crate::messenger::Inner;
use crate::store::{StoreError, args, transaction};

/// Rows looked at in one transaction.
const BATCH: i64 = 500;
/// Transactions in one round; what is left waits for the next.
const ROUNDS: usize = 400;

impl Inner {
    pub(crate) async fn delete_old(&self) -> Result<(), Error> {
        let now = self.store.now_millis();
        self.delete_sessions(now).await?;
        let options = || self.sites.values().map(|site| &site.options);
        let events = options()
            .map(|options| options.event_retention)
            .max()
            .unwrap_or(Duration::from_secs(7 * 86_400));
        self.delete_events(now - span(events)).await?;
        // None keeps messages for ever, and so does one site among several.
        let history: Option<Vec<_>> = options().map(|options| options.history_retention).collect();
        if let Some(history) = history.and_then(|history| history.into_iter().max()) {
            self.delete_messages(now - span(history.max(events)))
                .await?;
        }
        Ok(())
    }

    async fn delete_sessions(&self, now: Millis) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let mut connection = self.store.read().await?;
            let rows = connection
                .rows(
                    "SELECT id FROM im_session WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
                    args![now, BATCH],
                )
                .await?;
            drop(connection);
            if rows.is_empty() {
                break;
            }
            let ids: Vec<_> = rows
                .iter()
                .map(|row| row.int("id"))
                .collect::<Result<_, StoreError>>()?;
            transaction!(self.store, |tx| {
                for id in &ids {
                    tx.run(
                        "DELETE FROM im_session WHERE id = ? AND expires_at <= ?",
                        args![*id, now],
                    )
                    .await?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Events go from the oldest on, so that what an account still has is without gaps.
    async fn delete_events(&self, before: Millis) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let up_to = self
                .oldest(
                    "SELECT account_id AS owner, seq FROM im_event WHERE created_at < ? ORDER BY created_at LIMIT ?",
                    before,
                )
                .await?;
            if up_to.is_empty() {
                break;
            }
            transaction!(self.store, |tx| {
                for (account, seq) in &up_to {
                    tx.run(
                        "DELETE FROM im_event WHERE account_id = ? AND seq <= ?",
                        args![*account, *seq],
                    )
                    .await?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    async fn delete_messages(&self, before: Millis) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let up_to = self
                .oldest(
                    "SELECT conversation_id AS owner, seq FROM im_message WHERE sent_at < ? ORDER BY sent_at LIMIT ?",
                    before,
                )
                .await?;
            if up_to.is_empty() {
                break;
            }
            transaction!(self.store, |tx| {
                for (conversation, seq) in &up_to {
                    tx.run(
                        "DELETE FROM im_message WHERE conversation_id = ? AND seq <= ? AND sent_at < ?",
                        args![*conversation, *seq, before],
                    )
                    .await?;
                    tx.run(
                        "UPDATE im_participant SET unread = (SELECT COUNT(*) FROM im_message m \
                         WHERE m.conversation_id = im_participant.conversation_id AND m.seq > im_participant.read_seq \
                         AND m.sender_id <> im_participant.account_id) WHERE conversation_id = ?",
                        args![*conversation],
                    )
                    .await?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The next batch of what is too old: by owner, the newest of it.
    async fn oldest(&self, sql: &'static str, before: Millis) -> Result<BTreeMap<i64, i64>, Error> {
        let mut connection = self.store.read().await?;
        let mut up_to: BTreeMap<i64, i64> = BTreeMap::new();
        for row in connection.rows(sql, args![before, BATCH]).await? {
            let newest = up_to.entry(row.int("owner")?).or_default();
            *newest = row.int("seq")?.max(*newest);
        }
        Ok(up_to)
    }
}

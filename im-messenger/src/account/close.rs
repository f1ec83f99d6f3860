//! Closing an account: its external id belongs to another person now, or an administrator refused it.

use super::AccountState;
use crate::error::Error;
use crate::event::log::{LockedAccounts, NewEvent};
use crate::messenger::Inner;
use crate::store::{StoreError, args, transaction};

impl Inner {
    /// Ends an account's sessions, takes it off every contact list, and frees its identity for another account.
    /// Its conversations stay with those it talked with.
    pub(crate) async fn close_account(&self, account: i64) -> Result<(), Error> {
        let shared_now = self.store.shared_now().await?;
        let now = self.store.now_millis();
        transaction!(self.store, |tx| {
            // All rows in the order of their numbers, so the peers must be known before the locks are taken.
            const PEERS: &str = "SELECT peer_id FROM im_contact WHERE owner_id = ?";
            let mut ids = vec![account];
            for row in tx.rows(PEERS, args![account]).await? {
                ids.push(row.int("peer_id")?);
            }
            let mut locked = LockedAccounts::lock(tx, &ids).await?;
            let public_id = match super::by_id(tx, account).await? {
                Some(row) if row.state != AccountState::Closed => row.public_id,
                _ => return Ok(()),
            };
            for row in tx.rows(PEERS, args![account]).await? {
                let peer = row.int("peer_id")?;
                if !ids.contains(&peer) {
                    return Err(StoreError::Changed.into());
                }
                let removed = tx
                    .run(
                        "DELETE FROM im_contact WHERE owner_id = ? AND peer_id = ? AND state <> 'refused'",
                        args![peer, account],
                    )
                    .await?;
                if removed > 0 {
                    locked
                        .append(tx, peer, NewEvent::contact_removed(&public_id), now)
                        .await?;
                }
            }
            // Refusals of a closed account stay in others' lists: nobody sees them, and its id never comes back.
            tx.run("DELETE FROM im_contact WHERE owner_id = ?", args![account])
                .await?;
            super::end_sessions(tx, account, None, shared_now).await?;
            tx.run(
                "UPDATE im_account SET state = 'closed', closed = id WHERE id = ?",
                args![account],
            )
            .await?;
            Ok(())
        })?;
        self.hub.end_account(account, None);
        Ok(())
    }
}

//! Open streams keep their account's place at the site and their session; those that lost either are closed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::poll::{CHUNK, padded};
use crate::account;
use crate::clock::{Millis, span};
use crate::error::{Error, ErrorCode};
use crate::event::CloseReason;
use crate::event::hub::Listener;
use crate::lease::{LEASE, RENEW_BELOW};
use crate::messenger::Inner;
use crate::site::Site;
use crate::store::{Value, args, marks, transaction};

/// How exactly the last use of a session with an open stream is kept, in milliseconds.
const GRAIN: Millis = 300_000;

impl Inner {
    pub(crate) async fn keep_streams(&self) -> Result<(), Error> {
        let listeners = self.hub.all();
        if listeners.is_empty() {
            return Ok(());
        }
        self.keep_sessions(&listeners).await?;
        let mut by_site: BTreeMap<i64, HashMap<i64, Vec<Arc<Listener>>>> = BTreeMap::new();
        for listener in listeners {
            if listener.closed().is_none() {
                let accounts = by_site.entry(listener.site).or_default();
                accounts.entry(listener.account).or_default().push(listener);
            }
        }
        for (site, accounts) in &by_site {
            let Some(site) = self.sites.values().find(|known| known.id == *site) else {
                continue;
            };
            let mut ids: Vec<_> = accounts.keys().copied().collect();
            ids.sort_unstable();
            for chunk in ids.chunks(CHUNK) {
                for lost in self.renew(site.id, chunk).await? {
                    self.claim_again(site, lost, &accounts[&lost]).await?;
                }
            }
        }
        Ok(())
    }

    /// Renews the leases of accounts at a site; tells which have none any more.
    async fn renew(&self, site: i64, accounts: &[i64]) -> Result<Vec<i64>, Error> {
        let now = self.store.shared_now().await?;
        let mut values = args![site, now];
        values.extend(padded(accounts));
        let mut connection = self.store.read().await?;
        let rows = connection
            .rows(
                format!(
                    "SELECT account_id, expires_at FROM im_lease WHERE site_id = ? AND expires_at > ? AND account_id IN ({})",
                    marks(CHUNK)
                ),
                values,
            )
            .await?;
        drop(connection);
        let mut lost = accounts.to_vec();
        let mut due = Vec::new();
        for row in &rows {
            let account = row.int("account_id")?;
            lost.retain(|id| *id != account);
            if row.int("expires_at")? <= now + span(RENEW_BELOW) {
                due.push(account);
            }
        }
        if !due.is_empty() {
            let sql = format!(
                "UPDATE im_lease SET expires_at = ? WHERE site_id = ? AND expires_at > ? AND account_id IN ({})",
                marks(CHUNK)
            );
            transaction!(self.store, |tx| {
                let mut values: Vec<Value> = args![now + span(LEASE), site, now];
                values.extend(padded(&due));
                tx.run(sql.clone(), values).await?;
                Ok(())
            })?;
        }
        Ok(lost)
    }

    async fn claim_again(
        &self,
        site: &Site,
        id: i64,
        listeners: &[Arc<Listener>],
    ) -> Result<(), Error> {
        let mut connection = self.store.read().await?;
        let Some(account) = account::by_id(&mut connection, id).await? else {
            return Ok(());
        };
        drop(connection);
        let limit = site.binding(&self.roles, &account).1.max_connected;
        match self.keep_place(site.id, id, limit, None).await {
            Err(error) if error.code() == ErrorCode::SiteFull => {
                for listener in listeners {
                    listener.close(CloseReason::SiteFull);
                }
                Ok(())
            }
            other => other,
        }
    }

    /// Closes the streams of sessions that are over; keeps the others' going.
    async fn keep_sessions(&self, listeners: &[Arc<Listener>]) -> Result<(), Error> {
        let now = self.store.now_millis();
        let sql = format!(
            "SELECT id, last_seen_at, expires_at, ends_at FROM im_session WHERE id IN ({})",
            marks(CHUNK)
        );
        let mut used: Vec<(i64, Millis)> = Vec::new();
        let mut connection = self.store.read().await?;
        for chunk in listeners.chunks(CHUNK) {
            let ids: Vec<_> = chunk.iter().map(|listener| listener.session).collect();
            let mut valid = HashMap::new();
            for row in connection.rows(sql.clone(), padded(&ids)).await? {
                if row.int("expires_at")? > now {
                    valid.insert(
                        row.int("id")?,
                        (row.int("last_seen_at")?, row.int("ends_at")?),
                    );
                }
            }
            for listener in chunk {
                let Some((seen, ends_at)) = valid.get(&listener.session) else {
                    listener.close(CloseReason::SessionEnded);
                    continue;
                };
                let site = self.sites.values().find(|site| site.id == listener.site);
                let ttl = site.map_or(0, |site| span(site.options.session_ttl));
                if now - seen >= GRAIN.min(ttl / 4) {
                    used.push((listener.session, (*ends_at).min(now.saturating_add(ttl))));
                }
            }
        }
        drop(connection);
        for (session, expires_at) in used {
            transaction!(self.store, |tx| {
                // A role may have given it longer.
                tx.run(
                    "UPDATE im_session SET last_seen_at = ?, expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END \
                     WHERE id = ? AND last_seen_at < ?",
                    args![now, expires_at, expires_at, session, now],
                )
                .await?;
                Ok(())
            })?;
        }
        Ok(())
    }
}

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
const GRAIN: Millis = 60_000;

impl Inner {
    /// Places first: they last a minute only. An error in one part does not keep the others from being done; the first
    /// one is answered.
    pub(crate) async fn keep_streams(&self) -> Result<(), Error> {
        let listeners = self.hub.all();
        if listeners.is_empty() {
            return Ok(());
        }
        let mut outcome = Ok(());
        let mut by_site: BTreeMap<i64, HashMap<i64, Vec<Arc<Listener>>>> = BTreeMap::new();
        for listener in &listeners {
            if listener.closed().is_none() {
                let accounts = by_site.entry(listener.site).or_default();
                let of_account = accounts.entry(listener.account).or_default();
                of_account.push(listener.clone());
            }
        }
        let mut lost = Vec::new();
        for (site, accounts) in &by_site {
            let mut ids: Vec<_> = accounts.keys().copied().collect();
            ids.sort_unstable();
            for chunk in ids.chunks(CHUNK) {
                match self.renew(*site, chunk).await {
                    Ok(accounts) => lost.extend(accounts.into_iter().map(|id| (*site, id))),
                    Err(error) => outcome = first(outcome, Err(error)),
                }
            }
        }
        for chunk in listeners.chunks(CHUNK) {
            outcome = first(outcome, self.keep_sessions(chunk).await);
        }
        // Only then, for a session that is over claims no place again.
        for (path, account) in lost {
            let Some(site) = self.sites.values().find(|known| known.id == path) else {
                continue;
            };
            let mut open = by_site[&path][&account].clone();
            open.retain(|listener| listener.closed().is_none());
            if !open.is_empty() {
                outcome = first(outcome, self.claim_again(site, account, &open).await);
            }
        }
        outcome
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

    /// Closes the streams of sessions that are over; keeps the others' going. At most [`CHUNK`] at once.
    async fn keep_sessions(&self, listeners: &[Arc<Listener>]) -> Result<(), Error> {
        let now = self.store.now_millis();
        let sql = format!(
            "SELECT id, last_seen_at, expires_at, ends_at FROM im_session WHERE id IN ({})",
            marks(CHUNK)
        );
        let ids: Vec<_> = listeners.iter().map(|listener| listener.session).collect();
        let mut valid = HashMap::new();
        let mut connection = self.store.read().await?;
        for row in connection.rows(sql, padded(&ids)).await? {
            if row.int("expires_at")? > now {
                valid.insert(
                    row.int("id")?,
                    (row.int("last_seen_at")?, row.int("ends_at")?),
                );
            }
        }
        drop(connection);
        // In the order of their numbers, so that two processes do not wait for each other.
        let mut used: BTreeMap<i64, Millis> = BTreeMap::new();
        for listener in listeners {
            let Some((seen, ends_at)) = valid.get(&listener.session) else {
                listener.close(CloseReason::SessionEnded);
                continue;
            };
            let site = self.sites.values().find(|site| site.id == listener.site);
            let ttl = site.map_or(0, |site| span(site.options.session_ttl));
            if now - seen >= GRAIN.min(ttl / 4) {
                used.insert(listener.session, (*ends_at).min(now.saturating_add(ttl)));
            }
        }
        if used.is_empty() {
            return Ok(());
        }
        transaction!(self.store, |tx| {
            for (session, expires_at) in &used {
                // A role may have given it longer.
                tx.run(
                    "UPDATE im_session SET last_seen_at = ?, expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END \
                     WHERE id = ? AND last_seen_at < ?",
                    args![now, *expires_at, *expires_at, *session, now],
                )
                .await?;
            }
            Ok(())
        })
    }
}

/// The first error of two outcomes; a second one is logged.
pub(super) fn first(before: Result<(), Error>, then: Result<(), Error>) -> Result<(), Error> {
    match (before, then) {
        (Ok(()), then) => then,
        (Err(before), Ok(())) => Err(before),
        (Err(before), Err(then)) => {
            tracing::warn!(
                error = &then as &dyn std::error::Error,
                "another part of a round of upkeep failed"
            );
            Err(before)
        }
    }
}

//! Leases: a connected user holds one per (site, account). They never exceed the site's `max_connected`.
//!
//! Claiming takes the site's row, so claims of one site happen one after the other, whichever process they come from.
//! A claim first deletes what has expired: so a lease that is there can always be renewed without taking anyone's place.

use std::time::Duration;

use crate::clock::{Millis, span};
use crate::error::{Error, ErrorCode};
use crate::messenger::Inner;
use crate::presence;
use crate::store::{Store, StoreError, Transaction, args, transaction};

/// How long a lease lasts after its last renewal.
pub(crate) const LEASE: Duration = Duration::from_secs(60);

/// With less than this left a lease is renewed.
pub(crate) const RENEW_BELOW: Duration = Duration::from_secs(40);

/// Locks the site's row; tells the time of the clock all processes share.
async fn lock_site(tx: &mut Transaction, store: &Store, site: i64) -> Result<Millis, StoreError> {
    let column = "now";
    if tx.is_mysql() {
        let rows = tx
            .lock("SELECT id FROM im_site WHERE id = ?", args![site])
            .await?;
        rows.first().ok_or(StoreError::Content { column: "id" })?;
        // Asked after the lock is held: waiting for it may have taken long.
        let row = tx
            .row(
                "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now",
                args![],
            )
            .await?;
        row.ok_or(StoreError::Content { column })?.int(column)
    } else {
        Ok(store.now_millis())
    }
}

/// Takes a place at a site, or renews the one held.
///
/// Answers `site_full` when there is none left under `limit`. Tells whether the account was connected nowhere before.
pub(crate) async fn claim(
    tx: &mut Transaction,
    store: &Store,
    site: i64,
    account: i64,
    limit: u32,
) -> Result<bool, Error> {
    let now = lock_site(tx, store, site).await?;
    // Those who lose a place here are told of by the sweep's notes: they look offline from the moment of expiry anyway.
    let expired = tx
        .rows(
            "SELECT account_id FROM im_lease WHERE site_id = ? AND expires_at <= ? AND account_id <> ?",
            args![site, now, account],
        )
        .await?;
    if !expired.is_empty() {
        tx.run(
            "DELETE FROM im_lease WHERE site_id = ? AND expires_at <= ? AND account_id <> ?",
            args![site, now, account],
        )
        .await?;
        for row in &expired {
            presence::touch(tx, row.int("account_id")?, now).await?;
        }
    }
    let expires_at = now + span(LEASE);
    let renewed = tx
        .run(
            "UPDATE im_lease SET expires_at = ? WHERE site_id = ? AND account_id = ? AND expires_at > ?",
            args![expires_at, site, account, now],
        )
        .await?;
    if renewed > 0 {
        return Ok(false);
    }
    tx.run(
        "DELETE FROM im_lease WHERE site_id = ? AND account_id = ?",
        args![site, account],
    )
    .await?;
    let row = tx
        .row(
            "SELECT COUNT(*) AS held FROM im_lease WHERE site_id = ?",
            args![site],
        )
        .await?;
    let held = row.map_or(Ok(0), |row| row.int("held"))?;
    if held >= i64::from(limit) {
        return Err(Error::new(
            ErrorCode::SiteFull,
            "as many people are connected here as this site allows; try again later",
        )
        .with_max(u64::from(limit)));
    }
    tx.run(
        "INSERT INTO im_lease (site_id, account_id, expires_at) VALUES (?, ?, ?)",
        args![site, account, expires_at],
    )
    .await?;
    let elsewhere = tx
        .row(
            "SELECT COUNT(*) AS held FROM im_lease WHERE account_id = ? AND site_id <> ? AND expires_at > ?",
            args![account, site, now],
        )
        .await?;
    let appeared = elsewhere.map_or(Ok(0), |row| row.int("held"))? == 0;
    if appeared {
        presence::touch(tx, account, now).await?;
    }
    Ok(appeared)
}

/// Gives a place back once the account's last session at the site is gone.
pub(crate) async fn release_if_last(
    tx: &mut Transaction,
    site: i64,
    account: i64,
    now: Millis,
    shared_now: Millis,
) -> Result<(), StoreError> {
    let row = tx
        .row(
            "SELECT COUNT(*) AS held FROM im_session WHERE account_id = ? AND site_id = ? AND expires_at > ?",
            args![account, site, now],
        )
        .await?;
    if row.map_or(Ok(0), |row| row.int("held"))? == 0 {
        tx.run(
            "DELETE FROM im_lease WHERE site_id = ? AND account_id = ?",
            args![site, account],
        )
        .await?;
        presence::touch(tx, account, shared_now).await?;
    }
    Ok(())
}

impl Inner {
    /// Keeps the place of an account whose lease ends at `until`, or claims one.
    pub(crate) async fn keep_place(
        &self,
        site: i64,
        account: i64,
        limit: u32,
        until: Option<Millis>,
    ) -> Result<(), Error> {
        let now = self.store.shared_now().await?;
        if until.is_some_and(|until| until > now + span(RENEW_BELOW)) {
            return Ok(());
        }
        if until.is_some_and(|until| until > now) {
            let renewed = transaction!(self.store, |tx| {
                let renewed = tx
                    .run(
                        "UPDATE im_lease SET expires_at = ? WHERE site_id = ? AND account_id = ? AND expires_at > ?",
                        args![now + span(LEASE), site, account, now],
                    )
                    .await?;
                Ok(renewed > 0)
            })?;
            if renewed {
                return Ok(());
            }
        }
        let appeared = transaction!(self.store, |tx| {
            claim(tx, &self.store, site, account, limit).await
        })?;
        if appeared {
            self.tell_presence(account).await;
        }
        Ok(())
    }

    /// Deletes leases that nobody renewed, and tells whose contacts are offline now.
    pub(crate) async fn sweep_leases(&self) -> Result<(), Error> {
        let now = self.store.shared_now().await?;
        let mut connection = self.store.read().await?;
        let rows = connection
            .rows(
                "SELECT site_id, account_id FROM im_lease WHERE expires_at <= ? ORDER BY expires_at LIMIT 500",
                args![now],
            )
            .await?;
        drop(connection);
        if rows.is_empty() {
            return Ok(());
        }
        let mut expired = Vec::new();
        for row in &rows {
            expired.push((row.int("site_id")?, row.int("account_id")?));
        }
        expired.sort_unstable();
        transaction!(self.store, |tx| {
            for (site, account) in &expired {
                let gone = tx
                    .run(
                        "DELETE FROM im_lease WHERE site_id = ? AND account_id = ? AND expires_at <= ?",
                        args![*site, *account, now],
                    )
                    .await?;
                if gone > 0 {
                    presence::touch(tx, *account, now).await?;
                }
            }
            Ok(())
        })?;
        for (_, account) in expired {
            self.tell_presence(account).await;
        }
        Ok(())
    }
}

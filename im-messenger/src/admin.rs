//! What administrators do: approve, refuse, create, give passwords, roles and administration.

use im_core::{Password, Realm, Timestamp};

use crate::account::{self, Account, AccountState};
use crate::clock::from_millis;
use crate::error::{Error, ErrorCode};
use crate::messenger::{Inner, Messenger};
use crate::store::{Value, args, transaction};
use crate::view::User;

/// An account that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAccount {
    /// Who.
    pub user: User,
    /// Since when.
    pub since: Timestamp,
}

/// Figures for operators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Connected users by site, over all processes.
    pub connected: Vec<(String, u64)>,
    /// Active accounts.
    pub accounts: u64,
    /// Valid sessions.
    pub sessions: u64,
    /// Open streams of this process.
    pub streams: u64,
    /// Durable events handed to streams since this process started.
    pub events_delivered: u64,
    /// Messages taken by this process since it started.
    pub messages_sent: u64,
    /// Streams closed because their reader did not keep up.
    pub slow_streams: u64,
}

impl Messenger {
    /// Figures for operators.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn statistics(&self) -> Result<Statistics, Error> {
        use std::sync::atomic::Ordering::Relaxed;
        let inner = &self.0;
        let shared_now = inner.store.shared_now().await?;
        let now = inner.store.now_millis();
        let mut connection = inner.store.read().await?;
        let mut connected = Vec::new();
        for site in inner.sites.values() {
            let row = connection
                .row(
                    "SELECT COUNT(*) AS held FROM im_lease WHERE site_id = ? AND expires_at > ?",
                    args![site.id, shared_now],
                )
                .await?;
            let held = row.map_or(Ok(0), |row| row.int("held"))?;
            connected.push((site.path.clone(), held.unsigned_abs()));
        }
        connected.sort();
        let mut count = async |sql: &'static str, values: Vec<Value>| {
            let row = connection.row(sql, values).await?;
            row.map_or(Ok(0), |row| row.int("held"))
        };
        let accounts = count(
            "SELECT COUNT(*) AS held FROM im_account WHERE state = 'active'",
            args![],
        )
        .await?;
        let sessions = count(
            "SELECT COUNT(*) AS held FROM im_session WHERE expires_at > ?",
            args![now],
        )
        .await?;
        let counters = &inner.hub.counters;
        Ok(Statistics {
            connected,
            accounts: accounts.unsigned_abs(),
            sessions: sessions.unsigned_abs(),
            streams: inner.hub.count() as u64,
            events_delivered: counters.delivered.load(Relaxed),
            messages_sent: counters.sent.load(Relaxed),
            slow_streams: counters.slow.load(Relaxed),
        })
    }

    /// The accounts that wait for approval, oldest first, at most 1,000.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pending(&self) -> Result<Vec<PendingAccount>, Error> {
        let mut connection = self.0.store.read().await?;
        let rows = connection
            .rows(
                concat!(
                    "SELECT ",
                    account::account_columns!(),
                    " FROM im_account a WHERE a.state = 'pending' ORDER BY a.id LIMIT 1000"
                ),
                args![],
            )
            .await?;
        let mut pending = Vec::with_capacity(rows.len());
        for row in &rows {
            let account = Account::from_row(row)?;
            pending.push(PendingAccount {
                user: self.0.user(&account),
                since: from_millis(account.created_at),
            });
        }
        Ok(pending)
    }

    /// Lets somebody in who waits for approval, or was refused.
    ///
    /// # Errors
    /// `unknown_user`, `ambiguous_name`.
    pub async fn approve(&self, realm: &Realm, name: &str) -> Result<User, Error> {
        let states = [AccountState::Pending, AccountState::Refused];
        let account = self.0.named(realm, name, &states).await?;
        self.0
            .set("UPDATE im_account SET state = 'active' WHERE id = ? AND state IN ('pending', 'refused')", args![account.id])
            .await?;
        Ok(self.0.user(&account))
    }

    /// Turns away somebody who waits for approval. An account of the messenger's own is gone with that, and its name free.
    ///
    /// # Errors
    /// `unknown_user`, `ambiguous_name`.
    pub async fn refuse(&self, realm: &Realm, name: &str) -> Result<(), Error> {
        let account = self.0.named(realm, name, &[AccountState::Pending]).await?;
        if account.realm == Realm::LOCAL {
            self.0
                .set(
                    "DELETE FROM im_local WHERE external_id = ?",
                    args![&account.external_id],
                )
                .await?;
            return self.0.close_account(account.id).await;
        }
        self.0
            .set(
                "UPDATE im_account SET state = 'refused' WHERE id = ? AND state = 'pending'",
                args![account.id],
            )
            .await
    }

    /// Makes an account of the messenger's own, whatever `newcomers_local` says. Reserved and banned names stay so.
    ///
    /// # Errors
    /// `name_taken`, `name_not_allowed`, `invalid_name`, `invalid_password`.
    pub async fn create_local(&self, username: &str, password: Password) -> Result<User, Error> {
        let made = self
            .0
            .local
            .create(
                &self.0.names,
                username,
                &password,
                self.0.shortest_password(),
                AccountState::Active,
            )
            .await?;
        let mut connection = self.0.store.read().await?;
        let account =
            account::of_identity(&mut connection, Realm::LOCAL, made.identity.id.as_str())
                .await?
                .ok_or_else(|| Error::internal("a new account is not there"))?;
        Ok(self.0.user(&account))
    }

    /// Gives an account of the messenger's own another password, and ends its sessions.
    ///
    /// # Errors
    /// `unknown_user`, `invalid_password`.
    pub async fn set_password(&self, username: &str, password: Password) -> Result<(), Error> {
        let shortest = self.0.shortest_password();
        let external_id = self
            .0
            .local
            .set_password(username, &password, shortest)
            .await?;
        let mut connection = self.0.store.read().await?;
        let account = account::of_identity(&mut connection, Realm::LOCAL, &external_id).await?;
        drop(connection);
        match account {
            Some(account) => self.0.end_sessions(account.id, None).await,
            None => Ok(()),
        }
    }

    /// Makes somebody an administrator of the messenger, or no longer.
    ///
    /// # Errors
    /// `unknown_user` (they must have signed in once), `ambiguous_name`.
    pub async fn grant_admin(&self, realm: &Realm, name: &str, admin: bool) -> Result<User, Error> {
        let account = self.0.named(realm, name, &[AccountState::Active]).await?;
        self.0
            .set(
                "UPDATE im_account SET is_admin = ? WHERE id = ?",
                args![admin, account.id],
            )
            .await?;
        Ok(self.0.user(&account))
    }

    /// Gives somebody a role, before any that their groups have; `None`: what their groups have.
    ///
    /// # Errors
    /// `unknown_role`, `unknown_user` (they must have signed in once), `ambiguous_name`.
    pub async fn set_role(
        &self,
        realm: &Realm,
        name: &str,
        role: Option<&str>,
    ) -> Result<User, Error> {
        if let Some(role) = role
            && !self.0.roles.iter().any(|known| known.name == role)
        {
            return Err(Error::new(
                ErrorCode::UnknownRole,
                format!("there is no role {role}"),
            ));
        }
        let account = self.0.named(realm, name, &[AccountState::Active]).await?;
        self.0
            .set(
                "UPDATE im_account SET role_name = ? WHERE id = ?",
                args![role, account.id],
            )
            .await?;
        Ok(self.0.user(&account))
    }
}

impl Inner {
    fn shortest_password(&self) -> u32 {
        let sites = self
            .sites
            .values()
            .filter(|site| site.has_realm(Realm::LOCAL));
        sites
            .map(|site| site.options.password_min_chars)
            .min()
            .unwrap_or(crate::option::Options::default().password_min_chars)
    }

    /// The one account of this name in a realm, in one of these states.
    async fn named(
        &self,
        realm: &Realm,
        name: &str,
        states: &[AccountState],
    ) -> Result<Account, Error> {
        let mut connection = self.store.read().await?;
        for state in states {
            let mut found =
                account::by_name(&mut connection, Some(realm.as_str()), name, *state).await?;
            if found.len() > 1 {
                let users = found.iter().map(|account| self.user(account)).collect();
                return Err(Error::new(
                    ErrorCode::AmbiguousName,
                    "several accounts have this name; write it exactly as they do",
                )
                .with_candidates(users));
            }
            if let Some(account) = found.pop() {
                return Ok(account);
            }
        }
        Err(Error::new(
            ErrorCode::UnknownUser,
            format!("there is no such account in {realm}"),
        ))
    }

    async fn set(&self, sql: &'static str, values: Vec<Value>) -> Result<(), Error> {
        transaction!(self.store, |tx| {
            tx.run(sql, values.clone()).await?;
            Ok(())
        })
    }
}

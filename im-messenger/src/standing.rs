//! Standing: who is banned, deactivated or deleted where their account comes from loses their sessions here.
//!
//! A question that could not be answered ends nobody. An absent row ends somebody only when the user table is known not
//! to be empty, and when few are absent at once: a wrong prefix or a restored backup must not throw everybody out.

use std::collections::HashSet;
use std::net::IpAddr;
use std::time::Duration;

use im_core::{AuthError, Found, Lookup, Realm, Rejection, Standing};

use crate::account::{self, Account, Profile, account_columns};
use crate::clock::{Millis, span};
use crate::error::{Error, ErrorCode};
use crate::event::log::LockedAccounts;
use crate::messenger::{Inner, Messenger};
use crate::setup::RealmSetup;
use crate::store::{args, transaction};

/// Accounts asked about at once.
const BATCH: usize = 200;

/// What a round of re-checks came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandingReport {
    /// Accounts that were asked about.
    pub checked: u64,
    /// Accounts whose sessions were ended.
    pub ended: u64,
    /// Accounts whose row was absent.
    pub absent: u64,
    /// So many rows were absent, or the user table so empty, that nobody was ended for being absent.
    pub alarm: bool,
}

impl Messenger {
    /// Re-checks the standing of everybody of a realm who has a session at a site of this process. It runs by itself,
    /// every `standing_interval`.
    ///
    /// # Errors
    /// `unknown_realm`; the error of the realm when it could not be asked: then nobody was ended, but for those whom
    /// `standing_grace` ends.
    pub async fn check_standing(&self, realm: &Realm) -> Result<StandingReport, Error> {
        self.0.check_standing(realm).await
    }
}

impl Inner {
    /// How often a realm is asked: the shortest interval of the sites that use it.
    pub(crate) fn standing_interval(&self, realm: &str) -> Option<Duration> {
        let sites = self.sites.values().filter(|site| site.has_realm(realm));
        sites.map(|site| site.options.standing_interval).min()
    }

    pub(crate) async fn check_standing(&self, name: &Realm) -> Result<StandingReport, Error> {
        let realm = self.realms.get(name.as_str()).ok_or_else(|| {
            Error::new(ErrorCode::UnknownRealm, format!("there is no realm {name}"))
        })?;
        match self.round(realm).await {
            Ok(report) => {
                self.end_unverified(realm).await?;
                Ok(report)
            }
            // It can never be asked: then nothing it does not say is held against anybody.
            Err(RoundError::Realm(AuthError::Unsupported(_))) => Ok(StandingReport::default()),
            Err(RoundError::Realm(error)) => {
                self.end_unverified(realm).await?;
                Err(error.into())
            }
            Err(RoundError::Store(error)) => Err(error),
        }
    }

    async fn round(&self, realm: &RealmSetup) -> Result<StandingReport, RoundError> {
        let mut report = StandingReport::default();
        let mut seen = HashSet::new();
        let mut absent = Vec::new();
        let mut found_any = false;
        let sites: Vec<_> = self
            .sites
            .values()
            .filter(|site| site.realms.contains(&realm.name))
            .map(|site| site.id)
            .collect();
        for site in sites {
            let mut after = 0;
            loop {
                let batch = self.signed_in(realm, site, after).await?;
                let Some(last) = batch.last() else { break };
                after = last.id;
                let batch: Vec<_> = batch
                    .into_iter()
                    .filter(|account| seen.insert(account.id))
                    .collect();
                if batch.is_empty() {
                    continue;
                }
                let found = ask(realm, &batch).await?;
                report.checked += batch.len() as u64;
                let mut verified = Vec::new();
                for (account, found) in batch.into_iter().zip(found) {
                    match found {
                        None => absent.push(account),
                        Some(found) => {
                            found_any = true;
                            if self.judge(&account, &found).await? {
                                report.ended += 1;
                            } else {
                                verified.push(account.id);
                            }
                        }
                    }
                }
                self.note_verified(realm, &verified).await?;
            }
        }
        report.absent = absent.len() as u64;
        if !absent.is_empty() {
            self.judge_absent(realm, absent, found_any, &mut report)
                .await?;
        }
        Ok(report)
    }

    /// Accounts of a realm with a session at a site, in the order of their numbers.
    async fn signed_in(
        &self,
        realm: &RealmSetup,
        site: i64,
        after: i64,
    ) -> Result<Vec<Account>, Error> {
        let mut connection = self.store.read().await?;
        let rows = connection
            .rows(
                concat!(
                    "SELECT DISTINCT ",
                    account_columns!(),
                    " FROM im_session s JOIN im_account a ON a.id = s.account_id \
                     WHERE s.site_id = ? AND s.account_id > ? AND s.expires_at > ? AND a.realm = ? AND a.state = 'active' \
                     ORDER BY a_id LIMIT ?"
                ),
                args![
                    site,
                    after,
                    self.store.now_millis(),
                    realm.name.as_str(),
                    i64::try_from(BATCH).unwrap_or(i64::MAX)
                ],
            )
            .await?;
        Ok(rows
            .iter()
            .map(Account::from_row)
            .collect::<Result<_, _>>()?)
    }

    /// Acts on what a realm says of an account that is there. Tells whether its sessions were ended.
    async fn judge(&self, account: &Account, found: &Found) -> Result<bool, Error> {
        if account.is_another(&found.user) {
            tracing::info!(
                realm = account.realm,
                account = account.public_id,
                "the external id belongs to another person now; the account is closed"
            );
            self.close_account(account.id).await?;
            return Ok(true);
        }
        let refused = match &found.standing {
            Standing::Refused(
                rejection @ (Rejection::Inactive
                | Rejection::PendingActivation
                | Rejection::Banned { .. }
                | Rejection::Deleted),
            ) => Some(rejection),
            // A lock-out can be caused by strangers; an old password is for the next sign-in.
            _ => None,
        };
        if let Some(rejection) = refused {
            tracing::info!(
                realm = account.realm,
                account = account.public_id,
                reason = rejection.as_str(),
                "the account may no longer come in; its sessions are ended"
            );
            self.end_sessions(account.id, None).await?;
            return Ok(true);
        }
        self.take_over(account, found).await?;
        Ok(false)
    }

    /// Takes over a new name, picture or groups.
    async fn take_over(&self, account: &Account, found: &Found) -> Result<(), Error> {
        let profile = Profile::of(&found.user);
        if !profile.differs(account) {
            return Ok(());
        }
        let renamed = transaction!(self.store, |tx| {
            LockedAccounts::lock(tx, &[account.id]).await?;
            let Some(mut current) = account::by_id(tx, account.id).await? else {
                return Ok(None);
            };
            let visible = profile.clone().apply(tx, &mut current).await?;
            Ok(visible.then_some(current))
        })?;
        if let Some(account) = renamed {
            self.tell_profile(&account).await;
        }
        Ok(())
    }

    /// Acts on accounts whose rows were absent, if that can be believed.
    async fn judge_absent(
        &self,
        realm: &RealmSetup,
        absent: Vec<Account>,
        found_any: bool,
        report: &mut StandingReport,
    ) -> Result<(), RoundError> {
        let most = (report.checked / 10).max(3);
        if report.absent > most {
            report.alarm = true;
            tracing::error!(
                realm = %realm.name,
                absent = report.absent,
                checked = report.checked,
                "so many accounts are absent at once that nobody is signed out; check the realm's database and prefix"
            );
            return Ok(());
        }
        let accounts = match realm.authenticator.probe().await {
            Ok(probe) => probe.accounts.map(|accounts| accounts > 0),
            Err(AuthError::Unsupported(_)) => None,
            Err(error) => return Err(error.into()),
        };
        if !accounts.unwrap_or(found_any) {
            report.alarm = true;
            tracing::error!(
                realm = %realm.name,
                "accounts are absent and so is every other one; nobody is signed out; check the realm's database and prefix"
            );
            return Ok(());
        }
        // Asked again after the table was seen: it may have been refilled in between.
        for batch in absent.chunks(BATCH) {
            let found = ask(realm, batch).await?;
            for (account, found) in batch.iter().zip(found) {
                let ended = match found {
                    Some(found) => self.judge(account, &found).await?,
                    None => {
                        tracing::info!(
                            realm = account.realm,
                            account = account.public_id,
                            "the account is gone where it came from; its sessions are ended"
                        );
                        self.end_sessions(account.id, None).await?;
                        true
                    }
                };
                report.ended += u64::from(ended);
            }
        }
        Ok(())
    }

    /// Remembers when standing was last known, where a grace is counted from it.
    async fn note_verified(&self, realm: &RealmSetup, accounts: &[i64]) -> Result<(), Error> {
        if self.shortest_grace(realm).is_none() || accounts.is_empty() {
            return Ok(());
        }
        let now = self.store.now_millis();
        transaction!(self.store, |tx| {
            for account in accounts {
                tx.run(
                    "UPDATE im_account SET verified_at = ? WHERE id = ?",
                    args![now, *account],
                )
                .await?;
            }
            Ok(())
        })
    }

    fn shortest_grace(&self, realm: &RealmSetup) -> Option<Duration> {
        let sites = self.sites.values();
        sites
            .filter(|site| site.realms.contains(&realm.name))
            .filter_map(|site| site.options.standing_grace)
            .min()
    }

    /// Ends sessions at sites with a `standing_grace` whose account was not verified for longer than that.
    async fn end_unverified(&self, realm: &RealmSetup) -> Result<(), Error> {
        let now = self.store.now_millis();
        for site in self.sites.values() {
            let grace = site.options.standing_grace;
            let Some(grace) = grace.filter(|_| site.realms.contains(&realm.name)) else {
                continue;
            };
            loop {
                let mut connection = self.store.read().await?;
                let rows = connection
                    .rows(
                        "SELECT DISTINCT s.account_id FROM im_session s JOIN im_account a ON a.id = s.account_id \
                         WHERE s.site_id = ? AND a.realm = ? AND a.verified_at < ? LIMIT 200",
                        args![site.id, realm.name.as_str(), now - span(grace)],
                    )
                    .await?;
                drop(connection);
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    self.end_sessions(row.int("account_id")?, Some(site.id))
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Ends an account's sessions, at one site or everywhere, and closes their streams.
    pub(crate) async fn end_sessions(&self, account: i64, site: Option<i64>) -> Result<(), Error> {
        let shared_now: Millis = self.store.shared_now().await?;
        transaction!(self.store, |tx| {
            LockedAccounts::lock(tx, &[account]).await?;
            account::end_sessions(tx, account, site, shared_now).await?;
            Ok(())
        })?;
        self.hub.end_account(account, site);
        self.tell_presence(account).await;
        Ok(())
    }
}

async fn ask(realm: &RealmSetup, accounts: &[Account]) -> Result<Vec<Option<Found>>, RoundError> {
    let lookups: Vec<_> = accounts
        .iter()
        .map(|account| {
            let lookup = Lookup::by_id(account.external_id.as_str()).in_realm(realm.name.clone());
            let address: Option<IpAddr> = account
                .last_address
                .as_deref()
                .and_then(|address| address.parse().ok());
            match address {
                Some(address) => lookup.from_address(address),
                None => lookup,
            }
        })
        .collect();
    let found = realm.authenticator.find(&lookups).await?;
    if found.len() != lookups.len() {
        return Err(
            AuthError::configuration("find gave another number of answers than asked").into(),
        );
    }
    Ok(found)
}

/// Why a round did not end.
enum RoundError {
    Realm(AuthError),
    Store(Error),
}

impl From<AuthError> for RoundError {
    fn from(error: AuthError) -> Self {
        Self::Realm(error)
    }
}

impl From<Error> for RoundError {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

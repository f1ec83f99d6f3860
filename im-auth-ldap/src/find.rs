//! Looking accounts up without a password.

use std::collections::HashMap;

use im_core::{AuthError, Found, Lookup, LookupKey, Rejection, Standing};

use crate::account::Account;
use crate::authenticator::{Directory, cut, is_name};
use crate::connection::Query;
use crate::plan::Mode;
use crate::pool::Asker;
use crate::standing;

/// Ids in one search.
const BATCH: usize = 100;

impl Directory {
    pub(crate) async fn look_up(
        &self,
        lookups: &[Lookup],
    ) -> Result<Vec<Option<Found>>, AuthError> {
        if !matches!(self.plan.mode, Mode::Search { .. }) {
            return Err(AuthError::unsupported(
                "find without a service account (`bind_dn` has {name} in it)",
            ));
        }
        if lookups.is_empty() {
            return Ok(Vec::new());
        }
        let mut lease = self.pool.lease().await?;
        let asker = &mut Asker::Service(&mut lease);
        // Every account once, and which of them answers which look-up.
        let mut accounts = Vec::new();
        let mut at: HashMap<String, usize> = HashMap::new();
        for account in self.accounts_by_id(lookups, asker).await? {
            if at.insert(account.id.clone(), accounts.len()).is_some() {
                return Err(AuthError::schema(format!(
                    "two entries have the same {}; write another `id_attribute`",
                    self.plan.id
                ))
                .with("entry", account.entry.dn));
            }
            accounts.push(account);
        }
        let mut answers = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            answers.push(match &lookup.key {
                LookupKey::Id(id) => at.get(id.as_str()).copied(),
                LookupKey::Name(name) if is_name(name) => match self.entry_of(name, asker).await? {
                    Some(entry) => {
                        let account = Account::read(&self.plan, entry)?;
                        Some(*at.entry(account.id.clone()).or_insert_with(|| {
                            accounts.push(account);
                            accounts.len() - 1
                        }))
                    }
                    None => None,
                },
                _ => None,
            });
        }
        let found = self.found(&accounts, asker).await?;
        Ok(answers
            .into_iter()
            .map(|answer| answer.map(|at| found[at].clone()))
            .collect())
    }

    async fn accounts_by_id(
        &self,
        lookups: &[Lookup],
        asker: &mut Asker<'_, '_>,
    ) -> Result<Vec<Account>, AuthError> {
        let mut values: Vec<String> = lookups
            .iter()
            .filter_map(|lookup| match &lookup.key {
                LookupKey::Id(id) => self.plan.id_form.filter_value(id.as_str()),
                _ => None,
            })
            .collect();
        values.sort();
        values.dedup();
        let mut accounts = Vec::new();
        for batch in values.chunks(BATCH) {
            let ids: String = batch
                .iter()
                .map(|value| format!("({}={value})", self.plan.id))
                .collect();
            let query = Query {
                base: &self.plan.base,
                scope: self.plan.scope,
                filter: &format!("(&{}(|{ids}))", self.plan.accounts_filter),
                attributes: &self.attributes,
                limit: BATCH + 1,
            };
            let page = asker.search(query).await?;
            if page.cut {
                return Err(cut());
            }
            for entry in page.entries {
                accounts.push(Account::read(&self.plan, entry)?);
            }
        }
        Ok(accounts)
    }

    async fn found(
        &self,
        accounts: &[Account],
        asker: &mut Asker<'_, '_>,
    ) -> Result<Vec<Found>, AuthError> {
        let mut found = Vec::with_capacity(accounts.len());
        let mut policies = HashMap::new();
        for account in accounts {
            let (user, is_member) = self.describe(account, asker).await?;
            let lock = self.lock(&account.entry, asker, &mut policies).await?;
            let refusal = lock
                .or_else(|| standing::windows_lock(&account.entry))
                .or_else(|| standing::refusal(&account.entry, self.plan.preset, self.clock.now()))
                .or_else(|| (!is_member).then_some(Rejection::Inactive));
            let standing = refusal.map_or(Standing::Good, Standing::Refused);
            found.push(Found::new(user, standing));
        }
        Ok(found)
    }
}

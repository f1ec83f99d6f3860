//! Accounts by id and by name, many at a time and without a password.

use std::collections::HashMap;

use im_auth_sql::{ForeignDatabase, Row, Value};
use im_core::{AuthError, ExternalId, Lookup, LookupKey};

use crate::account::{Account, NOBODY};
use crate::installation::Known;
use crate::query::{BATCH, NAMES};

/// Looks accounts up in batches.
pub(crate) struct Finder<'a> {
    pub(crate) database: &'a ForeignDatabase,
    pub(crate) known: &'a Known,
}

impl Finder<'_> {
    /// One answer for each look-up, in the same order.
    ///
    /// # Errors
    /// When the database cannot answer; [`AuthError::Ambiguous`] when two accounts answer to one name, for the
    /// whole batch as the contract says.
    pub(crate) async fn accounts(
        &self,
        lookups: &[Lookup],
    ) -> Result<Vec<Option<Account>>, AuthError> {
        let mut ids = Vec::new();
        let mut names = Vec::new();
        for (at, lookup) in lookups.iter().enumerate() {
            match &lookup.key {
                LookupKey::Id(id) => ids.extend(user_id(id).map(|id| (at, id))),
                LookupKey::Name(name) => names.push((at, self.known.board.looked_up(name))),
                // A way to ask that this adapter does not know yet would find nobody, which is no answer.
                _ => return Err(AuthError::unsupported("this way to look an account up")),
            }
        }
        let mut accounts = vec![None; lookups.len()];
        for chunk in ids.chunks(BATCH) {
            let by_id = self.by_ids(chunk).await?;
            for (at, id) in chunk {
                accounts[*at] = by_id.get(id).cloned();
            }
        }
        // Names that a column's character set might lack are asked for alone: together, the database would refuse
        // the comparison of every one of them.
        let (together, alone): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|(_, name)| name.is_ascii());
        for chunk in together.chunks(NAMES) {
            self.by_names(chunk, &mut accounts).await?;
        }
        for (at, name) in alone {
            accounts[at] = self.by_name(&name).await?;
        }
        Ok(accounts)
    }

    async fn by_ids(&self, chunk: &[(usize, i64)]) -> Result<HashMap<i64, Account>, AuthError> {
        let Some((_, last)) = chunk.last() else {
            return Ok(HashMap::new());
        };
        let names: Vec<_> = (0..BATCH).map(|n| format!("id{n}")).collect();
        let values: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(n, name)| {
                let id = chunk.get(n).map_or(*last, |(_, id)| *id);
                (name.as_str(), Value::Int(id))
            })
            .collect();
        let rows = self
            .database
            .fetch_all(&self.known.statements.queries.by_ids, &values)
            .await?;
        rows.iter()
            .map(|row| self.read(row).map(|account| (account.id, account)))
            .collect()
    }

    async fn by_names(
        &self,
        chunk: &[(usize, String)],
        accounts: &mut [Option<Account>],
    ) -> Result<(), AuthError> {
        if let [(at, name)] = chunk {
            accounts[*at] = self.by_name(name).await?;
            return Ok(());
        }
        let names: Vec<_> = (0..NAMES).map(|n| format!("name{n}")).collect();
        let values: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(n, name)| {
                let typed = chunk
                    .get(n)
                    .map_or(Value::Null, |(_, typed)| typed.as_str().into());
                (name.as_str(), typed)
            })
            .collect();
        let rows = self
            .database
            .fetch_scan(&self.known.statements.queries.by_names, &values)
            .await?;
        for row in &rows {
            let account = self.read(row)?;
            for (n, (at, _)) in chunk.iter().enumerate() {
                if row.opt_int(&format!("match{n}"))? != Some(1) {
                    continue;
                }
                if accounts[*at].replace(account.clone()).is_some() {
                    return Err(AuthError::ambiguous("two accounts answer to one name"));
                }
            }
        }
        Ok(())
    }

    async fn by_name(&self, name: &str) -> Result<Option<Account>, AuthError> {
        let by_name = &self.known.statements.queries.by_name;
        let row = self
            .database
            .fetch_scan_optional(by_name, &[("login", name.into())])
            .await?;
        match row.map(|row| row.int("id")).transpose()? {
            None | Some(NOBODY) => Ok(None),
            Some(id) => Ok(self.by_ids(&[(0, id)]).await?.remove(&id)),
        }
    }

    fn read(&self, row: &Row) -> Result<Account, AuthError> {
        Account::read(row, &self.known.board)
    }
}

/// The product's own number of an account, exactly as it writes it; the guest is nobody.
pub(crate) fn user_id(id: &ExternalId) -> Option<i64> {
    let number: i64 = id.as_str().parse().ok()?;
    (number.to_string() == id.as_str() && number != NOBODY).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_as_the_product_writes_it() {
        let id = |text: &str| user_id(&ExternalId::new(text));
        assert_eq!(id("3"), Some(3));
        for text in [
            "-1",
            "03",
            "+3",
            "3 ",
            "",
            "three",
            "3.0",
            "99999999999999999999",
        ] {
            assert_eq!(id(text), None, "{text:?}");
        }
    }
}

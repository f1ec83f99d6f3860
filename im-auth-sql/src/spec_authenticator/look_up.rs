//! Accounts without a password: who they are, how they stand, what waits for them.

use std::collections::{HashMap, HashSet};

use im_core::{AuthError, ExternalUser, Found, Identity, Lookup, LookupKey};

use super::SpecAuthenticator;
use super::account::Account;
use super::installed::{Installed, Source, Unread};
use super::notes::Notes;
use super::sign_in::typed;
use super::text::plain;
use crate::spec::IdKind;
use crate::spec::user::{BATCH, ForIds, UserSpec};
use crate::{Row, Value};

impl SpecAuthenticator {
    /// The accounts as users, with their groups, in the same order.
    pub(super) async fn users(
        &self,
        notes: &Notes,
        accounts: &[(Account, &UserSpec, &Source)],
    ) -> Result<Vec<ExternalUser>, AuthError> {
        let mut users: Vec<ExternalUser> = accounts
            .iter()
            .map(|(account, user, _)| account.user(&self.realm, user.source.as_deref()))
            .collect();
        // Table by table, each in batches.
        let mut at = 0;
        while let Some((_, user, source)) = accounts.get(at) {
            let many = accounts[at..]
                .iter()
                .take_while(|(_, _, other)| std::ptr::eq(*other, *source))
                .take(BATCH)
                .count();
            let batch = at..at + many;
            at += many;
            let Some(groups) = &source.groups else {
                continue;
            };
            let keys: Vec<Value> = accounts[batch.clone()]
                .iter()
                .map(|(account, ..)| account.key.clone())
                .collect();
            let mut names: HashMap<String, Vec<String>> = HashMap::new();
            for row in self.rows_of(groups, &keys).await? {
                let Some(name) = row.opt_text("name")? else {
                    continue;
                };
                // They tell which table an account is of, and rights may hang on that.
                if self.is_source(&name) {
                    if notes.is_new("group", "") {
                        tracing::warn!(
                            "a group of the product is called like one of its tables of accounts; it is left out"
                        );
                    }
                    continue;
                }
                names
                    .entry(whole_id(user, row.text("id")?))
                    .or_default()
                    .push(plain(name, user.decode));
            }
            for ((account, ..), user) in accounts[batch.clone()].iter().zip(&mut users[batch]) {
                for name in names.get(&account.id).into_iter().flatten() {
                    if !user.groups.contains(name) {
                        user.groups.push(name.clone());
                    }
                }
            }
        }
        Ok(users)
    }

    pub(super) async fn look_up(
        &self,
        lookups: &[Lookup],
    ) -> Result<Vec<Option<Found>>, AuthError> {
        let installed = self.installed().await?;
        // Every account once, and which account answers which lookup.
        let mut accounts = Vec::new();
        let mut at: HashMap<String, usize> = HashMap::new();
        for (source, user) in installed.sources.iter().zip(self.spec.users()) {
            let mut wanted: Vec<Value> = Vec::new();
            for lookup in lookups {
                if let LookupKey::Id(id) = &lookup.key
                    && let Some(key) = key(user, id.as_str())
                    && !wanted.contains(&key)
                {
                    wanted.push(key);
                }
            }
            for batch in wanted.chunks(BATCH) {
                let mut seen = HashSet::new();
                for row in self.rows_of(&source.statements.by_ids, batch).await? {
                    let Some(account) = readable(&row, user, &installed)? else {
                        continue;
                    };
                    if seen.insert(account.id.clone()) {
                        at.insert(account.id.clone(), accounts.len());
                        accounts.push((account, user, source));
                        continue;
                    }
                    // Which of the two it is, nobody knows.
                    if installed.notes.is_new("twice", &account.id) {
                        tracing::warn!(
                            system = self.spec.id(),
                            id = account.id,
                            "two rows answer for one account; it is taken for inactive"
                        );
                    }
                    if let (Some(known), Some(shut)) =
                        (at.get(&account.id), Account::shut(&row, user))
                    {
                        accounts[*known].0 = shut;
                    }
                }
            }
        }
        let mut answers = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            answers.push(match &lookup.key {
                LookupKey::Id(id) => at.get(id.as_str()).copied(),
                LookupKey::Name(name) => {
                    let found = self.by_name(&installed, name).await?;
                    found.map(|(account, user, source)| {
                        *at.entry(account.id.clone()).or_insert_with(|| {
                            accounts.push((account, user, source));
                            accounts.len() - 1
                        })
                    })
                }
                _ => None,
            });
        }
        let users = self.users(&installed.notes, &accounts).await?;
        let now = self.clock.now();
        Ok(answers
            .into_iter()
            .map(|answer| {
                let at = answer?;
                Some(Found::new(users[at].clone(), accounts[at].0.standing(now)))
            })
            .collect())
    }

    /// The account that answers to a name: of the first table, by the first condition that gives one.
    async fn by_name<'a>(
        &'a self,
        installed: &'a Installed,
        name: &str,
    ) -> Result<Option<(Account, &'a UserSpec, &'a Source)>, AuthError> {
        let engine = self.database.engine();
        for (source, user) in installed.sources.iter().zip(self.spec.users()) {
            let Some(texts) = user.texts(engine) else {
                continue;
            };
            let statements = &source.statements.by_login;
            for ((lookup, login), text) in
                source.lookups.iter().zip(statements).zip(&texts.by_login)
            {
                let Some(name) = typed(text, name) else {
                    continue;
                };
                let Some(row) = lookup.find_with(&name, &[self.now()]).await? else {
                    continue;
                };
                let Some(candidate) = readable(&row, user, installed)? else {
                    continue;
                };
                let values = [("id", candidate.key), ("login", name.into()), self.now()];
                if let Some(row) = self
                    .database
                    .fetch_optional(&login.account, &values)
                    .await?
                    && let Some(account) = readable(&row, user, installed)?
                {
                    return Ok(Some((account, user, source)));
                }
            }
        }
        Ok(None)
    }

    pub(super) async fn unread(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let installed = self.installed().await?;
        let id = identity.id.as_str();
        let mut described = false;
        for (source, user) in installed.sources.iter().zip(self.spec.users()) {
            let statement = match &source.unread {
                Unread::Undescribed => continue,
                Unread::Absent => {
                    described = true;
                    continue;
                }
                Unread::Ask(statement) => statement,
            };
            described = true;
            let Some(key) = key(user, id) else { continue };
            let values = [("id", key), self.now()];
            let row = self.database.fetch_optional(statement, &values).await?;
            return row
                .map(|row| {
                    // A sum over no rows is NULL.
                    let unread = row.opt_int("unread")?.unwrap_or(0).max(0);
                    Ok(u32::try_from(unread).unwrap_or(u32::MAX))
                })
                .transpose();
        }
        if described {
            Ok(None)
        } else {
            Err(AuthError::unsupported(format!(
                "unread_private_messages of {}",
                self.spec.name()
            )))
        }
    }

    /// Whether a name is that of one of the tables of accounts.
    fn is_source(&self, name: &str) -> bool {
        let mut sources = self.spec.users().iter();
        sources.any(|user| {
            let source = user.source.as_deref();
            source.is_some_and(|source| source.eq_ignore_ascii_case(name.trim()))
        })
    }

    async fn rows_of(&self, statement: &ForIds, keys: &[Value]) -> Result<Vec<Row>, AuthError> {
        let (statement, values) = statement.of(keys);
        let values: Vec<(&str, Value)> = values
            .iter()
            .map(|(name, value)| (&**name, value.clone()))
            .chain([self.now()])
            .collect();
        self.database.fetch_all(statement, &values).await
    }
}

/// The account of a row; one that may not come in where the row cannot be read: it is there, and the others of the
/// same question are not to go without an answer for it.
fn readable(
    row: &Row,
    user: &UserSpec,
    installed: &Installed,
) -> Result<Option<Account>, AuthError> {
    match Account::read(row, user, &installed.notes) {
        Err(error @ AuthError::Schema(_)) => {
            let account = Account::shut(row, user);
            let id = account.as_ref().map_or("", |account| &*account.id);
            if installed.notes.is_new("unreadable", id) {
                tracing::warn!(id, %error, "an account cannot be read; it is taken for inactive");
            }
            Ok(account)
        }
        account => account,
    }
}

/// An id as the realm knows it, of the product's own.
fn whole_id(user: &UserSpec, id: String) -> String {
    match &user.source {
        Some(source) => format!("{source}:{id}"),
        None => id,
    }
}

/// The product's own id as a parameter; `None` for one that cannot be of this table.
fn key(user: &UserSpec, id: &str) -> Option<Value> {
    let id = match &user.source {
        Some(source) => id.strip_prefix(&**source)?.strip_prefix(':')?,
        None => id,
    };
    match user.id {
        IdKind::Int => {
            let number: i64 = id.parse().ok()?;
            (number.to_string() == id).then_some(Value::Int(number))
        }
        IdKind::Text => (!id.is_empty() && !id.contains('\0')).then(|| Value::Text(id.to_owned())),
    }
}

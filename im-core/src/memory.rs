//! An authenticator whose accounts are in memory: for tests and examples, and to read first.

use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;

use crate::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalId, ExternalUser, Found, Identity,
    Login, Lookup, LookupKey, Password, Probe, Realm, Rejection, Standing, Verdict,
};

/// Accounts in memory, each with its password in clear: for tests, demonstrations and as a first example to read.
///
/// Names are compared without regard to case. Accounts can be added, changed and removed while it is in use, as they
/// are in a forum.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use im_core::{ExternalAuthenticator, Login, MemoryAuthenticator, Realm, Rejection, Verdict};
///
/// let club = MemoryAuthenticator::new(Realm::new("club")?).account("1", "Alice", "correct horse");
///
/// let verdict = club.authenticate(&Login::new("alice", "correct horse")).await?;
/// let Verdict::Accepted(user) = verdict else { panic!("refused") };
/// assert_eq!((user.identity.to_string().as_str(), user.name.as_str()), ("club:1", "Alice"));
///
/// let verdict = club.authenticate(&Login::new("alice", "wrong")).await?;
/// assert_eq!(verdict, Verdict::Rejected(Rejection::WrongPassword));
/// # Ok(())
/// # }
/// ```
pub struct MemoryAuthenticator {
    info: AdapterInfo,
    accounts: RwLock<Vec<MemoryAccount>>,
}

/// One account of a [`MemoryAuthenticator`].
#[derive(Clone)]
#[non_exhaustive]
pub struct MemoryAccount {
    /// Who it is.
    pub user: ExternalUser,
    /// The password in clear.
    pub password: Password,
    /// Whether it may come in with the right password.
    pub standing: Standing,
    /// How many private messages wait unread.
    pub unread: u32,
}

impl MemoryAccount {
    /// An account in good standing, without messages.
    #[must_use]
    pub fn new(user: ExternalUser, password: impl Into<Password>) -> Self {
        Self {
            user,
            password: password.into(),
            standing: Standing::Good,
            unread: 0,
        }
    }

    /// Refuses the account, although the password is right.
    #[must_use]
    pub fn refused(mut self, rejection: Rejection) -> Self {
        self.standing = Standing::Refused(rejection);
        self
    }

    /// Says how many private messages wait unread.
    #[must_use]
    pub fn unread(mut self, messages: u32) -> Self {
        self.unread = messages;
        self
    }
}

impl MemoryAuthenticator {
    /// No accounts yet.
    #[must_use]
    pub fn new(realm: Realm) -> Self {
        Self {
            info: AdapterInfo::new("memory", "accounts in memory", realm),
            accounts: RwLock::default(),
        }
    }

    /// Adds an account in good standing.
    #[must_use]
    pub fn account(
        self,
        id: impl Into<ExternalId>,
        name: impl Into<String>,
        password: impl Into<Password>,
    ) -> Self {
        let identity = Identity::new(self.realm().clone(), id);
        let user = ExternalUser::new(identity, name);
        self.put(MemoryAccount::new(user, password));
        self
    }

    /// The realm of every account.
    #[must_use]
    pub fn realm(&self) -> &Realm {
        &self.info.realms[0]
    }

    /// Adds an account, or replaces the one with the same id.
    pub fn put(&self, account: MemoryAccount) {
        let mut accounts = self.write();
        accounts.retain(|other| other.user.identity.id != account.user.identity.id);
        accounts.push(account);
    }

    /// Changes an account in place; whether there is such an account.
    pub fn change(&self, id: &ExternalId, change: impl FnOnce(&mut MemoryAccount)) -> bool {
        let mut accounts = self.write();
        let account = accounts.iter_mut().find(|a| a.user.identity.id == *id);
        account.map(change).is_some()
    }

    /// Removes an account; whether there was one.
    pub fn remove(&self, id: &ExternalId) -> bool {
        let mut accounts = self.write();
        let before = accounts.len();
        accounts.retain(|account| account.user.identity.id != *id);
        accounts.len() < before
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<MemoryAccount>> {
        self.accounts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<MemoryAccount>> {
        self.accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ExternalAuthenticator for MemoryAuthenticator {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let accounts = self.read();
        let Some(account) = by_name(&accounts, login.name())? else {
            // The same work as for a wrong password, so that a stopwatch does not list members.
            let _ = same(login.password(), &Password::from("decoy"));
            return Ok(Rejection::UnknownUser.into());
        };
        // A lock is decided before the password is looked at; every other state is told only after the right one.
        if let Standing::Refused(locked @ Rejection::LockedOut { .. }) = account.standing {
            return Ok(locked.into());
        }
        if !same(login.password(), &account.password) {
            return Ok(Rejection::WrongPassword.into());
        }
        Ok(match account.standing {
            Standing::Good => Verdict::accepted(account.user.clone()),
            Standing::Refused(rejection) => rejection.into(),
        })
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let accounts = self.read();
        lookups
            .iter()
            .map(|lookup| {
                let account = match &lookup.key {
                    LookupKey::Id(id) => accounts.iter().find(|a| a.user.identity.id == *id),
                    LookupKey::Name(name) => by_name(&accounts, name)?,
                };
                Ok(account.map(|a| Found::new(a.user.clone(), a.standing.clone())))
            })
            .collect()
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let accounts = self.read();
        let account = accounts.iter().find(|a| a.user.identity == *identity);
        Ok(account.map(|account| account.unread))
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        Ok(Probe {
            accounts: Some(self.read().len() as u64),
            ..Probe::default()
        })
    }
}

/// Two accounts under one name are an error, never a pick.
fn by_name<'a>(
    accounts: &'a [MemoryAccount],
    name: &str,
) -> Result<Option<&'a MemoryAccount>, AuthError> {
    let name = name.to_lowercase();
    let mut matching = accounts
        .iter()
        .filter(|account| account.user.name.to_lowercase() == name);
    let account = matching.next();
    if matching.next().is_some() {
        return Err(AuthError::ambiguous("two accounts have this name"));
    }
    Ok(account)
}

/// Looks at every byte, wherever the first difference is.
fn same(typed: &Password, right: &Password) -> bool {
    let (typed, right) = (typed.expose().as_bytes(), right.expose().as_bytes());
    let differences = typed
        .iter()
        .zip(right)
        .fold(0, |seen, (a, b)| seen | (a ^ b));
    differences == 0 && typed.len() == right.len()
}

impl fmt::Debug for MemoryAuthenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAuthenticator")
            .field("realm", self.realm())
            .field("accounts", &self.read().len())
            .finish()
    }
}

impl fmt::Debug for MemoryAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAccount")
            .field("user", &self.user)
            .field("password", &self.password)
            .field("standing", &self.standing)
            .field("unread", &self.unread)
            .finish()
    }
}

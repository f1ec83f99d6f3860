//! Accounts of the messenger's own, as a realm like any other: one sign-in path for all.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use im_core::{
    AdapterInfo, AuthError, ExternalAuthenticator, ExternalUser, Found, Identity, Login, Lookup,
    LookupKey, Password, Probe, Realm, Rejection, Standing, Verdict,
};
use im_password::{
    HASH_MEMORY, Job, OwnedAttempt, Policy, PoolError, Shape, VerifyPool, hash_argon2id,
};
use precis_core::profile::PrecisFastInvocation;
use precis_profiles::OpaqueString;

use crate::account::{self, AccountState};
use crate::clock::{from_millis, new_id};
use crate::error::{Error, ErrorCode};
use crate::names::{NamePolicy, local_key};
use crate::store::{Row, Store, StoreError, Transaction, args, transaction};

/// Characters of a password at most.
const PASSWORD_CHARS: usize = 1_024;

/// A value of the shape all ours have, for the work that an unknown name takes.
const SAMPLE: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The messenger's own accounts: names and Argon2id hashes in its store. An authenticator of the realm `local`.
#[derive(Clone)]
pub struct LocalAccounts {
    store: Store,
    pool: VerifyPool,
    policy: Arc<Policy>,
    decoy: Option<Shape>,
    info: AdapterInfo,
}

impl fmt::Debug for LocalAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAccounts").finish_non_exhaustive()
    }
}

struct LocalRow {
    external_id: String,
    name: String,
    display_name: Option<String>,
    password_hash: String,
    created_at: i64,
}

impl LocalRow {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            external_id: row.text("external_id")?,
            name: row.text("name")?,
            display_name: row.opt_text("display_name")?,
            password_hash: row.text("password_hash")?,
            created_at: row.int("created_at")?,
        })
    }

    fn user(&self) -> ExternalUser {
        let identity = Identity::new(Realm::local(), self.external_id.as_str());
        let mut user = ExternalUser::new(identity, &self.name);
        user.display_name.clone_from(&self.display_name);
        user.registered_at = Some(from_millis(self.created_at));
        user
    }
}

/// An account about to be made.
pub(crate) struct NewLocal {
    row: LocalRow,
    key: String,
}

fn taken() -> Error {
    Error::new(ErrorCode::NameTaken, "somebody has this name already")
}

impl NewLocal {
    pub(crate) fn user(&self) -> ExternalUser {
        self.row.user()
    }

    /// Keeps it, unless somebody else was given the name meanwhile: `name_taken`.
    pub(crate) async fn insert(&self, tx: &mut Transaction) -> Result<(), Error> {
        let there = tx
            .rows(
                "SELECT external_id FROM im_local WHERE name_key = ?",
                args![&self.key],
            )
            .await?;
        if !there.is_empty() {
            return Err(taken());
        }
        let row = &self.row;
        tx.run(
            "INSERT INTO im_local (external_id, name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?)",
            args![
                &row.external_id,
                &row.name,
                &self.key,
                &row.password_hash,
                row.created_at
            ],
        )
        .await?;
        Ok(())
    }
}

/// Whether an account's password is still the one of this hash.
pub(crate) async fn has_hash(
    tx: &mut Transaction,
    external_id: &str,
    hash: Option<&str>,
) -> Result<bool, StoreError> {
    let row = tx
        .row(
            "SELECT password_hash FROM im_local WHERE external_id = ?",
            args![external_id],
        )
        .await?;
    let now = row.map(|row| row.text("password_hash")).transpose()?;
    Ok(now.is_some() && now.as_deref() == hash)
}

/// What is hashed: RFC 8265 `OpaqueString`, so that a password typed on another keyboard has the same bytes.
fn prepare(password: &Password) -> Option<String> {
    if password.expose().chars().count() > PASSWORD_CHARS {
        return None;
    }
    OpaqueString::enforce(password.expose())
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn auth_error(error: StoreError) -> AuthError {
    match error {
        StoreError::Busy => AuthError::busy("the messenger's store is busy"),
        error => AuthError::unavailable("the messenger's store cannot be asked").with_source(error),
    }
}

fn pool_error(error: PoolError) -> AuthError {
    match error {
        PoolError::Busy => AuthError::busy("too many passwords are being checked"),
        PoolError::Verify(error) => AuthError::unsupported_hash("not Argon2id").with_source(error),
        error => AuthError::configuration("the pool cannot check this password").with_source(error),
    }
}

impl LocalAccounts {
    /// The accounts in a store; passwords are hashed and verified in `pool`.
    #[must_use]
    pub fn new(store: Store, pool: VerifyPool) -> Self {
        let formats = "argon2".parse().ok();
        let policy = Policy::new(formats);
        let decoy = policy.recognise(SAMPLE.as_bytes()).ok();
        Self {
            store,
            pool,
            policy: Arc::new(policy),
            decoy,
            info: AdapterInfo::new("local", "IntraMessenger", Realm::local()),
        }
    }

    async fn by_key(&self, key: &str) -> Result<Option<LocalRow>, StoreError> {
        let mut connection = self.store.read().await?;
        let row = connection
            .row(
                "SELECT external_id, name, display_name, password_hash, created_at FROM im_local WHERE name_key = ?",
                args![key],
            )
            .await?;
        row.as_ref().map(LocalRow::from_row).transpose()
    }

    async fn by_id(&self, external_id: &str) -> Result<Option<LocalRow>, StoreError> {
        let mut connection = self.store.read().await?;
        let row = connection
            .row(
                "SELECT external_id, name, display_name, password_hash, created_at FROM im_local WHERE external_id = ?",
                args![external_id],
            )
            .await?;
        row.as_ref().map(LocalRow::from_row).transpose()
    }

    /// Checks a name and password. An unknown name takes the same work as a wrong password.
    pub(crate) async fn check(
        &self,
        name: &str,
        password: &Password,
    ) -> Result<Verdict, AuthError> {
        // A name that cannot be one is asked for all the same: under a key that no account has.
        let key = local_key(name).unwrap_or_else(|_| " ".into());
        let row = self.by_key(&key).await.map_err(auth_error)?;
        let prepared = prepare(password);
        let (attempt, possible) = match prepared {
            Some(password) => (OwnedAttempt::new(password), true),
            None => (OwnedAttempt::new(""), false),
        };
        let job = match (&row, &self.decoy) {
            (Some(row), _) => Job::check(
                self.policy.clone(),
                attempt,
                row.password_hash.clone().into_bytes(),
            ),
            (None, Some(shape)) => Job::decoy(self.policy.clone(), attempt, shape.clone()),
            (None, None) => return Ok(Rejection::UnknownUser.into()),
        };
        let matched = self.pool.verify(job).await.map_err(pool_error)?.is_match();
        Ok(match row {
            None => Rejection::UnknownUser.into(),
            Some(row) if matched && possible => Verdict::accepted(row.user()),
            Some(_) => Rejection::WrongPassword.into(),
        })
    }

    /// A new password as it is hashed, if it is long enough.
    pub(crate) fn check_new(&self, password: &Password, shortest: u32) -> Result<Password, Error> {
        let invalid = |why: String| Error::new(ErrorCode::InvalidPassword, why);
        let shortest = usize::try_from(shortest).unwrap_or(usize::MAX);
        let Some(prepared) = prepare(password) else {
            return Err(invalid(format!(
                "a password has no control characters and at most {PASSWORD_CHARS} characters"
            )));
        };
        if prepared.chars().count() < shortest {
            return Err(invalid(format!(
                "a password has at least {shortest} characters"
            )));
        }
        Ok(prepared.into())
    }

    async fn hash(&self, password: &Password, shortest: u32) -> Result<String, Error> {
        let prepared = self.check_new(password, shortest)?;
        let hashed = self
            .pool
            .run(HASH_MEMORY, move || hash_argon2id(prepared.expose()))
            .await
            .map_err(pool_error)?;
        hashed.map_err(|error| Error::internal("hashing a password failed").with_source(error))
    }

    /// An account that may be made, its password hashed: to be kept with [`NewLocal::insert`].
    pub(crate) async fn prepare(
        &self,
        names: &NamePolicy,
        name: &str,
        password: &Password,
        shortest: u32,
    ) -> Result<NewLocal, Error> {
        let key = local_key(name)?;
        if names.is_reserved(&key) || names.is_banned(name) {
            return Err(Error::new(
                ErrorCode::NameNotAllowed,
                "this name may not be used here",
            ));
        }
        if self.by_key(&key).await?.is_some() {
            return Err(taken());
        }
        let password_hash = self.hash(password, shortest).await?;
        let external_id = new_id(self.store.random(), "l")
            .map_err(|error| Error::internal("no random bytes for an id").with_source(error))?;
        let row = LocalRow {
            external_id,
            name: name.to_owned(),
            display_name: None,
            password_hash,
            created_at: self.store.now_millis(),
        };
        Ok(NewLocal { row, key })
    }

    /// Makes an account and its place in the messenger, in one transaction.
    pub(crate) async fn create(
        &self,
        names: &NamePolicy,
        name: &str,
        password: &Password,
        shortest: u32,
        state: AccountState,
    ) -> Result<ExternalUser, Error> {
        let new = self.prepare(names, name, password, shortest).await?;
        let user = new.user();
        transaction!(self.store, |tx| {
            new.insert(tx).await?;
            account::insert(tx, &self.store, &user, state, new.row.created_at).await?;
            Ok(())
        })?;
        Ok(user)
    }

    /// The stored hash of the account of a name: to be compared once more where a session is made.
    pub(crate) async fn hash_of(&self, name: &str) -> Result<Option<String>, Error> {
        let Ok(key) = local_key(name) else {
            return Ok(None);
        };
        Ok(self.by_key(&key).await?.map(|row| row.password_hash))
    }

    /// Gives an account another password, by its name.
    pub(crate) async fn set_password(
        &self,
        name: &str,
        password: &Password,
        shortest: u32,
    ) -> Result<String, Error> {
        let unknown = || Error::new(ErrorCode::UnknownUser, "there is no such account");
        let key = local_key(name).map_err(|_| unknown())?;
        let row = self.by_key(&key).await?.ok_or_else(unknown)?;
        let password_hash = self.hash(password, shortest).await?;
        transaction!(self.store, |tx| {
            tx.run(
                "UPDATE im_local SET password_hash = ? WHERE external_id = ?",
                args![&password_hash, &row.external_id],
            )
            .await?;
            Ok(())
        })?;
        Ok(row.external_id)
    }

    /// Gives an account another name to show; `None`: its own name again.
    pub(crate) async fn set_display_name(
        &self,
        external_id: &str,
        display_name: Option<&str>,
    ) -> Result<ExternalUser, Error> {
        transaction!(self.store, |tx| {
            tx.run(
                "UPDATE im_local SET display_name = ? WHERE external_id = ?",
                args![display_name, external_id],
            )
            .await?;
            Ok(())
        })?;
        self.by_id(external_id)
            .await?
            .map(|row| row.user())
            .ok_or_else(|| Error::new(ErrorCode::UnknownUser, "there is no such account"))
    }

    async fn lookup(&self, key: &LookupKey) -> Result<Option<Found>, StoreError> {
        let row = match key {
            LookupKey::Id(id) => self.by_id(id.as_str()).await?,
            LookupKey::Name(name) => match local_key(name) {
                Ok(key) => self.by_key(&key).await?,
                Err(_) => None,
            },
            _ => None,
        };
        Ok(row.map(|row| Found::new(row.user(), Standing::Good)))
    }
}

#[async_trait]
impl ExternalAuthenticator for LocalAccounts {
    fn info(&self) -> &AdapterInfo {
        &self.info
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        self.check(login.name(), login.password()).await
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let mut found = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            found.push(self.lookup(&lookup.key).await.map_err(auth_error)?);
        }
        Ok(found)
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        let mut connection = self.store.read().await.map_err(auth_error)?;
        let row = connection
            .row("SELECT COUNT(*) AS accounts FROM im_local", args![])
            .await
            .map_err(auth_error)?;
        let accounts = row
            .map_or(Ok(0), |row| row.int("accounts"))
            .map_err(auth_error)?;
        let mut probe = Probe::default();
        probe.accounts = Some(accounts.unsigned_abs());
        Ok(probe)
    }
}

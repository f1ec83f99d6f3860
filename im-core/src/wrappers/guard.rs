//! Refuses nonsense before any adapter sees it.

use std::fmt;

use async_trait::async_trait;

use crate::{
    AdapterInfo, AuthError, ExternalAuthenticator, Found, Identity, Login, Lookup, LookupKey,
    Probe, Realm, Rejection, Verdict,
};

/// Refuses names and passwords that are empty, hold a NUL or are longer than anything real, and names in realms that
/// the wrapped authenticator does not answer for.
///
/// * A name of this kind is [`Rejection::UnknownUser`], a password [`Rejection::WrongPassword`], whether or not there
///   is such an account: to a stranger both are the same answer, and nothing is asked of the foreign system.
/// * A sign-in that names a realm which is not among [`AdapterInfo::realms`] is [`Rejection::UnknownUser`].
/// * A look-up of such a name or id finds nobody. A look-up in a foreign realm is [`AuthError::Configuration`]: "no
///   such account" would be acted upon.
///
/// Adapters still must not break on any of this: they can be used without a guard.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use im_core::wrappers::Guard;
/// use im_core::{ExternalAuthenticator, Login, MemoryAuthenticator, Realm, Rejection};
///
/// let accounts = MemoryAuthenticator::new(Realm::new("club")?).account("1", "Alice", "");
/// let guarded = Guard::new(accounts);
/// // Whatever is stored, nobody comes in without a password.
/// assert_eq!(guarded.authenticate(&Login::new("Alice", "")).await?, Rejection::WrongPassword.into());
/// # Ok(())
/// # }
/// ```
pub struct Guard<A> {
    inner: A,
    limits: GuardLimits,
}

/// What a [`Guard`] takes for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuardLimits {
    /// The longest name, in characters. Default 255: no product has longer ones, e-mail addresses included.
    pub name_chars: usize,
    /// The longest password, in bytes. Default 4096: no product takes longer ones, and hashing them costs.
    pub password_bytes: usize,
}

impl Default for GuardLimits {
    fn default() -> Self {
        Self {
            name_chars: 255,
            password_bytes: 4096,
        }
    }
}

impl<A: ExternalAuthenticator> Guard<A> {
    /// Guards `inner` with the default limits.
    pub fn new(inner: A) -> Self {
        Self::with_limits(inner, GuardLimits::default())
    }

    /// Guards `inner`.
    pub fn with_limits(inner: A, limits: GuardLimits) -> Self {
        Self { inner, limits }
    }

    fn is_name(&self, name: &str) -> bool {
        // White space alone is what products trim to nothing.
        name.chars().any(|c| !c.is_whitespace())
            && !name.contains('\0')
            && name.chars().nth(self.limits.name_chars).is_none()
    }

    fn is_password(&self, password: &str) -> bool {
        !password.is_empty()
            && !password.contains('\0')
            && password.len() <= self.limits.password_bytes
    }

    fn is_key(&self, key: &LookupKey) -> bool {
        match key {
            LookupKey::Id(id) => !id.as_str().is_empty() && !id.as_str().contains('\0'),
            LookupKey::Name(name) => self.is_name(name),
        }
    }

    fn answers_for(&self, realm: Option<&Realm>) -> bool {
        realm.is_none_or(|realm| self.inner.info().realms.contains(realm))
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<A: ExternalAuthenticator> ExternalAuthenticator for Guard<A> {
    fn info(&self) -> &AdapterInfo {
        self.inner.info()
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        if !self.answers_for(login.realm()) || !self.is_name(login.name()) {
            return Ok(Rejection::UnknownUser.into());
        }
        if !self.is_password(login.password().expose()) {
            return Ok(Rejection::WrongPassword.into());
        }
        self.inner.authenticate(login).await
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        for lookup in lookups {
            if !self.answers_for(lookup.realm.as_ref()) {
                return Err(foreign_realm(lookup.realm.as_ref(), self.inner.info()));
            }
        }
        let asked: Vec<Lookup> = lookups
            .iter()
            .filter(|lookup| self.is_key(&lookup.key))
            .cloned()
            .collect();
        if asked.len() == lookups.len() {
            return self.inner.find(lookups).await;
        }
        let found = self.inner.find(&asked).await?;
        let mut found = complete(found, asked.len(), self.inner.info())?.into_iter();
        Ok(lookups
            .iter()
            .map(|lookup| {
                if self.is_key(&lookup.key) {
                    found.next().flatten()
                } else {
                    None
                }
            })
            .collect())
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        if !self.answers_for(Some(&identity.realm)) {
            return Err(foreign_realm(Some(&identity.realm), self.inner.info()));
        }
        self.inner.unread_private_messages(identity).await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        self.inner.probe().await
    }
}

/// Somebody asked the wrong authenticator: an error, since "no such account" would be acted upon.
pub(super) fn foreign_realm(realm: Option<&Realm>, info: &AdapterInfo) -> AuthError {
    let own: Vec<&str> = info.realms.iter().map(Realm::as_str).collect();
    AuthError::configuration("asked about an account of a realm that this authenticator has not")
        .with("realm", realm.map_or("not named", Realm::as_str))
        .with("realms here", own.join(" "))
}

/// Before answers are put in their places: one too few would make somebody's account look deleted.
pub(super) fn complete(
    found: Vec<Option<Found>>,
    asked: usize,
    info: &AdapterInfo,
) -> Result<Vec<Option<Found>>, AuthError> {
    if found.len() == asked {
        return Ok(found);
    }
    Err(AuthError::configuration(
        "a look-up must have one answer per account; this is a defect of the adapter",
    )
    .with("system", info.system.as_str())
    .with("asked", asked.to_string())
    .with("answered", found.len().to_string()))
}

impl<A: ExternalAuthenticator> fmt::Debug for Guard<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("inner", self.inner.info())
            .field("limits", &self.limits)
            .finish()
    }
}

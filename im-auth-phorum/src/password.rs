//! Comparing a typed password with an account's two stored ones.

use std::sync::Arc;

use im_auth_sql::verify_error;
use im_core::{AuthError, Password};
use im_password::{Job, OwnedAttempt, Policy, PoolError, Shape, VerifyPool};

use crate::account::Candidate;
use crate::php;
use crate::version::Version;

/// A typed password, and what to compare it with where there is nothing.
///
/// A wrong password is as much work as an unknown name: one comparison for `password`, and one for `password_temp`
/// in the versions that have it, with a decoy for each that the account lacks.
pub(crate) struct Attempt<'a> {
    pub(crate) pool: &'a VerifyPool,
    pub(crate) policy: &'a Arc<Policy>,
    pub(crate) version: Version,
    pub(crate) password: &'a Password,
    pub(crate) decoy: &'a Shape,
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compared {
    Right,
    Wrong,
}

impl Attempt<'_> {
    /// Compares with the account's stored passwords.
    ///
    /// # Errors
    /// [`AuthError::UnsupportedHash`] when `password` has a format that the version does not know and the second
    /// password does not fit either, or there is only a second one and its format is not known; [`AuthError::Busy`] when the pool is full.
    pub(crate) async fn compare(&self, candidate: &Candidate) -> Result<Compared, AuthError> {
        let first = self.one(candidate.password()).await;
        match first {
            Ok(Compared::Right) => return Ok(Compared::Right),
            Ok(Compared::Wrong) => {}
            Err(PoolError::Verify(_)) => {}
            Err(error) => return Err(pool_error(error)),
        }
        if self.version.has_temporary_password() {
            match self.one(candidate.temporary_password()).await {
                Ok(Compared::Right) => return Ok(Compared::Right),
                Ok(Compared::Wrong) => {}
                // Whatever lies there, the first password could be compared: it is a wrong one.
                Err(PoolError::Verify(_)) if first.is_err() || candidate.password().is_some() => {}
                Err(error) => return Err(pool_error(error)),
            }
        }
        first.map_err(pool_error)
    }

    /// The work of a comparison for nobody.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when the pool is full.
    pub(crate) async fn pretend(&self) -> Result<(), AuthError> {
        self.one(None).await.map_err(pool_error)?;
        if self.version.has_temporary_password() {
            self.one(None).await.map_err(pool_error)?;
        }
        Ok(())
    }

    async fn one(&self, stored: Option<&[u8]>) -> Result<Compared, PoolError> {
        let policy = Arc::clone(self.policy);
        let attempt = OwnedAttempt::new(self.password.expose());
        let job = match stored {
            Some(stored) => Job::check(policy, attempt, stored),
            None => Job::decoy(policy, attempt, self.decoy.clone()),
        };
        let outcome = self.pool.verify(job).await?;
        if outcome.is_match() && !self.is_nothing() {
            Ok(Compared::Right)
        } else {
            Ok(Compared::Wrong)
        }
    }

    /// Nothing is left of the password after what the version does to it: never right, even where the digest of
    /// nothing is stored.
    fn is_nothing(&self) -> bool {
        let password = self.password.expose();
        if self.version.trims_password() {
            php::trim(password).is_empty()
        } else {
            password.is_empty()
        }
    }
}

fn pool_error(error: PoolError) -> AuthError {
    match error {
        PoolError::Verify(error) => verify_error(error),
        PoolError::Busy => AuthError::busy("too many passwords wait to be verified"),
        PoolError::TooMuchMemory { .. } => AuthError::configuration(
            "verifying a stored password needs more memory than the pool may take; raise the pool's limit",
        )
        .with_source(error),
        error => AuthError::unavailable("a password could not be verified").with_source(error),
    }
}

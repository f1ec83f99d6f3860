//! The contract page: what every authenticator promises.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{AdapterInfo, AuthError, Found, Identity, Login, Lookup, Probe, Verdict};

/// Answers, from accounts kept elsewhere, "is this name and password right, who is it, and may they come in?"
///
/// # What an implementor promises
///
/// * **"No" is a value, "broken" is an error.** A wrong password is [`Verdict::Rejected`]; a database that is down or
///   a stored value of unknown format is an [`AuthError`]. An error never counts as a wrong password.
/// * **The identity is the product's own id**, never the typed name: many spellings may match one account.
/// * **Names are compared as the product compares them**, for SQL products by the column's own collation.
/// * **Account state is told only to someone who gave the right password.** Banned account, wrong password:
///   [`Rejection::WrongPassword`](crate::Rejection::WrongPassword). The exception is
///   [`Rejection::LockedOut`](crate::Rejection::LockedOut), which the product decides before it looks at the password.
/// * **Unknown user and wrong password do the same work**, so that a stopwatch does not list members.
/// * **Nothing is written** to the foreign system, and no password, hash or token is logged or put into an error.
/// * **Every wait is bounded.** Futures may be dropped at any await point without harm.
///
/// # What a caller may rely on
///
/// Cloning an `Arc` of an authenticator shares its connections and caches. Only [`info`](Self::info) and
/// [`authenticate`](Self::authenticate) are required; the rest answer [`AuthError::Unsupported`] unless implemented,
/// and `Unsupported` never ends a session.
///
/// # What a wrapper must do
///
/// Forward *every* method (`#[deny(clippy::missing_trait_methods)]` on the impl): a wrapper that forgot
/// [`find`](Self::find) would compile, and quietly let banned members stay.
#[async_trait]
pub trait ExternalAuthenticator: Send + Sync {
    /// What this authenticator is: system, realms. Never does I/O.
    fn info(&self) -> &AdapterInfo;

    /// Checks a name and password.
    ///
    /// # Errors
    /// When the question could not be answered; see [`AuthError`].
    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError>;

    /// Looks accounts up without a password, many at once, to re-check their standing.
    ///
    /// The answer has one entry per lookup, in the same order. `None` means only "no such row"; whether that means
    /// "deleted" is for the caller to decide, who knows how many are absent at once.
    ///
    /// # Errors
    /// When the question could not be answered; never a partial answer.
    /// [`AuthError::Ambiguous`] when several accounts answer to one of the names asked for, whatever the others give;
    /// ids never cause it. Who looks up names that strangers chose does so one by one.
    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let _ = lookups;
        Err(AuthError::unsupported("find"))
    }

    /// How many private messages wait unread for this account, `None` when there is no such account.
    ///
    /// # Errors
    /// When the question could not be answered.
    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let _ = identity;
        Err(AuthError::unsupported("unread_private_messages"))
    }

    /// Does it connect, are the tables and columns there, which version, how many accounts, which formats?
    ///
    /// # Errors
    /// When the foreign system cannot be reached or is not what the configuration says.
    async fn probe(&self) -> Result<Probe, AuthError> {
        Err(AuthError::unsupported("probe"))
    }
}

macro_rules! forward {
    ($pointer:ident) => {
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: ExternalAuthenticator + ?Sized> ExternalAuthenticator for $pointer<T> {
            fn info(&self) -> &AdapterInfo {
                (**self).info()
            }
            async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
                (**self).authenticate(login).await
            }
            async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
                (**self).find(lookups).await
            }
            async fn unread_private_messages(
                &self,
                identity: &Identity,
            ) -> Result<Option<u32>, AuthError> {
                (**self).unread_private_messages(identity).await
            }
            async fn probe(&self) -> Result<Probe, AuthError> {
                (**self).probe().await
            }
        }
    };
}
forward!(Arc);
forward!(Box);

//! Bounds every wait.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;

use crate::{
    AdapterInfo, AuthError, ExternalAuthenticator, Found, Identity, Login, Lookup, Probe, Verdict,
};

/// Gives a question up after a while, with [`AuthError::Unavailable`].
///
/// Adapters bound their own waits, with errors that say more. This is the net below them, for authenticators of other
/// people: set it a little longer than theirs. The abandoned question is dropped where it stands; what it was doing at
/// a server may go on there for a while.
///
/// It runs on tokio's time.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use im_core::wrappers::Timeout;
/// use im_core::{AdapterInfo, AuthError, ExternalAuthenticator, Login, Realm, Verdict};
///
/// struct Silent(AdapterInfo);
///
/// #[async_trait::async_trait]
/// impl ExternalAuthenticator for Silent {
///     fn info(&self) -> &AdapterInfo {
///         &self.0
///     }
///     async fn authenticate(&self, _: &Login) -> Result<Verdict, AuthError> {
///         std::future::pending().await
///     }
/// }
///
/// let silent = Silent(AdapterInfo::new("silent", "Silent", Realm::new("silent")?));
/// let bounded = Timeout::new(silent, Duration::from_millis(10));
/// let error = bounded.authenticate(&Login::new("Alice", "correct horse")).await.unwrap_err();
/// assert_eq!(error.kind(), "unavailable");
/// # Ok(())
/// # }
/// ```
pub struct Timeout<A> {
    inner: A,
    limit: Duration,
    bulk: Duration,
}

impl<A: ExternalAuthenticator> Timeout<A> {
    /// Bounds every question to `inner` by `limit`.
    pub fn new(inner: A, limit: Duration) -> Self {
        Self {
            inner,
            limit,
            bulk: limit,
        }
    }

    /// Gives the questions that look at many accounts, [`find`](ExternalAuthenticator::find) and
    /// [`probe`](ExternalAuthenticator::probe), another limit.
    #[must_use]
    pub fn bulk(mut self, limit: Duration) -> Self {
        self.bulk = limit;
        self
    }

    async fn within<T: Send>(
        &self,
        limit: Duration,
        question: &'static str,
        answer: impl Future<Output = Result<T, AuthError>> + Send,
    ) -> Result<T, AuthError> {
        tokio::time::timeout(limit, answer)
            .await
            .unwrap_or_else(|_| {
                Err(
                    AuthError::unavailable(format!("no answer within {limit:?}"))
                        .with("system", self.inner.info().system.as_str())
                        .with("question", question),
                )
            })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<A: ExternalAuthenticator> ExternalAuthenticator for Timeout<A> {
    fn info(&self) -> &AdapterInfo {
        self.inner.info()
    }

    async fn authenticate(&self, login: &Login) -> Result<Verdict, AuthError> {
        let answer = self.inner.authenticate(login);
        self.within(self.limit, "authenticate", answer).await
    }

    async fn find(&self, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, AuthError> {
        let answer = self.inner.find(lookups);
        self.within(self.bulk, "find", answer).await
    }

    async fn unread_private_messages(&self, identity: &Identity) -> Result<Option<u32>, AuthError> {
        let answer = self.inner.unread_private_messages(identity);
        self.within(self.limit, "unread_private_messages", answer)
            .await
    }

    async fn probe(&self) -> Result<Probe, AuthError> {
        self.within(self.bulk, "probe", self.inner.probe()).await
    }
}

impl<A: ExternalAuthenticator> fmt::Debug for Timeout<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("inner", self.inner.info())
            .field("limit", &self.limit)
            .field("bulk", &self.bulk)
            .finish()
    }
}

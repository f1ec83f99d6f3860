//! Connections that are kept for searches, and a bound on all of them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use im_core::AuthError;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::connection::{Connection, Page, Query, Service, Target};
use crate::error::{Asking, Trouble};

/// All connections to one directory.
pub(crate) struct Pool {
    target: Target,
    service: Option<Service>,
    acquire_timeout: Duration,
    idle: Mutex<Vec<Connection>>,
    searching: Semaphore,
    binding: Semaphore,
}

/// The right to search, with a connection when there has to be one.
pub(crate) struct Lease<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    _turn: SemaphorePermit<'a>,
}

impl Pool {
    pub(crate) fn new(
        target: Target,
        service: Option<Service>,
        acquire_timeout: Duration,
        connections: usize,
    ) -> Self {
        Self {
            target,
            service,
            acquire_timeout,
            idle: Mutex::default(),
            searching: Semaphore::new(connections),
            binding: Semaphore::new(connections),
        }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The right to search.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when others take too long.
    pub(crate) async fn lease(&self) -> Result<Lease<'_>, AuthError> {
        Ok(Lease {
            pool: self,
            connection: None,
            _turn: self.turn(&self.searching).await?,
        })
    }

    /// A connection for one member's sign-in. The permit is the right to have it.
    ///
    /// # Errors
    /// When there is none to be had.
    pub(crate) async fn for_member(&self) -> Result<(Connection, SemaphorePermit<'_>), AuthError> {
        let turn = self.turn(&self.binding).await?;
        let connection = Connection::open(&self.target)
            .await
            .map_err(|trouble| trouble.explain(Asking::Connect))?;
        Ok((connection, turn))
    }

    async fn turn<'a>(&self, among: &'a Semaphore) -> Result<SemaphorePermit<'a>, AuthError> {
        match timeout(self.acquire_timeout, among.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(AuthError::busy(
                "every connection to the directory is in use; raise `max_connections`, or see why it is slow",
            )),
        }
    }

    /// A kept connection that still answers.
    async fn kept(&self) -> Option<Connection> {
        let mut connection = self.idle().pop()?;
        if connection.is_alive(self.target.operation_timeout).await {
            return Some(connection);
        }
        // The others are hardly better, and to ask each would take long.
        self.idle().clear();
        None
    }

    /// Never held while something is asked.
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fresh(&self) -> Result<Connection, AuthError> {
        Connection::open_service(&self.target, self.service.as_ref())
            .await
            .map_err(|trouble| trouble.explain(Asking::Connect))
    }
}

impl Lease<'_> {
    /// Searches as the service account. A kept connection that turns out to be gone is replaced once.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn search(&mut self, query: Query<'_>) -> Result<Page, AuthError> {
        let pool = self.pool;
        let kept = match self.connection.take() {
            Some(connection) => Some(connection),
            None => pool.kept().await,
        };
        let (mut connection, was_kept) = match kept {
            Some(connection) => (connection, true),
            None => (pool.fresh().await?, false),
        };
        let mut answer = connection.search(&pool.target, query).await;
        if was_kept && answer.as_ref().is_err_and(Trouble::is_lost) {
            connection = pool.fresh().await?;
            answer = connection.search(&pool.target, query).await;
        }
        // A future that is dropped in between, or an answer that did not come, takes the connection with it.
        if !connection.is_spent && matches!(answer, Ok(_) | Err(Trouble::Refused { .. })) {
            self.connection = Some(connection);
        }
        answer.map_err(|trouble| trouble.explain(Asking::Search(query.base)))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.idle().push(connection);
        }
    }
}

/// Whoever searches: the service account, or a member after signing in.
pub(crate) enum Asker<'a, 'p> {
    /// The service account, or nobody in particular.
    Service(&'a mut Lease<'p>),
    /// The member, on a connection of their own.
    Member(&'a mut Connection, &'p Target),
}

impl Asker<'_, '_> {
    /// Searches.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn search(&mut self, query: Query<'_>) -> Result<Page, AuthError> {
        match self {
            Self::Service(lease) => lease.search(query).await,
            Self::Member(connection, target) => connection
                .search(target, query)
                .await
                .map_err(|trouble| trouble.explain(Asking::Search(query.base))),
        }
    }
}

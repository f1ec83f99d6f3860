//! A few connections, and the rule that none is used again after an answer was not read to its end.
//!
//! Who waits for a connection may go away at any time. Once a statement is sent it belongs to a task of its own,
//! which reads the answer to its end, or closes the connection at the time limit: people who connect and go away
//! again cost no more than people who stay, neither new connections here nor forgotten statements on the server.
//!
//! Not sqlx's own pool, for what it cannot bound: it tests a connection after use without a time limit, so that a
//! silent network can keep the slot for ever; it waits the whole acquire time-out on a refused port; and an error
//! while the session is prepared is only a time-out to it. Here a permit is a slot, every wait has its limit, and
//! the first error is the one that is reported.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use im_core::AuthError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::error::Failure;
use crate::row::Row;
use crate::{Statement, Value};

/// What a driver must be able to do. Small, so that another one is little work.
pub(crate) trait Driver: Send + Sync + 'static {
    type Connection: Send + 'static;

    /// Opens a connection and prepares its session.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, AuthError>> + Send;

    /// Whether an idle connection can still be used: one round trip.
    fn is_alive(&self, connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;

    /// Runs a statement and reads all its rows.
    fn select(
        &self,
        connection: &mut Self::Connection,
        statement: &Statement,
        values: &[Value],
    ) -> impl Future<Output = Result<Vec<Row>, Failure>> + Send;

    /// Says goodbye.
    fn close(connection: Self::Connection) -> impl Future<Output = ()> + Send;

    /// How long the server leaves an idle connection open, if known.
    fn idle_limit(&self) -> Option<Duration>;
}

/// Time limits and sizes, out of the configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections: u32,
    pub(crate) connect: Duration,
    pub(crate) acquire: Duration,
    pub(crate) query: Duration,
    /// How long a statement that reads a whole table waits for its turn.
    pub(crate) scan: Duration,
}

impl Limits {
    /// How long to wait here for an answer: a little longer than the server may take, so that its own limit strikes
    /// first and the connection survives.
    fn answer(&self) -> Duration {
        self.query + (self.query / 4).clamp(Duration::from_millis(100), Duration::from_secs(1))
    }
}

/// No connection is used longer than this: servers move, files are replaced.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 60);
/// No connection lies idle longer than this.
const LONGEST_IDLE: Duration = Duration::from_secs(10 * 60);
/// How long a test of an idle connection may take.
const TEST: Duration = Duration::from_secs(1);
/// How long saying goodbye may take. It holds no slot.
const GOODBYE: Duration = Duration::from_secs(1);

pub(crate) struct Pool<D: Driver>(Arc<Inner<D>>);

struct Inner<D: Driver> {
    driver: D,
    limits: Limits,
    slots: Arc<Semaphore>,
    idle: Mutex<Idle<D::Connection>>,
}

struct Idle<C> {
    connections: Vec<Resting<C>>,
    /// Whether a task waits to close what has rested too long.
    reaper: bool,
}

struct Resting<C> {
    connection: C,
    opened: Instant,
    since: Instant,
}

impl<D: Driver> Pool<D> {
    pub(crate) fn new(driver: D, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            driver,
            limits,
            slots: Arc::new(Semaphore::new(limits.connections as usize)),
            idle: Mutex::new(Idle {
                connections: Vec::new(),
                reaper: false,
            }),
        }))
    }

    /// Runs one statement on a tested connection. `held` is dropped when the statement has come to its end, also
    /// when nobody waits for the answer any more.
    pub(crate) async fn select(
        &self,
        statement: Statement,
        values: Vec<Value>,
        held: impl Send + 'static,
    ) -> Result<Vec<Row>, Failure> {
        let mut lease = self.acquire().await?;
        let limits = self.0.limits;
        let answer = tokio::spawn(async move {
            let answer = timeout(limits.answer(), lease.select(&statement, &values)).await;
            drop(lease);
            drop(held);
            answer
        });
        match answer.await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Failure::Broken(AuthError::unavailable(format!(
                "the foreign database gave no answer within {:?}",
                limits.query
            )))),
            // A panic on bytes that no server sends, or the end of the program.
            Err(_) => Err(Failure::Broken(AuthError::unavailable(
                "the answer of the foreign database could not be read",
            ))),
        }
    }

    async fn acquire(&self) -> Result<Lease<D>, Failure> {
        let Limits {
            acquire, connect, ..
        } = self.0.limits;
        let slot = match timeout(acquire, Arc::clone(&self.0.slots).acquire_owned()).await {
            Ok(Ok(slot)) => slot,
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => {
                return Err(Failure::Refused(AuthError::unavailable(format!(
                    "no connection to the foreign database became free within {acquire:?}"
                ))));
            }
        };
        let mut lease = Lease {
            inner: Arc::clone(&self.0),
            connection: None,
            opened: Instant::now(),
            finished: false,
            _slot: slot,
        };
        while let Some(resting) = self.0.take() {
            lease.opened = resting.opened;
            let connection = lease.connection.insert(resting.connection);
            if let Ok(true) = timeout(TEST.min(acquire), self.0.driver.is_alive(connection)).await {
                return Ok(lease);
            }
            // The others have been idle for longer: whatever ended this one has ended them.
            lease.abandon();
            for resting in self.0.take_all() {
                self.0.discard(resting.connection);
            }
        }
        match timeout(connect, self.0.driver.connect()).await {
            Ok(Ok(connection)) => {
                tracing::debug!("opened a connection to a foreign database");
                lease.opened = Instant::now();
                lease.connection = Some(connection);
                Ok(lease)
            }
            Ok(Err(error)) => Err(Failure::Refused(error)),
            Err(_) => Err(Failure::Refused(AuthError::unavailable(format!(
                "the foreign database accepted no connection within {connect:?}"
            )))),
        }
    }
}

impl<D: Driver> Inner<D> {
    fn idle(&self) -> std::sync::MutexGuard<'_, Idle<D::Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle_limit(&self) -> Duration {
        self.driver
            .idle_limit()
            .map_or(LONGEST_IDLE, |limit| limit.min(LONGEST_IDLE))
    }

    /// The connection that was used last, if it has not rested or lived too long.
    fn take(&self) -> Option<Resting<D::Connection>> {
        let limit = self.idle_limit();
        loop {
            let resting = self.idle().connections.pop()?;
            if resting.since.elapsed() < limit && resting.opened.elapsed() < LONGEST_LIFE {
                return Some(resting);
            }
            self.discard(resting.connection);
        }
    }

    fn take_all(&self) -> Vec<Resting<D::Connection>> {
        std::mem::take(&mut self.idle().connections)
    }

    /// Closes a connection without anyone waiting for it.
    fn discard(&self, connection: D::Connection) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // However it ends, the connection is dropped with it.
                let _ = timeout(GOODBYE, D::close(connection)).await;
            });
        }
    }

    fn put_back(self: &Arc<Self>, resting: Resting<D::Connection>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let mut idle = self.idle();
        idle.connections.push(resting);
        if !idle.reaper {
            idle.reaper = true;
            runtime.spawn(reap(Arc::downgrade(self), self.idle_limit()));
        }
    }

    /// Closes what has rested too long. Says when to look again, or `None` when nothing rests.
    fn close_old(&self) -> Option<Duration> {
        let limit = self.idle_limit();
        let mut idle = self.idle();
        let all = std::mem::take(&mut idle.connections);
        let (old, young) = all
            .into_iter()
            .partition(|resting: &Resting<_>| resting.since.elapsed() >= limit);
        idle.connections = young;
        let next = idle
            .connections
            .iter()
            .map(|resting| limit.saturating_sub(resting.since.elapsed()))
            .min();
        idle.reaper = next.is_some();
        drop(idle);
        let old: Vec<Resting<D::Connection>> = old;
        for resting in old {
            self.discard(resting.connection);
        }
        next
    }
}

/// Lives as long as something rests, and no longer than the pool.
async fn reap<D: Driver>(pool: Weak<Inner<D>>, first: Duration) {
    let mut wait = first;
    loop {
        tokio::time::sleep(wait + Duration::from_millis(1)).await;
        let Some(pool) = pool.upgrade() else { return };
        match pool.close_old() {
            Some(next) => wait = next,
            None => return,
        }
    }
}

/// A connection in use. Unless its statement came to an end it is closed, not used again: the rest of an answer
/// must not be left to the next one, nor make it wait.
struct Lease<D: Driver> {
    inner: Arc<Inner<D>>,
    connection: Option<D::Connection>,
    opened: Instant,
    finished: bool,
    /// Freed last.
    _slot: OwnedSemaphorePermit,
}

impl<D: Driver> Lease<D> {
    async fn select(
        &mut self,
        statement: &Statement,
        values: &[Value],
    ) -> Result<Vec<Row>, Failure> {
        let Some(connection) = &mut self.connection else {
            return Err(Failure::Broken(AuthError::unavailable(
                "the connection is gone",
            )));
        };
        let result = self
            .inner
            .driver
            .select(connection, statement, values)
            .await;
        self.finished = !matches!(result, Err(Failure::Broken(_)));
        result
    }

    fn abandon(&mut self) {
        if let Some(connection) = self.connection.take() {
            tracing::debug!("closed a connection that cannot be used again");
            self.inner.discard(connection);
        }
    }
}

impl<D: Driver> Drop for Lease<D> {
    fn drop(&mut self) {
        if !self.finished {
            self.abandon();
        } else if let Some(connection) = self.connection.take() {
            self.inner.put_back(Resting {
                connection,
                opened: self.opened,
                since: Instant::now(),
            });
        }
    }
}

//! The bounded pool that verifications run on.

mod queue;

use std::fmt;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use thiserror::Error;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::{Outcome, OwnedAttempt, Policy, Shape, VerifyError};
use queue::{Finished, Queue, Work};

/// How much a [`VerifyPool`] may do at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Threads of the pool, at least 1. They are started when they are first needed.
    pub threads: usize,
    /// Bytes of memory that the verifications under way may take together (Argon2 takes 64 MiB
    /// and more for each). One that needs more than this by itself is refused.
    pub memory_bytes: usize,
    /// How many may wait while all threads are busy. The next one is [`PoolError::Busy`].
    pub queue: usize,
}

impl Default for PoolLimits {
    /// One thread less than there are processors, 256 MiB, 256 waiting.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            threads: processors.saturating_sub(1).max(1),
            memory_bytes: 256 * 1024 * 1024,
            queue: 256,
        }
    }
}

/// Why a job gave no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PoolError {
    /// As many jobs are waiting as may wait. Nothing was computed.
    #[error("too many password verifications are waiting")]
    Busy,
    /// The job alone needs more memory than the pool may take.
    #[error("a password verification needs {needed} bytes of memory, the pool may take {limit}")]
    TooMuchMemory {
        /// Bytes the job needs.
        needed: usize,
        /// [`PoolLimits::memory_bytes`].
        limit: usize,
    },
    /// The stored value could not be compared.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The job panicked; the pool goes on.
    #[error("a password verification failed inside")]
    Panicked,
    /// The operating system gave the pool no thread.
    #[error("no thread for password verifications: {0}")]
    Threads(#[source] std::io::Error),
}

/// What a [`VerifyPool`] has done and is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PoolStats {
    /// Comparisons with stored values that were finished.
    pub verified: u64,
    /// Decoy comparisons that were finished.
    pub decoys: u64,
    /// Other work ([`VerifyPool::run`]) that was finished.
    pub other: u64,
    /// Jobs refused because the queue was full.
    pub refused: u64,
    /// Jobs that nobody waited for any more before they began, and that were not run.
    pub abandoned: u64,
    /// Jobs that panicked. They count as finished too.
    pub panicked: u64,
    /// Jobs waiting now.
    pub queued: usize,
    /// Jobs being computed now.
    pub running: usize,
    /// Bytes of memory accounted to the jobs being computed now.
    pub memory_bytes: usize,
}

/// A comparison to be run by a [`VerifyPool`].
pub struct Job {
    policy: Arc<Policy>,
    attempt: OwnedAttempt,
    with: With,
}

enum With {
    Stored(Zeroizing<Vec<u8>>),
    Shape(Shape),
}

impl Job {
    /// [`Policy::verify`]
    #[must_use]
    pub fn check(policy: Arc<Policy>, attempt: OwnedAttempt, stored: impl Into<Vec<u8>>) -> Self {
        Self {
            policy,
            attempt,
            with: With::Stored(Zeroizing::new(stored.into())),
        }
    }

    /// [`Policy::verify_decoy`]; its outcome is always [`Outcome::Mismatch`].
    #[must_use]
    pub fn decoy(policy: Arc<Policy>, attempt: OwnedAttempt, like: Shape) -> Self {
        Self {
            policy,
            attempt,
            with: With::Shape(like),
        }
    }

    fn work(&self) -> Work {
        match self.with {
            With::Stored(_) => Work::Check,
            With::Shape(_) => Work::Decoy,
        }
    }

    fn memory(&self) -> Result<usize, VerifyError> {
        match &self.with {
            With::Stored(stored) => self.policy.memory(stored),
            With::Shape(shape) => Ok(self.policy.memory(shape.blank()).unwrap_or(0)),
        }
    }

    fn run(self) -> Result<Outcome, VerifyError> {
        match &self.with {
            With::Stored(stored) => self.policy.verify(&self.attempt.borrow(), stored),
            With::Shape(shape) => {
                self.policy.verify_decoy(&self.attempt.borrow(), shape);
                Ok(Outcome::Mismatch)
            }
        }
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}

/// Threads of their own for password hashing, so that a storm of sign-ins cannot stall anything
/// else: a bounded number of threads (at low priority on Linux), of bytes of memory and of waiting
/// jobs. Never tokio's blocking pool, never the calling thread.
///
/// A clone is the same pool; one is enough for a process. Its threads end when the last clone is
/// dropped.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use std::sync::Arc;
/// use im_password::{Job, OwnedAttempt, Policy, PoolLimits, VerifyPool};
///
/// let pool = VerifyPool::new(PoolLimits::default());
/// let policy = Arc::new(Policy::new(["md5($pass)".parse()?]));
/// let stored = "5ebe2294ecd0e0f08eab7690d2a6ee69";
/// let job = Job::check(policy, OwnedAttempt::new("secret"), stored);
/// assert!(pool.verify(job).await?.is_match());
/// assert_eq!(pool.stats().verified, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct VerifyPool {
    handle: Arc<Handle>,
}

/// Ends the threads when the last pool is dropped.
struct Handle(Arc<Queue>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl VerifyPool {
    /// A pool with these limits. A limit of no threads is taken as one.
    #[must_use]
    pub fn new(limits: PoolLimits) -> Self {
        let limits = PoolLimits {
            threads: limits.threads.max(1),
            ..limits
        };
        Self {
            handle: Arc::new(Handle(Arc::new(Queue::new(limits)))),
        }
    }

    /// Runs a comparison. Dropping the future abandons the job: what has not begun is not run and
    /// leaves its place to others at once.
    ///
    /// # Errors
    /// [`PoolError::Busy`] when too many are waiting; [`PoolError::Verify`] when the stored value
    /// cannot be compared; [`PoolError::TooMuchMemory`] when this one alone is too large.
    pub async fn verify(&self, job: Job) -> Result<Outcome, PoolError> {
        let memory = job.memory()?;
        Ok(self.submit(job.work(), memory, move || job.run()).await??)
    }

    /// Runs other work that belongs on these threads, such as hashing a new password; `memory` is
    /// what it takes, in bytes ([`HASH_MEMORY`](crate::HASH_MEMORY) for
    /// [`hash_argon2id`](crate::hash_argon2id)).
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`PoolError::Panicked`].
    pub async fn run<T: Send + 'static>(
        &self,
        memory: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        self.submit(Work::Other, memory, work).await
    }

    /// What the pool has done and is doing.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.handle.0.stats()
    }

    /// Its limits.
    #[must_use]
    pub fn limits(&self) -> PoolLimits {
        self.handle.0.limits()
    }

    async fn submit<T: Send + 'static>(
        &self,
        kind: Work,
        memory: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let (answer, receiver) = oneshot::channel();
        let job = Box::new(move || {
            // A job owns all it touches, so a panic leaves nothing half done behind.
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
                // Its destructor could panic as well.
                std::mem::forget(panic);
                PoolError::Panicked
            });
            Finished {
                panicked: result.is_err(),
                // Nobody waits for the answer of an abandoned job.
                deliver: Box::new(move || drop(answer.send(result))),
            }
        });
        let _ticket = self.handle.0.enqueue(kind, memory, job)?;
        // The sender goes only with the job, which goes unsent only with the ticket.
        receiver.await.unwrap_or(Err(PoolError::Panicked))
    }
}

impl Default for VerifyPool {
    fn default() -> Self {
        Self::new(PoolLimits::default())
    }
}

impl fmt::Debug for VerifyPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyPool")
            .field("limits", &self.limits())
            .field("stats", &self.stats())
            .finish()
    }
}

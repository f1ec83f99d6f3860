//! Waiting jobs and the threads that take them.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{PoolError, PoolLimits, PoolStats};

/// What a job is, for the counts.
#[derive(Clone, Copy)]
pub(super) enum Work {
    Check,
    Decoy,
    Other,
}

/// A job that was run: its answer is delivered after it was counted, so that whoever has the
/// answer finds it counted.
pub(super) struct Finished {
    pub(super) panicked: bool,
    pub(super) deliver: Box<dyn FnOnce() + Send>,
}

impl Default for Finished {
    /// A job whose destructors panicked.
    fn default() -> Self {
        Self {
            panicked: true,
            deliver: Box::new(|| ()),
        }
    }
}

type Run = Box<dyn FnOnce() -> Finished + Send>;

struct Entry {
    id: u64,
    kind: Work,
    memory: usize,
    run: Run,
}

pub(super) struct Queue {
    limits: PoolLimits,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Entry>,
    next_id: u64,
    /// Threads that live.
    threads: usize,
    /// Threads that wait for a job.
    idle: usize,
    closed: bool,
    /// All but `queued`.
    stats: PoolStats,
}

/// A place in the queue; dropping it gives the place up.
pub(super) struct Ticket<'a> {
    queue: &'a Queue,
    id: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        // A job that is not waiting has begun, or is done.
        let Some(place) = state.waiting.iter().position(|entry| entry.id == self.id) else {
            return;
        };
        let entry = state.waiting.remove(place);
        state.stats.abandoned += 1;
        drop(state);
        // The next one may need less memory.
        self.queue.changed.notify_all();
        // What the job owns is overwritten here, without the lock.
        drop(entry);
    }
}

impl Queue {
    pub(super) fn new(limits: PoolLimits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    pub(super) fn limits(&self) -> PoolLimits {
        self.limits
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.lock();
        PoolStats {
            queued: state.waiting.len(),
            ..state.stats
        }
    }

    /// No job runs under the lock, so no panic leaves the state half changed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the threads once the jobs that wait are done.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn enqueue<'a>(
        self: &'a Arc<Self>,
        kind: Work,
        memory: usize,
        run: Run,
    ) -> Result<Ticket<'a>, PoolError> {
        let PoolLimits {
            threads,
            memory_bytes,
            queue,
        } = self.limits;
        if memory > memory_bytes {
            return Err(PoolError::TooMuchMemory {
                needed: memory,
                limit: memory_bytes,
            });
        }
        let mut state = self.lock();
        if state.stats.running + state.waiting.len() >= threads.saturating_add(queue) {
            state.stats.refused += 1;
            return Err(PoolError::Busy);
        }
        if state.threads < threads && state.waiting.len() >= state.idle {
            match self.spawn() {
                Ok(()) => state.threads += 1,
                // The threads that live take the job.
                Err(_) if state.threads > 0 => {}
                Err(error) => return Err(PoolError::Threads(error)),
            }
        }
        let id = state.next_id;
        state.next_id += 1;
        state.waiting.push_back(Entry {
            id,
            kind,
            memory,
            run,
        });
        drop(state);
        self.changed.notify_one();
        Ok(Ticket { queue: self, id })
    }

    fn spawn(self: &Arc<Self>) -> io::Result<()> {
        let queue = Arc::clone(self);
        thread::Builder::new()
            .name("im-password".to_owned())
            .spawn(move || {
                lower_priority();
                queue.work();
            })?;
        Ok(())
    }

    /// A thread's life.
    fn work(&self) {
        while let Some(Entry {
            kind, memory, run, ..
        }) = self.next()
        {
            let Finished { panicked, deliver } = contained(run);
            let mut state = self.lock();
            let stats = &mut state.stats;
            stats.running -= 1;
            stats.memory_bytes -= memory;
            stats.panicked += u64::from(panicked);
            match kind {
                Work::Check => stats.verified += 1,
                Work::Decoy => stats.decoys += 1,
                Work::Other => stats.other += 1,
            }
            drop(state);
            // Others may have waited for the memory.
            self.changed.notify_all();
            contained(deliver);
        }
    }

    /// The next job, accounted as running. Jobs begin in the order they came: a large one that
    /// waits for memory is not overtaken for ever by small ones.
    fn next(&self) -> Option<Entry> {
        let mut state = self.lock();
        loop {
            let free = self.limits.memory_bytes - state.stats.memory_bytes;
            if let Some(entry) = state.waiting.pop_front_if(|entry| entry.memory <= free) {
                state.stats.running += 1;
                state.stats.memory_bytes += entry.memory;
                return Some(entry);
            }
            if state.closed && state.waiting.is_empty() {
                return None;
            }
            state.idle += 1;
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

/// Jobs catch their own panics. This net is for the destructor of an answer that nobody waits for:
/// no thread is lost to it.
fn contained<T: Default>(run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        std::mem::forget(panic);
        T::default()
    })
}

/// Hashing can wait a little, conversations cannot: on Linux a thread has a priority of its own.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // Where it is refused the threads work as before.
    let _priority = rustix::process::nice(10);
}

#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

//! `[passwords]`: the pool that verifies them.

use super::keys::keys;

keys! {
    /// The pool of threads that verifies passwords, so that a storm of sign-ins cannot stall conversations.
    pub struct Passwords {
        /// Threads. Not set: one less than the processors, at least one.
        threads: Option<usize> = None, example "2";
        /// Memory in MiB that verifications may use together; an argon2 hash may ask for 64 and more.
        memory_mib: Option<usize> = None, example "256";
        /// Verifications that may wait; one more is answered 503 `busy`.
        queue: Option<usize> = None, example "256";
    }
}

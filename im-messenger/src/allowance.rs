//! How often something may be tried: a few times at once, then one more each so often. In memory, by this process.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Millis, span};

/// Keys remembered at most.
const MOST: usize = 10_000;

/// Tries counted by key. A key is kept as the moment when all its tries are given back (a leaky bucket).
pub(crate) struct Allowance<K> {
    at_once: i64,
    each: Millis,
    used: Mutex<HashMap<K, Millis>>,
}

impl<K: Hash + Eq + Clone> Allowance<K> {
    /// `at_once` tries, and one more after every `each`.
    pub(crate) fn new(at_once: u32, each: Duration) -> Self {
        Self {
            at_once: i64::from(at_once),
            each: span(each),
            used: Mutex::default(),
        }
    }

    fn used(&self) -> MutexGuard<'_, HashMap<K, Millis>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long to wait until there is a try.
    pub(crate) fn check(&self, key: &K, now: Millis) -> Result<(), Duration> {
        self.left(self.used().get(key), now)
    }

    fn left(&self, free: Option<&Millis>, now: Millis) -> Result<(), Duration> {
        let wait = free.map_or(0, |free| free - now) - (self.at_once - 1) * self.each;
        if wait <= 0 {
            return Ok(());
        }
        Err(Duration::from_millis(wait.unsigned_abs()))
    }

    /// Takes a try, or tells how long to wait for one.
    pub(crate) fn take(&self, key: K, now: Millis) -> Result<(), Duration> {
        let mut used = self.used();
        self.left(used.get(&key), now)?;
        if used.len() >= MOST && !used.contains_key(&key) {
            used.retain(|_, free| *free > now);
            if used.len() >= MOST {
                // Whoever has used least is forgotten.
                let least = used.iter().min_by_key(|(_, free)| **free);
                if let Some(least) = least.map(|(key, _)| key.clone()) {
                    used.remove(&least);
                }
            }
        }
        let free = used.entry(key).or_insert(now);
        *free = (*free).max(now) + self.each;
        Ok(())
    }

    /// Gives one try back.
    pub(crate) fn give_back(&self, key: &K) {
        if let Some(free) = self.used().get_mut(key) {
            *free -= self.each;
        }
    }

    /// Gives every try back.
    pub(crate) fn forget(&self, key: &K) {
        self.used().remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_at_once_and_then_one_each_so_often() {
        let allowance = Allowance::new(3, Duration::from_secs(60));
        for _ in 0..3 {
            assert_eq!(allowance.take(1, 0), Ok(()));
        }
        assert_eq!(allowance.take(1, 0), Err(Duration::from_secs(60)));
        assert_eq!(allowance.take(1, 59_999), Err(Duration::from_millis(1)));
        assert_eq!(allowance.take(2, 0), Ok(()), "each for itself");
        assert_eq!(allowance.take(1, 60_000), Ok(()));
        assert!(allowance.check(&1, 60_000).is_err());
        allowance.give_back(&1);
        assert_eq!(allowance.check(&1, 60_000), Ok(()));
        allowance.forget(&1);
        for _ in 0..3 {
            assert_eq!(allowance.take(1, 60_000), Ok(()));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let allowance = Allowance::new(2, Duration::from_secs(60));
        allowance.take(usize::MAX, 1).expect("the first");
        allowance.take(usize::MAX, 1).expect("the second");
        for key in 0..MOST * 2 {
            allowance.take(key, 1).expect("each has one");
        }
        assert_eq!(allowance.used().len(), MOST);
        assert!(
            allowance.take(usize::MAX, 1).is_err(),
            "who used most is known"
        );
    }
}

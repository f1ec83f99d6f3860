//! How much a sign tells: one that many systems have tells little.

use std::collections::HashMap;
use std::hash::Hash;

/// Counts in how many systems a sign occurs.
#[derive(Debug)]
pub(super) struct Weights<K>(HashMap<K, u32>);

impl<K: Eq + Hash> Weights<K> {
    pub(super) fn of(signs: impl IntoIterator<Item = K>) -> Self {
        let mut counts = HashMap::new();
        for sign in signs {
            *counts.entry(sign).or_default() += 1;
        }
        Self(counts)
    }

    /// 1 for a sign that one system has, one half for two, and so on.
    pub(super) fn of_sign<Q: Eq + Hash + ?Sized>(&self, sign: &Q) -> f64
    where
        K: std::borrow::Borrow<Q>,
    {
        self.0
            .get(sign)
            .map_or(1.0, |count| 1.0 / f64::from(*count))
    }
}

//! What was said already: a log that repeats itself for every row of every round is read by nobody.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// More is not worth remembering; it is not said either.
const MANY: usize = 200;

/// Remembers what was said about an installation.
#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<BTreeSet<(&'static str, String)>>);

impl Notes {
    /// Whether this is to be said: the first time, until there is too much.
    pub(super) fn is_new(&self, about: &'static str, what: &str) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.len() < MANY && said.insert((about, what.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_said_once_and_not_without_end() {
        let notes = Notes::default();
        assert!(notes.is_new("state", "7"));
        assert!(!notes.is_new("state", "7"));
        assert!(notes.is_new("state", "8"));
        assert!(notes.is_new("admin", "7"));
        let said = (0..1_000).filter(|n| notes.is_new("id", &n.to_string()));
        assert_eq!(said.count(), MANY - 3);
    }
}

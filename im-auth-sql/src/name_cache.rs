//! Which id a typed name had last time.

use std::fmt;

use moka::sync::Cache;

use crate::Value;

/// Longer names are not worth remembering: no product's column holds them.
const LONGEST: usize = 255;
const MANY: u64 = 50_000;

/// Remembers which id a typed name led to: bounded, of this process only, and nothing else in it.
///
/// It is never an answer. What it saves is reading the whole table: with an id the row is found by the primary key,
/// and the statement still asks for the name, so that the column's own collation decides as before.
pub struct NameCache(Cache<Box<str>, Value>);

impl NameCache {
    /// Remembers at most 50,000 names.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(MANY)
    }

    /// Remembers at most `names` names.
    #[must_use]
    pub fn with_capacity(names: u64) -> Self {
        Self(Cache::new(names))
    }

    /// The id that this spelling led to.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<Value> {
        self.0.get(name)
    }

    /// This spelling led to this id.
    pub fn remember(&self, name: &str, id: Value) {
        if name.len() <= LONGEST {
            self.0.insert(name.into(), id);
        }
    }

    /// This spelling leads elsewhere now.
    pub fn forget(&self, name: &str) {
        self.0.invalidate(name);
    }
}

impl Default for NameCache {
    fn default() -> Self {
        Self::new()
    }
}

/// How many, not which: they are what people typed.
impl fmt::Debug for NameCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NameCache({})", self.0.entry_count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spelling_is_remembered_until_it_is_forgotten() {
        let names = NameCache::new();
        names.remember("Alice", Value::Int(3));
        assert_eq!(names.id("Alice"), Some(Value::Int(3)));
        assert_eq!(names.id("alice"), None, "another spelling");
        names.forget("Alice");
        assert_eq!(names.id("Alice"), None);
    }

    #[test]
    fn it_stays_small() {
        let names = NameCache::with_capacity(10);
        names.remember(&"x".repeat(256), Value::Int(1));
        assert_eq!(names.id(&"x".repeat(256)), None);
        for number in 0..1_000 {
            names.remember(&number.to_string(), Value::Int(number));
        }
        names.0.run_pending_tasks();
        assert!(names.0.entry_count() <= 10);
        assert!(!format!("{names:?}").contains("999"));
    }
}

//! How long an installation counts as known.

use std::sync::Arc;
use std::time::Duration;

use im_core::{AuthError, Timestamp};

use super::installed::Installed;

/// How long a look at the tables is good for: an add-on may be installed, a dump restored.
const GOOD_FOR: Duration = Duration::from_secs(10 * 60);
/// How long after a table was missing: it may have been looked at halfway through an upgrade.
const SOON: Duration = Duration::from_secs(30);
/// How often a missing table makes everything be looked at again.
const FORGETS_EVERY: Duration = Duration::from_secs(60);

/// What a database turned out to have, and since when.
#[derive(Default)]
pub(super) struct Remembered {
    installed: Option<Arc<Installed>>,
    looked: Option<(Timestamp, Duration)>,
    forgotten: Option<Timestamp>,
}

/// What to do about an installation.
pub(super) enum Knowledge {
    /// It is known.
    Fresh(Arc<Installed>),
    /// Whoever gets this looks again; the others go on with what is known.
    Stale(Arc<Installed>),
    /// It must be looked at.
    None,
}

/// Whether less than `limit` lies between; a clock that was set back makes everything old.
fn within(from: Timestamp, now: Timestamp, limit: Duration) -> bool {
    Duration::try_from(now - from).is_ok_and(|age| age < limit)
}

impl Remembered {
    pub(super) fn at(&mut self, now: Timestamp) -> Knowledge {
        let Some(installed) = &self.installed else {
            return Knowledge::None;
        };
        let installed = Arc::clone(installed);
        match self.looked {
            Some((at, limit)) if within(at, now, limit) => Knowledge::Fresh(installed),
            _ => {
                self.looked = Some((now, SOON));
                Knowledge::Stale(installed)
            }
        }
    }

    /// Takes what a look found; what is the same stays with all that was learnt by it.
    pub(super) fn put(&mut self, installed: Installed, now: Timestamp) -> Arc<Installed> {
        let hurried = self
            .forgotten
            .is_some_and(|at| within(at, now, FORGETS_EVERY));
        let installed = match &self.installed {
            Some(known) if known.is_like(&installed) => Arc::clone(known),
            _ => Arc::new(installed),
        };
        if hurried && !installed.is_complete {
            // A table of every sign-in is away: what else was seen may come back with it.
            self.installed = None;
            return installed;
        }
        self.installed = Some(Arc::clone(&installed));
        self.looked = Some((now, if hurried { SOON } else { GOOD_FOR }));
        installed
    }

    /// Forgets what is known when a server says that a table or column is missing, now and then.
    pub(super) fn note(&mut self, error: &AuthError, now: Timestamp) {
        if !is_missing(error) {
            return;
        }
        let lately = self
            .forgotten
            .is_some_and(|at| within(at, now, FORGETS_EVERY));
        if !lately {
            self.installed = None;
            self.forgotten = Some(now);
        }
    }
}

/// Whether a server reported a missing table or column. A value that cannot be read is told without a code.
pub(super) fn is_missing(error: &AuthError) -> bool {
    let AuthError::Schema(detail) = error else {
        return false;
    };
    let has = |wanted: &[&str]| detail.context().any(|(name, _)| wanted.contains(&name));
    has(&["code"]) && has(&["table", "column"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_read_is_no_missing_column() {
        let data = AuthError::schema("a column does not hold a moment").with("column", "until");
        assert!(!is_missing(&data));
        let server = AuthError::schema("a column is missing").with("code", "1054");
        assert!(!is_missing(
            &AuthError::schema("mixed").with("code", "1267")
        ));
        assert!(is_missing(&server.with("column", "until")));
    }
}

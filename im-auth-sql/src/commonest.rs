//! What most stored passwords of a table are, so that an unknown name costs what a member costs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use im_core::AuthError;
use im_password::{Policy, Shape};

use crate::{ForeignDatabase, Statement};

/// How long what was learnt is good for: a board that changes its format does so over months.
const GOOD_FOR: Duration = Duration::from_secs(60 * 60);

/// Learns the commonest format and cost of a table's stored passwords, for decoys.
///
/// Ask it before the look-up, for every name alike. It runs one statement at first and then once an hour; when that
/// fails it says what it knew before.
#[derive(Debug)]
pub struct CommonestShape {
    sample: Statement,
    policy: Arc<Policy>,
    learnt: Mutex<Learnt>,
}

#[derive(Debug)]
struct Learnt {
    shape: Shape,
    at: Option<Instant>,
}

impl CommonestShape {
    /// `sample` selects stored passwords under the alias `password`, as many as give a fair picture (some hundred of
    /// the newest accounts, by the primary key). `policy` recognises them. `fallback` is used for an empty table.
    #[must_use]
    pub fn new(sample: Statement, policy: Arc<Policy>, fallback: Shape) -> Self {
        Self {
            sample,
            policy,
            learnt: Mutex::new(Learnt {
                shape: fallback,
                at: None,
            }),
        }
    }

    /// The commonest shape.
    ///
    /// # Errors
    /// As [`ForeignDatabase::fetch_all`], as long as nothing was learnt. The look-up would fail likewise.
    pub async fn shape(&self, database: &ForeignDatabase) -> Result<Shape, AuthError> {
        let known;
        {
            let mut learnt = self.learnt();
            if learnt.at.is_some_and(|at| at.elapsed() < GOOD_FOR) {
                return Ok(learnt.shape.clone());
            }
            known = learnt.at.is_some();
            if known {
                // One asks; the others go on with what is known.
                learnt.at = Some(Instant::now());
            }
        }
        let rows = match database.fetch_all(&self.sample, &[]).await {
            Ok(rows) => rows,
            Err(_) if known => return Ok(self.learnt().shape.clone()),
            Err(error) => return Err(error),
        };
        let mut counts: HashMap<Shape, usize> = HashMap::new();
        for row in rows {
            if let Some(stored) = row.opt_bytes("password")?
                && let Ok(shape) = self.policy.recognise(&stored)
            {
                *counts.entry(shape).or_default() += 1;
            }
        }
        let mut learnt = self.learnt();
        if let Some((shape, _)) = counts.into_iter().max_by_key(|(_, count)| *count) {
            learnt.shape = shape;
        }
        learnt.at = Some(Instant::now());
        Ok(learnt.shape.clone())
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

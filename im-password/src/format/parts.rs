//! Stored values of formats that are made of parts.

use super::{Base, Material, Recognised};
use crate::formula::Formula;
use crate::template::{Taken, Template};
use crate::{CostLimits, VerifyError, compare};

/// A named format that takes a formula's result instead of the password.
pub(super) struct Over<'a> {
    stored: Box<dyn Recognised + 'a>,
    over: &'a Formula,
}

impl<'a> Over<'a> {
    pub(super) fn new(stored: Box<dyn Recognised + 'a>, over: &'a Formula) -> Self {
        Self { stored, over }
    }
}

impl Recognised for Over<'_> {
    fn label(&self) -> String {
        format!("{}, over {}", self.stored.label(), self.over)
    }

    fn blank(&self) -> Vec<u8> {
        self.stored.blank()
    }

    fn memory(&self) -> usize {
        self.stored.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.over.allowed(None, limits)?;
        self.stored.allowed(limits)
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        self.over.allowed(Some(rounds), limits)?;
        self.stored.rounds_allowed(rounds, limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        self.over.has_rounds(material)
            && self.stored.matches(&Material {
                password: &self.over.compute(material),
                ..*material
            })
    }
}

/// A stored value of which the digest is only a part.
pub(super) struct Templated<'a> {
    base: &'a Base,
    template: &'a Template,
    taken: Taken<'a>,
}

impl<'a> Templated<'a> {
    pub(super) fn new(base: &'a Base, template: &'a Template, taken: Taken<'a>) -> Self {
        Self {
            base,
            template,
            taken,
        }
    }

    /// The digest's part taken apart. It was recognised before, so it is again.
    fn inner<T>(&self, ask: impl FnOnce(&dyn Recognised) -> T, otherwise: T) -> T {
        match self.base.recognise(&self.taken.hash) {
            Some(inner) => ask(&*inner),
            None => otherwise,
        }
    }
}

impl Recognised for Templated<'_> {
    fn label(&self) -> String {
        let label = self.inner(|inner| inner.label(), String::new());
        match self.taken.rounds {
            Some(rounds) => format!("{label} in {}, {rounds} rounds", self.template),
            None => format!("{label} in {}", self.template),
        }
    }

    fn blank(&self) -> Vec<u8> {
        let hash = self.inner(|inner| inner.blank(), Vec::new());
        self.template.blank(&self.taken, hash)
    }

    fn memory(&self) -> usize {
        self.inner(|inner| inner.memory(), 0)
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner(
            |inner| {
                inner.allowed(limits)?;
                match self.taken.rounds {
                    Some(rounds) => inner.rounds_allowed(rounds, limits),
                    None => Ok(()),
                }
            },
            Ok(()),
        )
    }

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        match self.taken.rounds {
            // Its own count.
            Some(_) => Ok(()),
            None => self.inner(|inner| inner.rounds_allowed(rounds, limits), Ok(())),
        }
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let own = Material {
            salt: self.taken.salt.as_deref().or(material.salt),
            rounds: self.taken.rounds.or(material.rounds),
            ..*material
        };
        let digest = self.inner(|inner| inner.matches(&own), false);
        // Looked at after the work, so that a decoy takes as long.
        let name = match (self.taken.username, material.username) {
            (Some(own), Some(account)) => compare::equal(own, account),
            (Some(_), None) => false,
            (None, _) => true,
        };
        digest & name
    }
}

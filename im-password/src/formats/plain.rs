//! Clear text, for the few products that keep it. Only where it is named, and only for stored
//! values that no other accepted format recognises: else a stolen hash would be a password.

use super::Scheme;
use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) struct Plain;

struct Stored<'a>(&'a [u8]);

impl Scheme for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn recognise<'a>(&'a self, stored: &'a [u8]) -> Option<Box<dyn Recognised + 'a>> {
        // Nothing stored is no password.
        (!stored.is_empty()).then(|| Box::new(Stored(stored)) as Box<dyn Recognised + 'a>)
    }

    fn description(&self) -> &'static str {
        "clear text"
    }

    fn is_weak(&self) -> bool {
        true
    }

    fn is_last_resort(&self) -> bool {
        true
    }
}

impl Recognised for Stored<'_> {
    fn label(&self) -> String {
        "clear text".to_owned()
    }

    fn blank(&self) -> Vec<u8> {
        b"0".repeat(8)
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        compare::equal_text(material.password, self.0)
    }
}

//! bcrypt over the whole bcrypt string, both with one salt: WoltLab's WCF 2 to Suite 5.3, where it
//! looks like any bcrypt value.

use super::Named;
use super::bcrypt::Stored;
use super::computed::Found;
use crate::cost::CostLimits;
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

pub(super) static FORMAT: Named = Named {
    name: "wcf2",
    description: "double bcrypt of WoltLab's WCF 2 to Suite 5.3",
    weak: false,
    recognise,
};

struct Double<'a> {
    inner: Stored,
    stored: &'a [u8],
}

pub(super) fn recognise(stored: &[u8]) -> Found<'_> {
    let inner = Stored::parse(stored)?;
    Some(Box::new(Double { inner, stored }))
}

impl Recognised for Double<'_> {
    fn label(&self) -> String {
        format!("double {}", self.inner.label())
    }

    fn blank(&self) -> Vec<u8> {
        self.inner.blank()
    }

    fn memory(&self) -> usize {
        self.inner.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let once = self.inner.crypt(material.password);
        let twice = self.inner.crypt(once.as_bytes());
        let equal = compare::equal(twice.as_bytes(), self.stored);
        equal && !material.password.contains(&0)
    }
}

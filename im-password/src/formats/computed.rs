//! What most named formats have in common once a stored value is taken apart.

use md5::digest::Digest;
use zeroize::{Zeroize, Zeroizing};

use super::digits;
use crate::cost::{CostLimits, Work};
use crate::format::{Material, Recognised};
use crate::{VerifyError, compare};

/// A stored value that some format recognised, or `None`.
pub(super) type Found<'a> = Option<Box<dyn Recognised + 'a>>;

/// Takes a stored value apart, if it has the right shape.
pub(super) type Recognise = fn(&[u8]) -> Found<'_>;

/// Makes what is compared with a stored digest, out of what was typed.
pub(super) type Compute<'a> = Box<dyn Fn(&Material<'_>) -> Zeroizing<Vec<u8>> + 'a>;

/// A stored value that is right when something computed equals a part of it.
pub(super) struct Computed<'a> {
    /// As [`Recognised::label`].
    pub(super) label: String,
    /// As [`Recognised::blank`].
    pub(super) blank: Vec<u8>,
    /// What must come out.
    pub(super) digest: Vec<u8>,
    pub(super) work: Work,
    pub(super) compute: Compute<'a>,
}

impl<'a> Computed<'a> {
    pub(super) fn found(self) -> Found<'a> {
        Some(Box::new(self))
    }
}

impl Recognised for Computed<'_> {
    fn label(&self) -> String {
        self.label.clone()
    }

    fn blank(&self) -> Vec<u8> {
        self.blank.clone()
    }

    fn memory(&self) -> usize {
        self.work.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.work.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        compare::equal(&(self.compute)(material), &self.digest)
    }
}

/// A stored value of another format, with something before it and over other bytes than the
/// password itself.
pub(super) struct Wrapped<'a> {
    /// What is said before the inner label.
    pub(super) label: &'static str,
    /// What stands before the inner value.
    pub(super) before: &'a [u8],
    pub(super) inner: Box<dyn Recognised + 'a>,
    /// What the inner format takes for the password.
    pub(super) password: fn(&Material<'_>) -> Zeroizing<Vec<u8>>,
}

impl<'a> Wrapped<'a> {
    pub(super) fn found(self) -> Found<'a> {
        Some(Box::new(self))
    }
}

/// A stored value whose product takes no password longer than this: it is wrong, without the work.
pub(super) struct Limited<'a> {
    /// In bytes, as the format takes the password.
    pub(super) longest: usize,
    pub(super) inner: Box<dyn Recognised + 'a>,
}

impl<'a> Limited<'a> {
    pub(super) fn found(self) -> Found<'a> {
        Some(Box::new(self))
    }
}

impl Recognised for Limited<'_> {
    fn label(&self) -> String {
        self.inner.label()
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

    fn rounds_allowed(&self, rounds: u32, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner.rounds_allowed(rounds, limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        material.password.len() <= self.longest && self.inner.matches(material)
    }
}

/// For [`Wrapped`]: the password itself.
pub(super) fn as_it_is(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(material.password.to_vec())
}

/// For [`Wrapped`]: hex digits of a digest of the password.
pub(super) fn hex_of<D: Digest>(material: &Material<'_>) -> Zeroizing<Vec<u8>> {
    hex_digest::<D>(&[material.password])
}

impl Recognised for Wrapped<'_> {
    fn label(&self) -> String {
        format!("{}{}", self.label, self.inner.label())
    }

    fn blank(&self) -> Vec<u8> {
        [self.before, &self.inner.blank()].concat()
    }

    fn memory(&self) -> usize {
        self.inner.memory()
    }

    fn allowed(&self, limits: &CostLimits) -> Result<(), VerifyError> {
        self.inner.allowed(limits)
    }

    fn matches(&self, material: &Material<'_>) -> bool {
        let password = (self.password)(material);
        self.inner.matches(&Material {
            password: &password,
            ..*material
        })
    }
}

/// A mark that an account has no password: recognised, and never right.
pub(super) struct Never {
    pub(super) label: &'static str,
    pub(super) blank: &'static [u8],
}

impl Recognised for Never {
    fn label(&self) -> String {
        self.label.to_owned()
    }

    fn blank(&self) -> Vec<u8> {
        self.blank.to_vec()
    }

    fn allowed(&self, _limits: &CostLimits) -> Result<(), VerifyError> {
        Ok(())
    }

    fn matches(&self, _material: &Material<'_>) -> bool {
        false
    }
}

/// The digest of some bytes after each other.
pub(super) fn raw_digest<D: Digest>(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    finish(digest)
}

/// What a digest comes to, without a copy left behind.
pub(super) fn finish<D: Digest>(digest: D) -> Zeroizing<Vec<u8>> {
    let mut output = digest.finalize();
    let bytes = Zeroizing::new(output.to_vec());
    output.as_mut_slice().zeroize();
    bytes
}

/// Hex digits of [`raw_digest`].
pub(super) fn hex_digest<D: Digest>(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    digits::hex(&raw_digest::<D>(parts))
}

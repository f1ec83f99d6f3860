//! The one comparison of secrets.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Equal, in a time that depends on the lengths alone. Unequal lengths are unequal values at once:
/// a digest's length is no secret.
pub(crate) fn equal(computed: &[u8], stored: &[u8]) -> bool {
    computed.ct_eq(stored).into()
}

/// Equal, in a time that tells about the stored value no more than its length in blocks of 64
/// bytes: for clear text, whose length is a secret too.
pub(crate) fn equal_text(typed: &[u8], stored: &[u8]) -> bool {
    equal(&Sha256::digest(typed), &Sha256::digest(stored))
}

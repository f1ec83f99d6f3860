//! Moments as the store keeps them, and randomness: both are parameters, so that tests need not wait or guess.

use std::fmt;
use std::time::Duration;

use im_core::Timestamp;

/// Milliseconds since 1970 UTC: how the store keeps moments.
pub(crate) type Millis = i64;

pub(crate) fn to_millis(at: Timestamp) -> Millis {
    // The years a Timestamp can hold fit an i64 of milliseconds.
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

pub(crate) fn from_millis(millis: Millis) -> Timestamp {
    Timestamp::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

pub(crate) fn span(duration: Duration) -> Millis {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Where tokens and ids come from.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills `bytes` with unpredictable ones.
    ///
    /// # Errors
    /// When the operating system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// An opaque id: a letter for its kind and 96 random bits.
pub(crate) fn new_id(random: &dyn Random, kind: &str) -> Result<String, NoRandomness> {
    let mut bytes = [0; 12];
    random.fill(&mut bytes)?;
    Ok(format!("{kind}_{}", hex::encode(bytes)))
}

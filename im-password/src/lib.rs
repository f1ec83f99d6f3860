#![doc = include_str!("../README.md")]

mod attempt;
mod compare;
mod cost;
mod decoy;
mod describe;
mod error;
mod format;
mod formats;
mod formula;
mod hash;
mod input;
mod policy;
#[cfg(feature = "pool")]
mod pool;
mod suggest;
mod template;

pub use attempt::{Attempt, OwnedAttempt};
pub use cost::CostLimits;
pub use decoy::Shape;
pub use describe::describe;
pub use error::{FormatError, HashError, InputError, VerifyError};
pub use format::Format;
pub use hash::{HASH_MEMORY, hash_argon2id};
pub use input::Input;
pub use policy::{Outcome, Policy};
#[cfg(feature = "pool")]
pub use pool::{Job, PoolError, PoolLimits, PoolStats, VerifyPool};

#![doc = include_str!("../README.md")]

mod authenticator;
mod clock;
mod error;
mod info;
mod login;
mod lookup;
mod memory;
mod user;
mod verdict;
#[cfg(feature = "wrappers")]
pub mod wrappers;

pub use authenticator::ExternalAuthenticator;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{AuthError, Detail};
pub use info::{AdapterInfo, FormatCount, Probe};
pub use login::{Login, Password};
pub use lookup::{Found, Lookup, LookupKey, Standing};
pub use memory::{MemoryAccount, MemoryAuthenticator};
pub use user::{Avatar, ExternalId, ExternalUser, Identity, InvalidIdentity, InvalidRealm, Realm};
pub use verdict::{Rejection, Verdict};

/// A moment in time, always UTC in this workspace.
pub use time::OffsetDateTime as Timestamp;

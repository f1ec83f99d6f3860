//! Authenticators around authenticators.
//!
//! Each wrapper is an [`ExternalAuthenticator`](crate::ExternalAuthenticator) itself and takes any other, also
//! `Box<dyn …>` and `Arc<dyn …>`. From the outside in, the order that serves most:
//!
//! 1. [`Guard`]: nonsense goes no further;
//! 2. [`Throttle`]: guessing is slowed down, over all realms together;
//! 3. [`Chain`]: several realms behind one form;
//! 4. [`CircuitBreaker`]: a realm that is down is left alone for a while, each realm for itself;
//! 5. [`Timeout`]: the last bound on a wait, inside the breaker, which counts what it gives up.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use im_core::wrappers::{BreakerSettings, Chain, CircuitBreaker, Guard, Throttle, ThrottleLimits, Timeout};
//! use im_core::{ExternalAuthenticator, MemoryAuthenticator, Realm, SystemClock};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let realm = |name: &str| -> Result<Arc<dyn ExternalAuthenticator>, Box<dyn std::error::Error>> {
//!     let accounts = MemoryAuthenticator::new(Realm::new(name)?); // an adapter, in earnest
//!     let bounded = Timeout::new(accounts, Duration::from_secs(5));
//!     Ok(Arc::new(CircuitBreaker::new(bounded, BreakerSettings::default(), Arc::new(SystemClock))))
//! };
//! let forums = Chain::new(vec![realm("phpbb2")?, realm("phorum")?])?;
//! let throttled = Throttle::new(forums, ThrottleLimits::default(), Arc::new(SystemClock));
//! let front = Guard::new(throttled);
//! assert_eq!(front.info().realms.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Writing another
//!
//! Forward *every* method, and let the compiler check it: `#[deny(clippy::missing_trait_methods)]` on the `impl`. A
//! wrapper that forgot [`find`](crate::ExternalAuthenticator::find) would compile, answer
//! [`Unsupported`](crate::AuthError::Unsupported), and quietly let banned members stay. Then run the conformance suite
//! over it, as `im-testkit` does over each of these.

mod chain;
mod circuit_breaker;
mod guard;
mod throttle;
mod timeout;

pub use chain::Chain;
pub use circuit_breaker::{BreakerSettings, CircuitBreaker};
pub use guard::{Guard, GuardLimits};
pub use throttle::{Allowance, Throttle, ThrottleLimits};
pub use timeout::Timeout;

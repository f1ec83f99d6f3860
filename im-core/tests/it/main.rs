//! What the contract, the accounts in memory and the wrappers promise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod contract;
mod memory;
mod support;
mod wrappers;

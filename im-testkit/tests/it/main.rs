//! The testkit's own parts: databases and the proxy.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod cut;
mod databases;

//! What the crate promises, on a real MariaDB and on SQLite.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod charset;
mod errors;
mod limits;
mod names;
mod outage;
mod placeholders;
mod postgres;
mod probe;
mod scans;
mod secrets;
mod sign_in;
mod spec;
mod spec_faults;
mod spec_parse;
mod spec_systems;
mod support;
mod tls;
mod types;

//! What a directory does that tables do not, each shown on a real OpenLDAP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod binding;
mod connections;
mod encryption;
mod groups;
mod place;
mod probing;
mod refusals;
mod settings;

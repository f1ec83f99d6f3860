//! The web client, in a real browser, against the real demonstration server.
//!
//! Needs Chromium and its driver: `scripts/install-test-tools`.

#![expect(clippy::expect_used, reason = "helpers of tests fail loudly, too")]

mod accessible;
mod connection;
mod drafts;
mod files;
mod finding;
mod keyboard;
mod languages;
mod limits;
mod notices;
mod phone;
mod reading;
mod safety;
mod sign_in;
mod support;
mod talking;

//! The messenger on both of its stores: every case runs on SQLite and on a real MariaDB.

#![allow(
    clippy::expect_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

mod contacts;
mod conversations;
mod events;
mod identity;
mod leases;
mod local_accounts;
mod newcomers;
mod options;
mod presence;
mod processes;
mod retention;
mod roles;
mod secrets;
mod sessions;
mod shared_accounts;
mod standing;
mod store;

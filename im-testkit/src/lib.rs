#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test helper fails as tests do: by panicking with what to do"
)]

mod background;
mod cut;
mod mariadb;
mod port;
mod sqlite;

pub use cut::CutProxy;
pub use mariadb::{MariaDb, TestDatabase};
pub use port::free_port;
pub use sqlite::SqliteFile;

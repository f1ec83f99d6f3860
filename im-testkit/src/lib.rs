#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test helper fails as tests do: by panicking with what to do"
)]

mod background;
mod cases;
mod certificates;
mod cut;
mod exam;
mod fixture;
mod harness;
mod logs;
mod mariadb;
mod port;
mod postgres;
mod slapd;
mod sql;
mod sqlite;
mod stopwatch;
mod subject;
#[cfg(feature = "systems")]
pub mod systems;
mod watchdog;

pub use cases::{Case, cases};
pub use cut::CutProxy;
pub use exam::Failure;
pub use fixture::{Fixture, TestAccount};
pub use harness::{Outcome, Seat, run, trials};
pub use mariadb::{MariaDb, TestDatabase};
pub use port::free_port;
pub use postgres::{Postgres, PostgresDatabase};
pub use slapd::{Slapd, SlapdAccess};
pub use sql::{Accounts, Engine, ForeignPlace, Place, SqlSubject, SqlSystem};
pub use sqlite::{Blocked, SqliteFile};
pub use stopwatch::{median, same_time};
pub use subject::{Absent, Need, Opened, Subject, Work};

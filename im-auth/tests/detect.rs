//! `im-auth detect` and `im-auth doctor` on folders and databases as products leave them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "detect/doctor.rs"]
mod doctor;
#[path = "detect/end_to_end.rs"]
mod end_to_end;
#[path = "detect/hostile.rs"]
mod hostile;
#[path = "detect/on_postgres.rs"]
mod on_postgres;
#[path = "detect/products.rs"]
mod products;
#[path = "detect/ran.rs"]
mod ran;
#[path = "detect/tables.rs"]
mod tables;

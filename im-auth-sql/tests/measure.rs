//! Measurements, in a program of their own: Cargo runs test programs one after the other, so that nothing else of the
//! suite keeps the processor busy meanwhile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    dead_code,
    reason = "a test fails by panicking, and needs a part of what supports the others"
)]

#[path = "it/support.rs"]
mod support;

use std::time::Instant;

use async_trait::async_trait;
use im_auth_sql::{Checked, LoginColumn, NameLookup, PasswordCheck, Row};
use im_core::{AuthError, ExternalUser, Identity, Realm, Verdict};

use crate::support::{mariadb, statement};

/// Compares in clear: what is measured is the look-up.
struct Typed(&'static str);

#[async_trait]
impl PasswordCheck for Typed {
    async fn check(&self, row: &Row) -> Result<Checked, AuthError> {
        if row.text("password")? != self.0 {
            return Ok(Checked::WrongPassword);
        }
        let identity = Identity::new(Realm::new("forum").unwrap(), row.text("id")?);
        let user = ExternalUser::new(identity, row.text("name")?);
        Ok(Checked::Decided(Verdict::accepted(user)))
    }

    async fn decoy(&self) -> Result<(), AuthError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_name_seen_before_is_found_twenty_times_as_fast() {
    let (_keep, database) = mariadb(
        "utf8mb4",
        "utf8mb4_general_ci",
        "CREATE TABLE members (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(25), password VARCHAR(40));
         INSERT INTO members (name, password) SELECT CONCAT('member ', seq), CONCAT('secret of ', seq) FROM seq_1_to_200000;",
    )
    .await;
    let columns = "SELECT id AS id, name AS name, password AS password FROM members WHERE";
    let lookup = NameLookup::new(
        database,
        LoginColumn::new("members".parse().unwrap(), "name"),
        statement(&format!("{columns} name = :login")),
        statement(&format!("{columns} id = :id AND name = :login")),
    );
    let time = async |password| {
        let start = Instant::now();
        let _ = lookup
            .sign_in("member 150000", &Typed(password))
            .await
            .unwrap();
        start.elapsed()
    };
    time("secret of 150000").await;
    let (mut scans, mut seen) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        scans.push(time("wrong").await);
        for _ in 0..20 {
            seen.push(time("secret of 150000").await);
        }
    }
    // The best of each: whatever else the machine does slows some of them down, and speeds none up.
    let (scan, seen) = (scans.iter().min().unwrap(), seen.iter().min().unwrap());
    let ratio = scan.as_secs_f64() / seen.as_secs_f64();
    println!(
        "by the primary key {seen:?}, by reading the table {scan:?}: {ratio:.0} times as fast"
    );
    assert!(
        ratio > 20.0,
        "{seen:?} by the primary key, {scan:?} by reading the table"
    );
}

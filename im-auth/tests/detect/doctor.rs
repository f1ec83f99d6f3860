//! `im-auth doctor` on real databases.

use std::sync::Arc;

use im_auth::detect::examine;
use im_auth::{RealmConfig, Shared};
use im_core::{Clock as _, ManualClock, Realm, SystemClock};
use im_password::{PoolLimits, VerifyPool};
use im_testkit::{MariaDb, TestDatabase};

use crate::ran::{run, run_on, schema};

async fn database() -> TestDatabase {
    let server = MariaDb::shared().await;
    server
        .create_database("utf8mb4", "utf8mb4_general_ci")
        .await
}

const WELL: &str = "INSERT INTO wp_users (ID, user_login, user_pass) VALUES \
                    (2, 'b', '$P$5QL3cbRH59kM6XYtsuJAYFuvtPnBat0');";

#[tokio::test]
async fn a_database_in_order_is_0() {
    let database = database().await;
    database.execute(&(schema("wordpress", "wp_") + WELL)).await;
    let ran = run_on(&database, &["doctor", "--system", "wordpress"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    for part in [
        "MariaDB",
        "read-only",
        "every account with a password can sign in",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    let ran = run_on(&database, &["doctor", "--system", "wordpress", "--json"]);
    let found = ran.json();
    assert_eq!(found["verdict"], "well", "{ran}");
    assert_eq!(found["read_only_session"], true, "{ran}");
    assert!(
        found["clock_ahead_seconds"].as_i64().unwrap().abs() < 5,
        "{ran}"
    );
    assert!(found["reads"].to_string().contains("wp_users"), "{ran}");
}

#[tokio::test]
async fn stored_passwords_of_no_known_format_are_1_and_counted() {
    let database = database().await;
    let odd = "INSERT INTO wp_users (ID, user_login, user_pass) VALUES (3, 'c', '{haval}1122334455667788990011223344'), (4, 'd', '{haval}2233445566778899001122334455');";
    database
        .execute(&(schema("wordpress", "wp_") + WELL + odd))
        .await;
    let ran = run_on(&database, &["doctor", "--system", "wordpress", "--json"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(ran.json()["unverifiable"], 2, "{ran}");
    assert!(!ran.out.contains("{haval}1"), "{ran}");
    let ran = run_on(&database, &["doctor", "--system", "wordpress"]);
    for part in [
        "2 accounts cannot sign in",
        "unsupported_hash",
        "cannot be verified: no format of WordPress",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
}

#[tokio::test]
async fn missing_tables_and_columns_are_2_and_named() {
    let database = database().await;
    database
        .execute(
            &(schema("wordpress", "wp_")
                + "DROP TABLE wp_options; ALTER TABLE wp_users DROP COLUMN display_name;"),
        )
        .await;
    let ran = run_on(&database, &["doctor", "--system", "wordpress", "--json"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    for part in ["wp_options", "wp_users.display_name"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    let ran = run(
        &[
            "doctor",
            "--system",
            "wordpress",
            "--database",
            "mysql://x@127.0.0.1:1/none",
        ],
        &[],
    );
    assert_eq!(ran.code, Some(2), "{ran}");
}

#[tokio::test]
async fn an_account_that_may_write_gets_the_statements_for_one_that_may_not() {
    let database = database().await;
    database.execute(&(schema("wordpress", "wp_") + WELL)).await;
    let ran = run(
        &["doctor", "--system", "wordpress"],
        &[("IM_AUTH_DATABASE", &database.owner_url())],
    );
    assert_eq!(ran.code, Some(0), "{ran}");
    for part in ["may do more than SELECT", "CREATE USER", ".* TO 'im_ro'"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
}

#[tokio::test]
async fn an_account_that_may_not_read_gets_the_statements_for_one_that_may() {
    let database = database().await;
    let reader = database.reader_url();
    let reader = reader.strip_prefix("mysql://").unwrap();
    let reader = reader.split(':').next().unwrap();
    let name = database.name();
    let rights = format!(
        "REVOKE SELECT ON {name}.* FROM {reader}; GRANT SELECT ON {name}.wp_users TO {reader};"
    );
    database
        .execute(&(schema("wordpress", "wp_") + WELL + &rights))
        .await;
    let ran = run_on(&database, &["doctor", "--system", "wordpress"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    for part in ["may not read", "wp_usermeta", "CREATE USER", "GRANT SELECT"] {
        assert!(ran.out.contains(part), "{part}: {ran}");
    }
    assert!(!ran.out.contains("another prefix"), "{ran}");
    let ran = run_on(&database, &["doctor", "--system", "wordpress", "--json"]);
    let told = ran.json();
    assert_eq!(told["kind"], "configuration", "{ran}");
    assert!(told["grants"].to_string().contains("GRANT SELECT"), "{ran}");
}

#[tokio::test]
async fn a_secret_that_was_not_given_is_asked_for() {
    let database = database().await;
    let required = im_auth::systems()
        .find(|system| {
            let spec = system.spec().unwrap();
            let secret = spec.as_ref().and_then(|spec| spec.secret());
            secret.is_some_and(|secret| secret.required)
                && spec
                    .as_ref()
                    .is_some_and(|spec| spec.schema(im_auth_sql::Engine::MySql).is_some())
        })
        .expect("some system needs a secret");
    database.execute(&schema(required.id(), "s_")).await;
    let ran = run_on(
        &database,
        &["doctor", "--system", required.id(), "--prefix", "s_"],
    );
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(
        ran.out.contains("nobody can sign in without the secret"),
        "{ran}"
    );
}

#[tokio::test]
async fn rows_that_need_a_secret_are_counted_until_it_is_given() {
    let database = database().await;
    // 2y is known without the secret, md5 is only right with it.
    let rows = "INSERT INTO ps_customer (id_customer, email, passwd, active) VALUES \
                (1, 'a@x.example', '$2y$04$uiSvHJObBLuP6Qqgh49nP.LTw6ZLjRbVeoMRiOX0i32vOTjfiKNF.', 1), \
                (2, 'b@x.example', '9f86d081884c7d659a2feaa0c55ad015', 1);";
    database
        .execute(&(schema("prestashop", "ps_") + rows))
        .await;
    let url = database.reader_url();
    let ask = |secret: &[(&str, &str)]| {
        let environment = [&[("IM_AUTH_DATABASE", &*url)], secret].concat();
        run(
            &["doctor", "--system", "prestashop", "--json"],
            &environment,
        )
    };
    let ran = ask(&[]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(ran.json()["unverifiable"], 1, "{ran}");
    assert!(ran.out.contains("it needs the site's secret"), "{ran}");
    assert!(!ran.out.contains("unsupported_hash"), "{ran}");
    let ran = ask(&[("IM_AUTH_SECRET", "0123456789abcdef")]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_told() {
    let database = database().await;
    database.execute(&(schema("wordpress", "wp_") + WELL)).await;
    let here = SystemClock.now() - time::Duration::hours(1);
    let shared = Shared::new(
        VerifyPool::new(PoolLimits::default()),
        Arc::new(ManualClock::at(here)),
    );
    let config = RealmConfig::new("wordpress", database.reader_url());
    let found = examine(&Realm::new("blog").unwrap(), &config, &shared)
        .await
        .unwrap();
    let ahead = found.clock_ahead.expect("a server has a clock");
    assert!((3_590..3_700).contains(&ahead), "{ahead}");
    assert!(
        found
            .clock_warning()
            .expect("a warning")
            .contains("ahead of")
    );
}

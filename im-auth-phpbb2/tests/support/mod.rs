//! What the test programs share: the board's tables, settings with a clock that stands still, a runtime.

#![allow(dead_code, reason = "each test program uses its part")]

use std::future::Future;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

use im_auth_phpbb2::{Config, Options, Phpbb2};
use im_auth_sql::DatabaseConfig;
use im_core::{Clock, ManualClock, Realm, Timestamp};
use im_password::{PoolLimits, VerifyPool};
use tokio::runtime::Runtime;

/// Where the tests' clock stands: 2026-06-01 12:00:00 UTC.
pub(crate) const NOW: i64 = 1_780_315_200;

/// The product's tables.
pub(crate) const SCHEMA: &str = include_str!("../../schema.sql");
/// The same for SQLite.
pub(crate) const SCHEMA_SQLITE: &str = include_str!("../../schema.sqlite.sql");
/// The accounts the tests speak of.
pub(crate) const SEED: &str = include_str!("../../seed.sql");

/// One verification pool for the process, as in a program.
pub(crate) static POOL: LazyLock<VerifyPool> =
    LazyLock::new(|| VerifyPool::new(PoolLimits::default()));

pub(crate) fn realm() -> Realm {
    Realm::new("forum").expect("a realm")
}

/// A board behind `database`, with the clock of the tests.
pub(crate) fn board(database: DatabaseConfig, options: Options) -> Phpbb2 {
    board_with(database, options, POOL.clone())
}

/// The same, verifying in a pool of its own.
pub(crate) fn board_with(database: DatabaseConfig, options: Options, pool: VerifyPool) -> Phpbb2 {
    board_by(clock(), database, options, pool)
}

/// The same, by another clock.
pub(crate) fn board_by(
    clock: Arc<dyn Clock>,
    database: DatabaseConfig,
    options: Options,
    pool: VerifyPool,
) -> Phpbb2 {
    let config = Config::new(realm(), database, pool)
        .options(options)
        .clock(clock);
    Phpbb2::new(config).expect("a usable configuration")
}

/// A clock that stands still at [`NOW`] until it is moved.
pub(crate) fn clock() -> Arc<ManualClock> {
    let now = Timestamp::from_unix_timestamp(NOW).expect("a moment");
    Arc::new(ManualClock::at(now))
}

/// Time limits that a busy machine keeps too, where limits are not what is tested.
pub(crate) fn patient(url: &str) -> DatabaseConfig {
    let limit = Duration::from_secs(20);
    let mut config = DatabaseConfig::new(url);
    config.connect_timeout = limit;
    config.acquire_timeout = limit;
    config.query_timeout = limit;
    config.scan_timeout = limit;
    config
}

/// One runtime for the process: what tests share lives on it.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime")
        })
        .block_on(future)
}

/// A literal for MariaDB.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// A script with another prefix than `phpbb_`.
pub(crate) fn prefixed(script: &str, prefix: &str) -> String {
    script.replace("phpbb_", prefix)
}

/// Rows of members: id, stored name, stored password.
pub(crate) fn insert_members(members: &[(i64, String, String)]) -> String {
    let rows: Vec<_> = members
        .iter()
        .map(|(id, name, stored)| {
            format!(
                "({id}, {}, {}, {}, 'member{id}@mail.example')",
                quoted(name),
                quoted(stored),
                1_100_000_000 + id
            )
        })
        .collect();
    format!(
        "INSERT INTO phpbb_users (user_id, username, user_password, user_regdate, user_email) VALUES {};\n",
        rows.join(",\n")
    )
}

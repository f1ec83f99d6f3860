//! Brings the tables up to date at start.

use super::{Connection, OpenError, StoreError, StoreKind, args};

/// The migrations, oldest first. Never change one that was released: add another.
const MIGRATIONS: &[(i64, &str)] = &[
    (1, include_str!("../../migrations/0001_start.sql")),
    (2, include_str!("../../migrations/0002_told_seq.sql")),
];

/// What people know the migrations by, in the same order.
const NAMES: [&str; MIGRATIONS.len()] = ["0001_start", "0002_told_seq"];

/// Every migration, for a store that is not there yet.
pub(super) fn all() -> Vec<&'static str> {
    NAMES.to_vec()
}

/// The migrations that would run, oldest first. Asks only.
pub(super) async fn pending(
    connection: &mut Connection,
    kind: StoreKind,
) -> Result<Vec<&'static str>, OpenError> {
    if !is_there(connection, kind, "im_migration").await? {
        return Ok(all());
    }
    check_known(version(connection).await?)?;
    let mut pending = Vec::new();
    for ((number, text), name) in MIGRATIONS.iter().zip(NAMES) {
        let row = connection
            .row(
                "SELECT steps FROM im_migration WHERE version = ?",
                args![*number],
            )
            .await?;
        let done = row.map_or(Ok(0), |row| row.int("steps"))?;
        if usize::try_from(done).unwrap_or(0) < statements(text).len() {
            pending.push(name);
        }
    }
    Ok(pending)
}

/// Whether there is a table of this name.
pub(super) async fn is_there(
    connection: &mut Connection,
    kind: StoreKind,
    table: &'static str,
) -> Result<bool, StoreError> {
    let sql = match kind {
        StoreKind::Sqlite => {
            "SELECT COUNT(*) AS held FROM sqlite_master WHERE type = 'table' AND name = ?"
        }
        StoreKind::MySql => {
            "SELECT COUNT(*) AS held FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?"
        }
    };
    let row = connection.row(sql, args![table]).await?;
    Ok(row.map_or(Ok(0), |row| row.int("held"))? > 0)
}

/// The statements of a migration: comment lines left out, split at the semicolons (no text of ours holds one).
fn statements(text: &str) -> Vec<String> {
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .collect();
    lines
        .join("\n")
        .split(';')
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}

fn check_known(found: i64) -> Result<(), OpenError> {
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if found > known {
        return Err(OpenError::SchemaNewer { found, known });
    }
    Ok(())
}

/// SQLite: all or nothing, in one transaction.
#[cfg(feature = "sqlite")]
pub(super) async fn sqlite(connection: &mut Connection) -> Result<(), OpenError> {
    connection.run("BEGIN IMMEDIATE", Vec::new()).await?;
    let outcome = sqlite_steps(connection).await;
    let end = if outcome.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    connection.run(end, Vec::new()).await?;
    outcome
}

#[cfg(feature = "sqlite")]
async fn sqlite_steps(connection: &mut Connection) -> Result<(), OpenError> {
    connection
        .run(
            "CREATE TABLE IF NOT EXISTS im_migration (version BIGINT NOT NULL PRIMARY KEY, steps BIGINT NOT NULL)",
            Vec::new(),
        )
        .await?;
    let version = version(connection).await?;
    check_known(version)?;
    for (number, text) in MIGRATIONS.iter().filter(|(number, _)| *number > version) {
        let steps = statements(text);
        for step in &steps {
            let step = step
                .replace(") ROWS", ")")
                .replace(") KEYED", ") WITHOUT ROWID");
            connection.run(step, Vec::new()).await?;
        }
        connection
            .run(
                "INSERT INTO im_migration (version, steps) VALUES (?, ?)",
                args![*number, i64::try_from(steps.len()).unwrap_or(i64::MAX)],
            )
            .await?;
    }
    Ok(())
}

async fn version(connection: &mut Connection) -> Result<i64, StoreError> {
    let row = connection
        .row(
            "SELECT COALESCE(MAX(version), 0) AS version FROM im_migration",
            Vec::new(),
        )
        .await?;
    row.map_or(Ok(0), |row| row.int("version"))
}

/// MySQL: a change of tables cannot be rolled back, so each step is noted, under a lock that one process holds at a time
/// and that ends with its connection. A step that was done but not noted meets its own result.
#[cfg(feature = "mysql")]
pub(super) async fn mysql(connection: &mut Connection) -> Result<(), OpenError> {
    let locked = connection
        .row(
            "SELECT GET_LOCK(CONCAT('im_migration.', LEFT(SHA1(DATABASE()), 40)), 120) AS locked",
            Vec::new(),
        )
        .await?;
    if locked
        .map(|row| row.opt_int("locked"))
        .transpose()?
        .flatten()
        != Some(1)
    {
        return Err(StoreError::Busy.into());
    }
    let outcome = mysql_steps(connection).await;
    connection
        .rows(
            "SELECT RELEASE_LOCK(CONCAT('im_migration.', LEFT(SHA1(DATABASE()), 40))) AS released",
            Vec::new(),
        )
        .await?;
    outcome
}

#[cfg(feature = "mysql")]
async fn mysql_steps(connection: &mut Connection) -> Result<(), OpenError> {
    const ENGINE: &str =
        ") ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
    connection
        .run(
            "CREATE TABLE IF NOT EXISTS im_migration (version BIGINT NOT NULL PRIMARY KEY, steps BIGINT NOT NULL) \
             ENGINE = InnoDB",
            Vec::new(),
        )
        .await?;
    check_known(version(connection).await?)?;
    for (number, text) in MIGRATIONS {
        let done = connection
            .row(
                "SELECT steps FROM im_migration WHERE version = ?",
                args![*number],
            )
            .await?;
        let done = match done {
            Some(row) => usize::try_from(row.int("steps")?).unwrap_or(0),
            None => {
                connection
                    .run(
                        "INSERT INTO im_migration (version, steps) VALUES (?, 0)",
                        args![*number],
                    )
                    .await?;
                0
            }
        };
        for (index, step) in statements(text).into_iter().enumerate().skip(done) {
            let step = step
                .replace("EXACTTEXT(", "VARBINARY(")
                .replace(
                    "INTEGER PRIMARY KEY AUTOINCREMENT",
                    "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
                )
                .replace(") ROWS", ENGINE)
                .replace(") KEYED", ENGINE);
            match connection.run(step, Vec::new()).await {
                Ok(_) => {}
                Err(error) if index == done && is_there_already(&error) => {}
                Err(error) => return Err(error.into()),
            }
            connection
                .run(
                    "UPDATE im_migration SET steps = ? WHERE version = ?",
                    args![i64::try_from(index + 1).unwrap_or(i64::MAX), *number],
                )
                .await?;
        }
    }
    Ok(())
}

/// "Table exists", "duplicate column name" and "duplicate key name".
#[cfg(feature = "mysql")]
fn is_there_already(error: &StoreError) -> bool {
    let StoreError::Database(error) = error else {
        return false;
    };
    error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>())
        .is_some_and(|error| matches!(error.number(), 1050 | 1060 | 1061))
}

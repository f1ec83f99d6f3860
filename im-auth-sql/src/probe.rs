//! What an administrator should know about a foreign database.

use std::collections::HashMap;
use std::sync::LazyLock;

use im_core::{AuthError, FormatCount, Probe};
use im_password::{Policy, VerifyError, describe};

use crate::{Engine, ForeignDatabase, Ident, Statement, Value};

/// Rows of stored passwords that are looked at before a count is only of the first ones.
pub(crate) const MOST_ACCOUNTS: u64 = 500_000;

/// The column that names are looked up in at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginColumn {
    /// The table.
    pub table: Ident,
    /// The column's name.
    pub column: String,
}

impl LoginColumn {
    /// A column of a table.
    pub fn new(table: Ident, column: impl Into<String>) -> Self {
        Self {
            table,
            column: column.into(),
        }
    }
}

/// What the account itself may do; an administrator's catalogue tells about others too.
static RIGHTS: LazyLock<Statement> = LazyLock::new(|| {
    let from = |table: &str| {
        format!(
            "SELECT privilege_type AS privilege FROM information_schema.{table} \
             WHERE grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"
        )
    };
    let all = ["user_privileges", "schema_privileges", "table_privileges"].map(from);
    #[expect(clippy::expect_used, reason = "constant, and tested")]
    Statement::new(all.join(" UNION ")).expect("a constant statement")
});

/// Looks at what every SQL system has: server and version, the expected tables and columns, the account's rights,
/// the index on the login column, its character set.
///
/// `expected`: the tables that are read, each with the columns. An adapter adds version, accounts and
/// [`format_counts`].
///
/// # Errors
/// [`AuthError::Schema`] for the first table or column that is missing; otherwise as
/// [`ForeignDatabase::fetch_all`].
pub async fn probe(
    database: &ForeignDatabase,
    expected: &[(&Ident, &[&str])],
    login: &LoginColumn,
) -> Result<Probe, AuthError> {
    let mut probe = Probe::default();
    probe.server = Some(database.server_version().await?);
    for (table, columns) in expected {
        // The server's own words about what is missing, with a suggestion.
        let select: Vec<String> = columns
            .iter()
            .map(|column| Ident::new(*column).map(|column| column.to_string()))
            .collect::<Result<_, _>>()?;
        let sql = format!("SELECT {} FROM {table} WHERE 1 = 0", select.join(", "));
        database.fetch_all(&Statement::new(sql)?, &[]).await?;
    }
    if !database.has_index(&login.table, &login.column).await? {
        probe.warnings.push(format!(
            "{} has no index on {}: the first sign-in of each name reads the whole table. The owner may run: \
             CREATE INDEX im_login ON {}",
            login.table.as_str(),
            login.column,
            match database.engine() {
                Engine::Postgres => format!("\"{}\" ({})", login.table.as_str(), login.column),
                _ => format!("{} (`{}`)", login.table, login.column),
            }
        ));
    }
    match database.engine() {
        Engine::MySql => {
            rights(database, &mut probe).await;
            charset(database, login, &mut probe).await?;
        }
        Engine::Postgres => postgres_rights(database, &login.table, &mut probe).await,
        Engine::Sqlite => {}
    }
    Ok(probe)
}

/// An account that could write is a risk that a read-only session only softens.
pub(crate) async fn rights(database: &ForeignDatabase, probe: &mut Probe) {
    let Ok(rows) = database.fetch_all(&RIGHTS, &[]).await else {
        return;
    };
    let mut more: Vec<String> = rows
        .iter()
        .filter_map(|row| row.text("privilege").ok())
        .filter(|privilege| !matches!(&**privilege, "SELECT" | "SHOW VIEW" | "USAGE"))
        .collect();
    more.sort();
    more.dedup();
    if !more.is_empty() {
        let all = more.len();
        more.truncate(5);
        let and_more = if all > more.len() { ", …" } else { "" };
        probe.warnings.push(format!(
            "the account may do more than SELECT ({}{and_more}): make one that may not: \
             CREATE USER im_ro IDENTIFIED BY '…'; GRANT SELECT ON the_database.* TO im_ro",
            more.join(", ")
        ));
    }
}

static POSTGRES_RIGHTS: LazyLock<Statement> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant, and tested")]
    Statement::new(
        "SELECT r.rolsuper AS super, has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writes \
         FROM pg_roles r, pg_class c \
         WHERE r.rolname = CURRENT_USER AND c.relname = :table AND pg_table_is_visible(c.oid)",
    )
    .expect("a constant statement")
});

pub(crate) async fn postgres_rights(database: &ForeignDatabase, table: &Ident, probe: &mut Probe) {
    let values = [("table", table.as_str().into())];
    let Ok(rows) = database.fetch_all(&POSTGRES_RIGHTS, &values).await else {
        return;
    };
    let is = |alias: &str| rows.iter().any(|row| row.bool(alias).unwrap_or_default());
    if is("super") || is("writes") {
        probe.warnings.push(
            "the account may do more than SELECT: make one that may not: CREATE ROLE im_ro LOGIN PASSWORD '…'; \
             GRANT USAGE ON SCHEMA public TO im_ro; GRANT SELECT ON ALL TABLES IN SCHEMA public TO im_ro"
                .to_owned(),
        );
    }
}

pub(crate) async fn charset(
    database: &ForeignDatabase,
    login: &LoginColumn,
    probe: &mut Probe,
) -> Result<(), AuthError> {
    let columns = database.column_infos(&login.table).await?;
    let Some(column) = columns
        .iter()
        .find(|column| column.name.eq_ignore_ascii_case(&login.column))
    else {
        return Ok(());
    };
    let declared = column.charset.as_deref().unwrap_or("binary");
    match database.charset() {
        Some(charset) if !matches!(declared, "latin1" | "binary") => {
            probe.warnings.push(format!(
                "charset = \"{charset}\" is for columns declared latin1, but {} is declared {declared}: \
                 leave charset out",
                login.column
            ));
        }
        None if declared == "latin1" => {
            // Reads the whole table; what it cannot find out in time is not worth an error.
            if let Ok(Some(what)) = double_encoded(database, login).await {
                probe.warnings.push(format!(
                    "{} is declared latin1, but names in it look like {what}",
                    login.column
                ));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether a latin1 column holds UTF-8 or other bytes: looked at in names that are not ASCII.
async fn double_encoded(
    database: &ForeignDatabase,
    login: &LoginColumn,
) -> Result<Option<&'static str>, AuthError> {
    let column = Ident::new(&*login.column)?;
    // Shorter in characters of ASCII than in bytes of UTF-8: has letters that are not ASCII.
    let statement = Statement::new(format!(
        "SELECT CAST({column} AS BINARY) AS name FROM {} \
         WHERE LENGTH(CONVERT({column} USING utf8)) > CHAR_LENGTH({column}) LIMIT 200",
        login.table
    ))?;
    let rows = database.fetch_all(&statement, &[]).await?;
    let mut utf8 = 0;
    let mut mostly_foreign = 0;
    for row in &rows {
        let name = row.bytes("name")?;
        let foreign = name.iter().filter(|byte| !byte.is_ascii()).count();
        if std::str::from_utf8(&name).is_ok() {
            utf8 += 1;
        } else if foreign * 2 > name.len() {
            mostly_foreign += 1;
        }
    }
    Ok(if rows.is_empty() {
        None
    } else if utf8 * 2 > rows.len() {
        Some("UTF-8: set charset = \"bytes:utf-8\"")
    } else if mostly_foreign * 2 > rows.len() {
        Some(
            "another alphabet: set charset = \"bytes:…\" with the board's page character set, such as windows-1251",
        )
    } else {
        None
    })
}

/// Counts the formats of stored passwords, commonest first. The values are looked at and forgotten.
///
/// `page` selects the aliases `id` and `password` of some thousand rows after `:after`, in the order of `id`, a
/// number; it is asked until it gives nothing.
///
/// # Errors
/// As [`ForeignDatabase::fetch_all`].
pub async fn format_counts(
    database: &ForeignDatabase,
    page: &Statement,
    policy: &Policy,
) -> Result<Vec<FormatCount>, AuthError> {
    let mut counts: HashMap<(String, bool), u64> = HashMap::new();
    let mut after = i64::MIN;
    let mut seen = 0;
    while seen < MOST_ACCOUNTS {
        let rows = database
            .fetch_all(page, &[("after", Value::Int(after))])
            .await?;
        let Some(last) = rows.last() else { break };
        let last = last.int("id")?;
        if last <= after {
            return Err(AuthError::configuration(
                "the pages of accounts are not in the order of their ids",
            ));
        }
        after = last;
        seen += rows.len() as u64;
        for row in &rows {
            let stored = row.opt_bytes("password")?.unwrap_or_default();
            let format = match policy.recognise(&stored) {
                Ok(shape) => (shape.to_string(), true),
                Err(VerifyError::TooCostly { what }) => (what, false),
                Err(_) => (describe(&stored), false),
            };
            *counts.entry(format).or_default() += 1;
        }
    }
    let mut counts: Vec<FormatCount> = counts
        .into_iter()
        .map(|((format, supported), accounts)| FormatCount::new(format, accounts, supported))
        .collect();
    counts.sort_by(|a, b| {
        b.accounts
            .cmp(&a.accounts)
            .then_with(|| a.format.cmp(&b.format))
    });
    Ok(counts)
}

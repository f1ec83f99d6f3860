//! What tables, columns and indexes a foreign database has, and what to suggest when one is missing.

use std::sync::LazyLock;

use im_core::AuthError;

use crate::error::Failure;
use crate::target::closest;
use crate::{Engine, ForeignDatabase, Ident, Row, Statement, Value};

/// A text of ours, for both engines.
struct Texts {
    mysql: Statement,
    sqlite: Statement,
}

impl Texts {
    fn new(mysql: &str, sqlite: &str) -> Self {
        // Our own constant texts; a unit test runs through all of them.
        #[expect(clippy::expect_used, reason = "constant, and tested")]
        let text = |sql: &str| Statement::new(sql).expect("a constant statement");
        Self {
            mysql: text(mysql),
            sqlite: text(sqlite),
        }
    }

    fn of(&self, engine: Engine) -> &Statement {
        match engine {
            Engine::MySql => &self.mysql,
            Engine::Sqlite => &self.sqlite,
        }
    }
}

static TABLES: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name",
        "SELECT name AS name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name",
    )
});

static COLUMNS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT column_name AS name, character_set_name AS charset, collation_name AS collation \
         FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = :table ORDER BY ordinal_position",
        "SELECT name AS name, NULL AS charset, NULL AS collation FROM pragma_table_info(:table) ORDER BY cid",
    )
});

/// Columns that an index begins with.
static INDEXES: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT column_name AS name FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND table_name = :table AND seq_in_index = 1 AND index_type <> 'FULLTEXT'",
        "SELECT i.name AS name FROM pragma_index_list(:table) AS l, pragma_index_info(l.name) AS i \
         WHERE i.seqno = 0 AND l.partial = 0 \
         UNION SELECT name AS name FROM pragma_table_info(:table) WHERE pk = 1",
    )
});

static VERSION: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT VERSION() AS version",
        "SELECT sqlite_version() AS version",
    )
});

/// A column as the database declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its character set, where it is text and the engine has any.
    pub charset: Option<String>,
    /// Its collation, likewise.
    pub collation: Option<String>,
}

impl ForeignDatabase {
    /// The names of all tables and views that the account may see.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn tables(&self) -> Result<Vec<String>, AuthError> {
        let rows = self.ask(&TABLES, &[]).await?;
        rows.iter().map(|row| row.text("name")).collect()
    }

    /// Whether there is such a table or view, and the account may see it.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn table_exists(&self, table: &Ident) -> Result<bool, AuthError> {
        Ok(!self.columns(table).await?.is_empty())
    }

    /// The names of a table's columns, in order; none when there is no such table.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn columns(&self, table: &Ident) -> Result<Vec<String>, AuthError> {
        let columns = self.column_infos(table).await?;
        Ok(columns.into_iter().map(|column| column.name).collect())
    }

    /// A table's columns with their character sets, in order; none when there is no such table.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn column_infos(&self, table: &Ident) -> Result<Vec<ColumnInfo>, AuthError> {
        self.column_infos_of(table.as_str()).await
    }

    async fn column_infos_of(&self, table: &str) -> Result<Vec<ColumnInfo>, AuthError> {
        let rows = self.ask(&COLUMNS, &[("table", table.into())]).await?;
        let info = |row: &Row| {
            Ok(ColumnInfo {
                name: row.text("name")?,
                charset: row.opt_text("charset")?,
                collation: row.opt_text("collation")?,
            })
        };
        rows.iter().map(info).collect()
    }

    /// Whether an index begins with this column, so that a look-up by it need not read the whole table.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn has_index(&self, table: &Ident, column: &str) -> Result<bool, AuthError> {
        let rows = self
            .ask(&INDEXES, &[("table", table.as_str().into())])
            .await?;
        for row in rows {
            if row.text("name")?.eq_ignore_ascii_case(column) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The server and its version, such as `MariaDB 10.11.6` or `SQLite 3.50.2`.
    ///
    /// # Errors
    /// As [`fetch_all`](Self::fetch_all).
    pub async fn server_version(&self) -> Result<String, AuthError> {
        let rows = self.ask(&VERSION, &[]).await?;
        let version = rows
            .first()
            .map_or(Ok(String::new()), |row| row.text("version"))?;
        Ok(match self.engine() {
            Engine::Sqlite => format!("SQLite {version}"),
            Engine::MySql => match version.split_once("-MariaDB") {
                Some((version, _)) => format!("MariaDB {version}"),
                None => format!("MySQL {version}"),
            },
        })
    }

    /// Without explanations, which would come here again.
    async fn ask(&self, texts: &Texts, values: &[(&str, Value)]) -> Result<Vec<Row>, AuthError> {
        self.run(texts.of(self.engine()), values)
            .await
            .map_err(Failure::into_error)
    }
}

/// Finds out what to say about a missing table or column.
pub(crate) async fn explain(
    database: &ForeignDatabase,
    failure: Failure,
    statement: &Statement,
) -> AuthError {
    match failure {
        Failure::MissingTable(table, error) => {
            let hint = match database.tables().await {
                Ok(tables) => table_hint(&table, statement, &tables),
                Err(_) => None,
            };
            with_hint(error.with("table", table), hint)
        }
        Failure::MissingColumn(column, error) => {
            let mut known = Vec::new();
            let mut tables = Vec::new();
            for table in statement.quoted_names() {
                let columns = database.column_infos_of(table).await.unwrap_or_default();
                if !columns.is_empty() {
                    tables.push(table.as_str());
                }
                known.extend(columns.into_iter().map(|column| column.name));
            }
            let hint = closest(&column, known.iter().map(String::as_str))
                .map(|closest| format!("there is a column {closest}"));
            let mut error = error.with("column", column);
            if !tables.is_empty() {
                error = error.with("tables", tables.join(" "));
            }
            with_hint(error, hint)
        }
        failure => failure.into_error(),
    }
}

fn with_hint(error: AuthError, hint: Option<String>) -> AuthError {
    match hint {
        Some(hint) => error.with("hint", hint),
        None => error,
    }
}

/// Which table, and so which prefix, may be meant.
fn table_hint(wanted: &str, statement: &Statement, tables: &[String]) -> Option<String> {
    if tables.is_empty() {
        return Some(
            "the account sees no table at all: is it the right database, and does it have SELECT?"
                .into(),
        );
    }
    if let Some(prefix) = statement.prefix() {
        let start = prefix.as_str();
        // Servers on Windows and macOS may tell the name in lower case.
        let same_start = wanted
            .get(..start.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(start));
        if let Some(bare) = same_start
            .then(|| &wanted[start.len()..])
            .filter(|bare| !bare.is_empty())
        {
            let others: Vec<String> = tables
                .iter()
                .filter_map(|table| table.strip_suffix(bare))
                .map(|prefix| format!("\"{prefix}\""))
                .take(5)
                .collect();
            match &*others {
                [] => {}
                [only] => return Some(format!("set prefix = {only}")),
                several => return Some(format!("set prefix to one of {}", several.join(", "))),
            }
        }
    }
    // Without a prefix, or with another spelling: what ends alike from an underscore on, then what looks alike.
    let ends_alike = wanted
        .match_indices('_')
        .map(|(at, _)| &wanted[at..])
        .find_map(|end| tables.iter().find(|table| table.ends_with(end)));
    ends_alike
        .map(String::as_str)
        .or_else(|| closest(wanted, tables.iter().map(String::as_str)))
        .map(|table| format!("there is a table {table}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Prefix;

    fn tables(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn our_own_texts_are_taken() {
        for texts in [&TABLES, &COLUMNS, &INDEXES, &VERSION] {
            for engine in [Engine::MySql, Engine::Sqlite] {
                assert!(texts.of(engine).sql().starts_with("SELECT"));
            }
        }
    }

    #[test]
    fn the_right_prefix_is_suggested() {
        let hint = |prefix: &str, sql: &str, wanted: &str, names: &[&str]| {
            let statement = Statement::prefixed(sql, &Prefix::new(prefix).unwrap()).unwrap();
            table_hint(wanted, &statement, &tables(names)).unwrap_or_default()
        };
        let sql = "SELECT 1 FROM {prefix}users";
        assert_eq!(
            hint(
                "phpbb_",
                sql,
                "phpbb_users",
                &["forum_posts", "forum_users"]
            ),
            "set prefix = \"forum_\""
        );
        assert_eq!(
            hint("phpbb_", sql, "phpbb_users", &["users"]),
            "set prefix = \"\""
        );
        assert_eq!(
            hint("phpbb_", sql, "phpbb_users", &["a_users", "b_users"]),
            "set prefix to one of \"a_\", \"b_\""
        );
        let sql = "SELECT 1 FROM {prefix}_users";
        assert_eq!(
            hint("phorum", sql, "phorum_users", &["talk_users"]),
            "set prefix = \"talk\""
        );
        assert!(hint("phorum", sql, "phorum_users", &[]).contains("no table at all"));
        assert_eq!(
            hint("phorum", sql, "phorum_users", &["phorum_user"]),
            "there is a table phorum_user"
        );
        assert_eq!(hint("phorum", sql, "phorum_users", &["wp_posts"]), "");
    }

    #[test]
    fn without_a_prefix_a_table_that_ends_alike_is_suggested() {
        let statement = Statement::new("SELECT 1 FROM `phpbb_auth_access`").unwrap();
        let names = tables(&["x_access", "forum_auth_access"]);
        assert_eq!(
            table_hint("phpbb_auth_access", &statement, &names).unwrap(),
            "there is a table forum_auth_access"
        );
    }
}

//! What tables, columns and indexes a foreign database has.

use std::sync::LazyLock;

use im_core::AuthError;

use crate::{Engine, ForeignDatabase, Ident, Row, Statement, Value};

/// A text of ours, for every engine.
struct Texts {
    mysql: Statement,
    postgres: Statement,
    sqlite: Statement,
}

impl Texts {
    fn new(mysql: &str, postgres: &str, sqlite: &str) -> Self {
        // Our own constant texts; a unit test runs through all of them.
        #[expect(clippy::expect_used, reason = "constant, and tested")]
        let text = |sql: &str| Statement::new(sql).expect("a constant statement");
        Self {
            mysql: text(mysql),
            postgres: text(postgres),
            sqlite: text(sqlite),
        }
    }

    fn of(&self, engine: Engine) -> &Statement {
        match engine {
            Engine::MySql => &self.mysql,
            Engine::Postgres => &self.postgres,
            Engine::Sqlite => &self.sqlite,
        }
    }
}

static TABLES: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name",
        "SELECT CAST(c.relname AS text) AS name FROM pg_class c \
         WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND pg_table_is_visible(c.oid) \
         AND c.relnamespace IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ANY (current_schemas(false))) \
         ORDER BY c.relname",
        "SELECT name AS name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name",
    )
});

static COLUMNS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT column_name AS name, character_set_name AS charset, collation_name AS collation \
         FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = :table ORDER BY ordinal_position",
        "SELECT CAST(a.attname AS text) AS name, NULL AS charset, NULL AS collation \
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         WHERE c.relname = :table AND pg_table_is_visible(c.oid) AND a.attnum > 0 AND NOT a.attisdropped \
         ORDER BY a.attnum",
        "SELECT name AS name, NULL AS charset, NULL AS collation FROM pragma_table_info(:table) ORDER BY cid",
    )
});

/// Columns that an index begins with.
static INDEXES: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT column_name AS name FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND table_name = :table AND seq_in_index = 1 AND index_type <> 'FULLTEXT'",
        "SELECT CAST(a.attname AS text) AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         JOIN pg_attribute a ON a.attrelid = c.oid \
         AND a.attnum = CAST(split_part(CAST(i.indkey AS text), ' ', 1) AS int) \
         WHERE c.relname = :table AND pg_table_is_visible(c.oid) AND i.indisvalid AND i.indpred IS NULL",
        "SELECT i.name AS name FROM pragma_index_list(:table) AS l, pragma_index_info(l.name) AS i \
         WHERE i.seqno = 0 AND l.partial = 0 \
         UNION SELECT name AS name FROM pragma_table_info(:table) WHERE pk = 1",
    )
});

static VERSION: LazyLock<Texts> = LazyLock::new(|| {
    Texts::new(
        "SELECT VERSION() AS version",
        "SELECT current_setting('server_version') AS version",
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

    pub(crate) async fn column_infos_of(&self, table: &str) -> Result<Vec<ColumnInfo>, AuthError> {
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
            Engine::Postgres => format!("PostgreSQL {version}"),
            Engine::MySql => match version.split_once("-MariaDB") {
                Some((version, _)) => format!("MariaDB {version}"),
                None => format!("MySQL {version}"),
            },
        })
    }

    /// Without explanations, which would come here again.
    async fn ask(&self, texts: &Texts, values: &[(&str, Value)]) -> Result<Vec<Row>, AuthError> {
        self.run(texts.of(self.engine()), values, None)
            .await
            .map_err(|failure| self.located(failure.into_error()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_texts_are_taken() {
        for texts in [&TABLES, &COLUMNS, &INDEXES, &VERSION] {
            for engine in [Engine::MySql, Engine::Postgres, Engine::Sqlite] {
                assert!(texts.of(engine).sql().starts_with("SELECT"));
            }
        }
    }
}

//! What tables a database has.

use std::collections::{BTreeMap, BTreeSet};

use im_auth_sql::{Engine, ForeignDatabase, Statement};
use im_core::AuthError;

/// The tables of a database with their columns. Names are compared without regard to case, as most servers do.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TableCatalogue {
    /// By lower-case name: the name as the database spells it, and the columns in lower case.
    tables: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl TableCatalogue {
    /// All that the account may see.
    ///
    /// # Errors
    /// As [`ForeignDatabase::fetch_all`].
    pub async fn read(database: &ForeignDatabase) -> Result<Self, AuthError> {
        let sql = match database.engine() {
            Engine::Postgres => {
                "SELECT CAST(c.relname AS text) AS table_name, CAST(a.attname AS text) AS column_name \
                 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
                 WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND pg_table_is_visible(c.oid) \
                 AND a.attnum > 0 AND NOT a.attisdropped \
                 AND c.relnamespace IN (SELECT n.oid FROM pg_namespace n WHERE n.nspname = ANY (current_schemas(false)))"
            }
            Engine::Sqlite => {
                "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) p \
                 WHERE m.type IN ('table', 'view')"
            }
            _ => {
                "SELECT c.table_name AS table_name, c.column_name AS column_name FROM information_schema.columns c \
                 WHERE c.table_schema = DATABASE()"
            }
        };
        let mut catalogue = Self::default();
        for row in database.fetch_all(&Statement::new(sql)?, &[]).await? {
            catalogue.add(&row.text("table_name")?, &row.text("column_name")?);
        }
        Ok(catalogue)
    }

    pub(super) fn add(&mut self, table: &str, column: &str) {
        let entry = self
            .tables
            .entry(table.to_lowercase())
            .or_insert_with(|| (table.to_owned(), BTreeSet::new()));
        entry.1.insert(column.to_lowercase());
    }

    /// How many tables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether the account sees no table at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The names of the tables, as the database spells them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.values().map(|(name, _)| &**name)
    }

    /// Whether there is such a table.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(&table.to_lowercase())
    }

    /// Whether a table has such a column.
    #[must_use]
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables
            .get(&table.to_lowercase())
            .is_some_and(|(_, columns)| columns.contains(&column.to_lowercase()))
    }

    /// Whether there is what a description asks for: `table` or `table.column`, without prefix.
    #[must_use]
    pub fn has_part(&self, prefix: &str, part: &str) -> bool {
        match part.split_once('.') {
            None => self.has(&format!("{prefix}{part}")),
            Some((table, column)) => self.has_column(&format!("{prefix}{table}"), column),
        }
    }
}

/// The whole name of the table of accounts of a recognised product.
#[must_use]
pub fn account_table(fit: &super::Fit) -> String {
    format!("{}{}", fit.prefix, fit.accounts)
}

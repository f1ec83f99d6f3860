//! The tables and columns by which a product is recognised.

use std::collections::BTreeMap;

use im_auth_sql::Engine;
use im_core::AuthError;

use crate::System;

/// What every installation of a system has on one engine. Names are without prefix.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// The tables that hold accounts.
    pub(crate) accounts: Vec<String>,
    /// The tables with their columns.
    pub(crate) tables: BTreeMap<String, Vec<String>>,
}

impl Shape {
    /// That of a system; `None` where its tables on this engine are not known.
    pub(crate) fn of(system: &System, engine: Engine) -> Result<Option<Self>, AuthError> {
        let Some(spec) = system.spec()? else {
            let about = system.about()?;
            let word = match engine {
                Engine::Postgres => "postgres",
                Engine::Sqlite => "sqlite",
                _ => "mysql",
            };
            if about.tables.is_empty() || !about.engines.iter().any(|known| known == word) {
                return Ok(None);
            }
            let accounts = about.tables.keys().filter(|table| table.ends_with("users"));
            return Ok(Some(Self {
                accounts: accounts.cloned().collect(),
                tables: about.tables,
            }));
        };
        let Some(schema) = spec.schema(engine) else {
            return Ok(None);
        };
        let mut tables = created(schema);
        for part in spec.optional() {
            match part.split_once('.') {
                None => {
                    tables.remove(part);
                }
                Some((table, column)) => {
                    if let Some(columns) = tables.get_mut(table) {
                        columns.retain(|known| !known.eq_ignore_ascii_case(column));
                    }
                }
            }
        }
        for table in &spec.detect().tables {
            tables.entry(table.clone()).or_default();
        }
        let accounts = spec.account_tables().map(|(table, _)| table.to_owned());
        Ok(Some(Self {
            accounts: accounts
                .filter(|table| tables.contains_key(table))
                .collect(),
            tables,
        }))
    }
}

/// What begins a part of a table that is no column.
const NO_COLUMN: [&str; 9] = [
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "INDEX",
    "FULLTEXT",
    "SPATIAL",
    "CONSTRAINT",
    "FOREIGN",
    "CHECK",
];

/// The tables that `CREATE TABLE {prefix}…` texts make, with their columns.
pub(crate) fn created(schema: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for statement in parts(schema, ';') {
        let Some((head, body)) = statement.split_once('(') else {
            continue;
        };
        let lower = head.to_ascii_lowercase();
        if !lower.trim_start().starts_with("create") || !lower.contains("table") {
            continue;
        }
        let Some((_, name)) = head.split_once("{prefix}") else {
            continue;
        };
        let name = bare(name);
        let body = body.rsplit_once(')').map_or(body, |(body, _)| body);
        // The options of a table may hold brackets too; the first that closes more than was opened ends it.
        let columns = parts(until_closed(body), ',').filter_map(column);
        tables.insert(name.to_owned(), columns.collect());
    }
    tables
}

/// The name that a column's definition begins with; `None` for keys and constraints.
fn column(definition: &str) -> Option<String> {
    let definition = definition.trim();
    let mut words = definition.split_whitespace();
    let first = words.next()?;
    if first.starts_with(['`', '"', '[']) {
        return Some(bare(definition).to_owned());
    }
    let word = first
        .split('(')
        .next()
        .unwrap_or(first)
        .to_ascii_uppercase();
    if NO_COLUMN.contains(&&*word) {
        // A column may be called so: then its type follows.
        let kind = words.next().unwrap_or_default().to_ascii_lowercase();
        let is_type = [
            "varchar",
            "char",
            "int",
            "text",
            "tinyint",
            "varbinary",
            "binary",
            "bigint",
            "smallint",
        ]
        .iter()
        .any(|known| kind.split('(').next() == Some(known));
        if !(is_type && matches!(&*word, "KEY" | "INDEX" | "CHECK")) {
            return None;
        }
    }
    Some(bare(first).to_owned())
}

/// A name without its quotes, and without what follows it.
fn bare(text: &str) -> &str {
    let text = text.trim().trim_start_matches(['`', '"', '[']);
    let end = text
        .find(|c: char| matches!(c, '`' | '"' | ']' | '(') || c.is_whitespace())
        .unwrap_or(text.len());
    &text[..end]
}

fn until_closed(body: &str) -> &str {
    let mut depth = 0_u32;
    let mut quote = None;
    for (at, c) in body.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return &body[..at],
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    body
}

/// The parts of a text between separators outside quotes and brackets.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    let mut quote = None;
    text.split(move |c: char| {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, c) if c == separator && depth == 0 => return true,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systems;

    #[test]
    fn tables_and_columns_are_found_among_keys_and_options() {
        let tables = created(
            "CREATE TABLE {prefix}users (id int(11) NOT NULL DEFAULT '0;,)(', `group` enum('a','b'), key varchar(3), \
             PRIMARY KEY (id), UNIQUE name (id, `group`), KEY k (id), CONSTRAINT c CHECK (id > 0)) ENGINE=InnoDB \
             COMMENT='(x)';\n CREATE TABLE IF NOT EXISTS \"{prefix}log\" (\"when\" timestamp, what text)",
        );
        assert_eq!(tables["users"], ["id", "group", "key"]);
        assert_eq!(tables["log"], ["when", "what"]);
        assert_eq!(tables.len(), 2);
    }

    #[test]
    fn every_description_says_where_its_accounts_are() {
        for system in systems() {
            for engine in [Engine::MySql, Engine::Postgres, Engine::Sqlite] {
                if let Some(shape) = Shape::of(&system, engine).unwrap() {
                    assert!(!shape.accounts.is_empty(), "{system:?}");
                    for (table, columns) in &shape.tables {
                        // A column may be called `Garden.SignIn.Allow`.
                        let names = columns
                            .iter()
                            .flat_map(|name| name.split('.'))
                            .all(|word| im_auth_sql::Ident::new(word).is_ok());
                        assert!(names, "{system:?}: {table}: {columns:?}");
                    }
                    for account in &shape.accounts {
                        assert!(shape.tables[account].len() > 1, "{system:?}: {account}");
                    }
                }
            }
        }
    }
}

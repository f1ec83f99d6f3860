//! Values as each engine writes them.

use std::fmt::Write as _;

use im_auth_sql::Engine;
use im_auth_sql::spec::Cell;

/// A value in SQL.
pub(super) fn literal(cell: &Cell, engine: Engine) -> String {
    match (cell, engine) {
        (Cell::Text(text), Engine::MySql) if text.is_ascii() && !text.contains(['\'', '\\']) => {
            format!("'{text}'")
        }
        (Cell::Text(text), Engine::MySql) => format!("_utf8mb4 X'{}'", hex(text.as_bytes())),
        (Cell::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
        // Without a type of its own: whatever the column is.
        (Cell::Int(number), Engine::Postgres) => format!("'{number}'"),
        (Cell::Int(number), _) => number.to_string(),
        (Cell::Float(number), Engine::Postgres) => format!("'{number}'"),
        (Cell::Float(number), _) => number.to_string(),
        (Cell::Bool(truth), Engine::Postgres) => format!("'{}'", u8::from(*truth)),
        (Cell::Bool(truth), _) => u8::from(*truth).to_string(),
        (Cell::Bytes(bytes), Engine::Postgres) => format!("'\\x{}'", hex(bytes)),
        (Cell::Bytes(bytes), _) => format!("X'{}'", hex(bytes)),
        _ => "NULL".to_owned(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A name in the engine's quotes.
pub(super) fn name(name: &str, engine: Engine) -> String {
    match engine {
        Engine::MySql => format!("`{name}`"),
        _ => format!("\"{name}\""),
    }
}

/// A schema's text with the prefix, the names it begins in quotes.
pub(super) fn with_prefix(text: &str, prefix: &str, engine: Engine) -> String {
    let mut sql = String::new();
    let mut parts = text.split("{prefix}");
    sql.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if sql.ends_with(['`', '"', '\'']) {
            sql.push_str(prefix);
            sql.push_str(part);
            continue;
        }
        let length = name_length(part);
        sql.push_str(&name(&format!("{prefix}{}", &part[..length]), engine));
        sql.push_str(&part[length..]);
    }
    sql
}

pub(super) fn name_length(text: &str) -> usize {
    text.bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_$-".contains(byte))
        .count()
}

/// The tables that a schema makes, without prefix.
pub(super) fn tables(schema: &str) -> Vec<String> {
    let mut tables = Vec::new();
    let lower = schema.to_ascii_lowercase();
    for (at, _) in lower.match_indices("create table") {
        let rest = &schema[at + "create table".len()..];
        let Some((before, rest)) = rest.split_once("{prefix}") else {
            continue;
        };
        let before = before.trim().trim_matches(['`', '"']).to_ascii_lowercase();
        if before.is_empty() || before == "if not exists" {
            tables.push(rest[..name_length(rest)].to_owned());
        }
    }
    tables
}

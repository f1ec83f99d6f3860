//! An account that may read what is needed and nothing else.

use im_auth_sql::Engine;
use im_core::AuthError;

use super::{Place, TableCatalogue};
use crate::System;

/// What the new account is called.
pub(crate) const ACCOUNT: &str = "im_ro";

/// The new account as the server's statements write it: MySQL knows accounts by where they come from, and takes a
/// socket for `localhost` and an address of this machine for what it is.
fn account_name(place: &Place) -> String {
    let from = match (place.engine, place.host.as_deref()) {
        (Some(Engine::MySql), _) if place.socket.is_some() => "localhost",
        (Some(Engine::MySql), None) => "localhost",
        (Some(Engine::MySql), Some(host @ ("localhost" | "127.0.0.1" | "::1"))) => host,
        (Some(Engine::MySql), Some(_)) => "%",
        _ => return ACCOUNT.to_owned(),
    };
    format!("'{ACCOUNT}'@'{from}'")
}

/// What the owner runs to make that account: one that may SELECT from the tables that are read, or from the whole
/// database where some of them may come later. Empty for SQLite. `catalogue`: only of tables that are there; `None`:
/// of those that every installation has.
///
/// # Errors
/// When the prefix cannot be used.
pub fn statements(
    system: &System,
    place: &Place,
    prefix: &str,
    catalogue: Option<&TableCatalogue>,
) -> Result<Vec<String>, AuthError> {
    let Some(engine) = place.engine else {
        return Ok(Vec::new());
    };
    if engine == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let mut all = grants(system, place, engine, prefix, catalogue)?;
    if let Some(schema) = place.schema.as_deref() {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let schema = quoted(schema);
        for statement in &mut all {
            *statement = statement
                .replace("SCHEMA public", &format!("SCHEMA {schema}"))
                .replace(
                    "GRANT SELECT ON \"",
                    &format!("GRANT SELECT ON {schema}.\""),
                );
        }
        let database = quoted(place.database.as_deref().unwrap_or_default());
        let look =
            format!("ALTER ROLE {ACCOUNT} IN DATABASE {database} SET search_path = {schema};");
        let usage = all
            .iter()
            .position(|statement| statement.starts_with("GRANT USAGE"));
        all.insert(usage.map_or(all.len(), |usage| usage + 1), look);
    }
    Ok(all)
}

/// The same, as if the tables were where accounts look.
fn grants(
    system: &System,
    place: &Place,
    engine: Engine,
    prefix: &str,
    catalogue: Option<&TableCatalogue>,
) -> Result<Vec<String>, AuthError> {
    let database = place.database.as_deref().unwrap_or_default();
    let account = account_name(place);
    let mut all = Vec::new();
    let name = if engine == Engine::Postgres {
        let name = database.replace('"', "\"\"");
        all.push(format!("CREATE ROLE {account} LOGIN PASSWORD '…';"));
        all.push(format!(
            "GRANT CONNECT ON DATABASE \"{name}\" TO {account};"
        ));
        all.push(format!("GRANT USAGE ON SCHEMA public TO {account};"));
        name
    } else {
        all.push(format!("CREATE USER {account} IDENTIFIED BY '…';"));
        database.replace('`', "``")
    };
    // Tables that come later must be seen, or their bans would not be: then the whole database.
    if let Some(spec) = system.spec()? {
        let explanation = spec.explain(engine, Some(prefix), &|_| true)?;
        if explanation.has_optional {
            all.extend(explanation.grants(&name, &account));
            return Ok(all);
        }
    }
    for table in tables(system, engine, prefix, catalogue)? {
        all.push(match engine {
            Engine::Postgres => format!("GRANT SELECT ON \"{table}\" TO {account};"),
            _ => format!("GRANT SELECT ON `{name}`.`{table}` TO {account};"),
        });
    }
    Ok(all)
}

/// The tables that are read, by their whole names.
pub(crate) fn tables(
    system: &System,
    engine: Engine,
    prefix: &str,
    catalogue: Option<&TableCatalogue>,
) -> Result<Vec<String>, AuthError> {
    let Some(spec) = system.spec()? else {
        let about = system.about()?;
        let some = about.reads_of_some.iter().filter(|_| catalogue.is_some());
        let named =
            about.reads.iter().chain(some).filter(|table| {
                catalogue.is_none_or(|known| known.has(&format!("{prefix}{table}")))
            });
        return Ok(named.map(|table| format!("{prefix}{table}")).collect());
    };
    let has = |part: &str| catalogue.is_some_and(|known| known.has_part(prefix, part));
    let mut tables = spec.explain(engine, Some(prefix), &has)?.tables;
    tables.retain(|table| match catalogue {
        Some(known) => known.has(table),
        None => {
            let bare = table.strip_prefix(prefix).unwrap_or(table);
            !spec.optional().iter().any(|part| part == bare)
        }
    });
    Ok(tables)
}

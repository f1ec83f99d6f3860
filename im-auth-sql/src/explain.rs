//! What to say about a table or column that is missing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use im_core::AuthError;

use crate::error::Failure;
use crate::target::closest;
use crate::{ForeignDatabase, Statement};

/// How long a suggestion is good for: strangers can make sign-ins fail, and each must not read the catalogue.
const GOOD_FOR: Duration = Duration::from_secs(20);

/// Suggestions made lately, by the name that was missing. Names come out of constant statements, so they are few.
#[derive(Debug, Default)]
pub(crate) struct Hints(Mutex<HashMap<String, (Instant, Option<String>)>>);

impl Hints {
    fn get(&self, missing: &str) -> Option<Option<String>> {
        let hints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, hint) = hints.get(missing)?;
        (at.elapsed() < GOOD_FOR).then(|| hint.clone())
    }

    fn put(&self, missing: &str, hint: Option<String>) {
        let mut hints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        hints.insert(missing.to_owned(), (Instant::now(), hint));
    }
}

/// Finds out what to say about a missing table or column.
pub(crate) async fn explain(
    database: &ForeignDatabase,
    failure: Failure,
    statement: &Statement,
) -> AuthError {
    let (kind, missing, error) = match failure {
        Failure::MissingTable(table, error) => ("table", table, error),
        Failure::MissingColumn(column, error) => ("column", column, error),
        failure => return failure.into_error(),
    };
    let hints = database.hints();
    let hint = match hints.get(&missing) {
        Some(hint) => hint,
        None => {
            let hint = if kind == "table" {
                let tables = database.tables().await;
                tables
                    .ok()
                    .and_then(|tables| table_hint(&missing, statement, &tables))
            } else {
                column_hint(database, &missing, statement).await
            };
            hints.put(&missing, hint.clone());
            hint
        }
    };
    let error = error.with(kind, missing);
    match hint {
        Some(hint) => error.with("hint", hint),
        None => error,
    }
}

/// Which column may be meant, or where it was looked for.
async fn column_hint(
    database: &ForeignDatabase,
    wanted: &str,
    statement: &Statement,
) -> Option<String> {
    let mut known = Vec::new();
    for table in statement.quoted_names() {
        let columns = database.column_infos_of(table).await.unwrap_or_default();
        if !columns.is_empty() {
            let columns = columns.into_iter().map(|column| column.name).collect();
            known.push((table.as_str(), columns));
        }
    }
    column_hint_among(wanted, &known)
}

fn column_hint_among(wanted: &str, known: &[(&str, Vec<String>)]) -> Option<String> {
    let columns = known.iter().flat_map(|(_, columns)| columns);
    if let Some(closest) = closest(wanted, columns.map(String::as_str)) {
        let holders: Vec<&str> = known
            .iter()
            .filter(|(_, columns)| columns.iter().any(|column| column == closest))
            .map(|(table, _)| *table)
            .collect();
        let have = if holders.len() == 1 { "has" } else { "have" };
        return Some(format!(
            "{} {have} a column {closest}",
            holders.join(" and ")
        ));
    }
    let tables: Vec<&str> = known.iter().map(|(table, _)| *table).collect();
    let nowhere = match &*tables {
        [] => return None,
        [table] => format!("{table} has no such column"),
        several => format!("none of {} has such a column", several.join(", ")),
    };
    Some(format!(
        "{nowhere}: is this another version of the product?"
    ))
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
    fn only_tables_that_have_the_column_are_named() {
        let known = [
            ("smf_members", tables(&["id_member", "email_address"])),
            ("smf_ban_items", tables(&["id_ban", "email_address"])),
            ("smf_ban_groups", tables(&["id_ban_group", "expire_time"])),
        ];
        for (wanted, number, hint) in [
            ("emailAddress", 1, "smf_members has a column email_address"),
            (
                "emailAddress",
                3,
                "smf_members and smf_ban_items have a column email_address",
            ),
            (
                "zzz",
                1,
                "smf_members has no such column: is this another version of the product?",
            ),
            (
                "zzz",
                2,
                "none of smf_members, smf_ban_items has such a column: is this another version of the product?",
            ),
        ] {
            let found = column_hint_among(wanted, &known[..number]);
            assert_eq!(found.as_deref(), Some(hint));
        }
        assert_eq!(column_hint_among("zzz", &[]), None);
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

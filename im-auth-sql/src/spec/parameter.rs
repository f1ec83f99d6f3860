//! Conditions on several ids at a time.

use super::select::{begins_with_word, parts};
use super::template::quoted;

/// The condition with `:id` for several ids, as `:id0`, `:id1`, ….
pub(super) fn for_ids(condition: &str, ids: usize) -> String {
    let is_simple = |left: &str| {
        !left.ends_with(['<', '>', '!', '='])
            && parts(left, &conjunction).len() == 1
            && !left.contains(":id")
    };
    if let Some(left) = condition.trim().strip_suffix(":id")
        && let Some(left) = left.trim_end().strip_suffix('=')
        && is_simple(left)
    {
        return format!("{left} IN ({})", places(ids));
    }
    let each: Vec<String> = (0..ids)
        .map(|n| format!("({})", replace(condition, "id", &format!(":id{n}"))))
        .collect();
    format!("({})", each.join(" OR "))
}

pub(super) fn with_ids(sql: &str, ids: usize) -> String {
    replace(sql, "ids", &places(ids))
}

fn places(ids: usize) -> String {
    let all: Vec<String> = (0..ids).map(|n| format!(":id{n}")).collect();
    all.join(", ")
}

/// Writes something else for a parameter.
fn replace(sql: &str, parameter: &str, by: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let is_it =
            rest.starts_with(':') && !out.ends_with(':') && begins_with_word(&rest[1..], parameter);
        if is_it {
            out.push_str(by);
            at += 1 + parameter.len();
            continue;
        }
        let length = match rest.as_bytes()[0] {
            b'\'' | b'"' | b'`' => quoted(rest),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        at += length;
    }
    out
}

/// `AND` or `OR` after white space.
pub(super) fn conjunction(rest: &str) -> Option<usize> {
    ["AND", "OR"].into_iter().find_map(|word| {
        let after = rest.strip_prefix(|c: char| c.is_ascii_whitespace())?;
        begins_with_word(after, word).then_some(rest.len() - after.len() + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_asks_for_many_ids() {
        assert_eq!(for_ids("u.id = :id", 2), "u.id  IN (:id0, :id1)");
        assert_eq!(
            for_ids("u.a = 1 AND u.id = :id", 2),
            "((u.a = 1 AND u.id = :id0) OR (u.a = 1 AND u.id = :id1))"
        );
        assert_eq!(
            for_ids("u.id = CAST(:id AS SIGNED)", 1),
            "((u.id = CAST(:id0 AS SIGNED)))"
        );
    }

    #[test]
    fn parameters_in_quotes_are_left_alone() {
        assert_eq!(
            replace("a = ':ids' AND b IN (:ids) AND c = :idsx::ids", "ids", "1"),
            "a = ':ids' AND b IN (1) AND c = :idsx::ids"
        );
    }
}

//! Which column a typed name is compared with.

use super::parameter::conjunction;
use super::select::{Select, begins_with_word, parts};
use crate::{LoginColumn, Prefix};

/// The column that a condition compares with `:login` as it is, in one of its conjuncts.
pub(super) fn login_column(
    condition: &str,
    select: &Select,
    prefix: &Prefix,
) -> Option<LoginColumn> {
    let or = |rest: &str| {
        let after = rest.strip_prefix(|c: char| c.is_ascii_whitespace())?;
        begins_with_word(after, "OR").then_some(3)
    };
    if parts(condition, &or).len() > 1 {
        return None;
    }
    parts(condition, &conjunction).into_iter().find_map(|part| {
        let compact: String = part.split_ascii_whitespace().collect();
        let (left, right) = compact.split_once('=')?;
        let column = if is_login(right) {
            left
        } else if is_login(left) {
            right
        } else {
            return None;
        };
        let (alias, column) = column.split_once('.')?;
        let column = column.trim_matches(['"', '`']);
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !is_word(alias) || !is_word(column) {
            return None;
        }
        let table = prefix.table(select.table(alias)?).ok()?;
        Some(LoginColumn::new(table, column))
    })
}

/// `:login` or a function of it alone, such as `LOWER(:login)`.
fn is_login(text: &str) -> bool {
    if text == ":login" {
        return true;
    }
    let Some((function, rest)) = text.split_once('(') else {
        return false;
    };
    function
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && rest.strip_suffix(')').is_some_and(is_login)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(condition: &str) -> Option<String> {
        let select = Select::parse(
            "SELECT u.id AS id FROM {prefix}users u JOIN {prefix}mails AS m ON m.u = u.id",
        )
        .unwrap();
        let column = login_column(condition, &select, &Prefix::new("x_").unwrap())?;
        Some(format!("{}.{}", column.table.as_str(), column.column))
    }

    #[test]
    fn a_plain_comparison_can_use_an_index() {
        assert_eq!(column("u.name = :login").unwrap(), "x_users.name");
        assert_eq!(column("u.name=LOWER(:login)").unwrap(), "x_users.name");
        assert_eq!(column(":login = m.mail").unwrap(), "x_mails.mail");
        assert_eq!(
            column("u.active = 1 AND u.\"userName\" = :login").unwrap(),
            "x_users.userName"
        );
    }

    #[test]
    fn anything_else_reads_the_whole_table() {
        for condition in [
            "LOWER(u.name) = LOWER(:login)",
            "u.name = :login OR u.mail = :login",
            "u.name LIKE :login",
            "x.name = :login",
            "name = :login",
        ] {
            assert_eq!(column(condition), None, "{condition}");
        }
    }
}

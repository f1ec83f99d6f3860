//! The parts of a SELECT: what it gives under which alias, and from where.

use super::template::quoted;

/// `SELECT items FROM …`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Select {
    is_distinct: bool,
    pub(crate) items: Vec<Item>,
    /// From the word FROM to the end.
    pub(crate) from: String,
}

/// One expression of a SELECT and its alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) expression: String,
    pub(crate) alias: String,
}

/// Clauses that would stand where a condition is appended.
const CLAUSES: [&str; 8] = [
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
];

impl Select {
    /// Takes a SELECT apart that has no clause after FROM.
    ///
    /// # Errors
    /// What is wrong, and what to write.
    pub(crate) fn parse(sql: &str) -> Result<Self, String> {
        let select = Self::parse_any(sql)?;
        if select.is_distinct {
            return Err("DISTINCT would hide that two accounts answer; leave it out".into());
        }
        for word in words(&select.from) {
            let upper = word.text.to_ascii_uppercase();
            if CLAUSES.contains(&&*upper) {
                return Err(if upper == "WHERE" {
                    "write what is after WHERE into the key `where`".into()
                } else {
                    format!(
                        "{upper} cannot stand here: conditions are appended to this text; put it into a sub-select"
                    )
                });
            }
        }
        Ok(select)
    }

    /// Takes any SELECT apart.
    ///
    /// # Errors
    /// What is wrong, and what to write.
    pub(crate) fn parse_any(sql: &str) -> Result<Self, String> {
        let sql = sql.trim().trim_end_matches(';').trim_end();
        let words = words(sql);
        let select = words
            .first()
            .filter(|word| word.text.eq_ignore_ascii_case("SELECT"))
            .ok_or("the text must begin with SELECT")?;
        let from = words
            .iter()
            .find(|word| word.text.eq_ignore_ascii_case("FROM"))
            .map_or(sql.len(), |word| word.at);
        let mut list = sql[select.at + "SELECT".len()..from].trim_start();
        let is_distinct = begins_with_word(list, "DISTINCT");
        if is_distinct {
            list = &list["DISTINCT".len()..];
        }
        let items = parts(list, &|rest| rest.starts_with(',').then_some(1))
            .into_iter()
            .map(item)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            is_distinct,
            items,
            from: sql[from..].to_owned(),
        })
    }

    pub(crate) fn has(&self, alias: &str) -> bool {
        self.expression(alias).is_some()
    }

    pub(crate) fn expression(&self, alias: &str) -> Option<&str> {
        self.items
            .iter()
            .find(|item| item.alias == alias)
            .map(|item| &*item.expression)
    }

    /// The table, without prefix, that an alias of FROM stands for.
    pub(crate) fn table(&self, alias: &str) -> Option<&str> {
        self.tables()
            .find(|(_, given)| given.eq_ignore_ascii_case(alias))
            .map(|(table, _)| table)
    }

    /// The first table of FROM, without prefix.
    pub(crate) fn first_table(&self) -> Option<&str> {
        self.tables().next().map(|(table, _)| table)
    }

    /// Tables of FROM, without prefix, and their aliases.
    fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.from.split("{prefix}").skip(1).map(|rest| {
            let table = leading_name(rest);
            let mut after = rest[table.len()..].split_ascii_whitespace();
            let mut alias = after.next().unwrap_or_default();
            if alias.eq_ignore_ascii_case("AS") {
                alias = after.next().unwrap_or_default();
            }
            (table, leading_name(alias))
        })
    }
}

fn leading_name(text: &str) -> &str {
    let length = text
        .bytes()
        .take_while(|byte| crate::ident::is_name_byte(*byte))
        .count();
    &text[..length]
}

fn item(text: &str) -> Result<Item, String> {
    let text = text.trim();
    let words = words(text);
    let named = words
        .iter()
        .rev()
        .find(|word| word.text.eq_ignore_ascii_case("AS"));
    if let Some(named) = named {
        let alias = text[named.at + 2..].trim().trim_matches(['"', '`']);
        if is_word(alias) {
            return Ok(Item {
                expression: text[..named.at].trim().to_owned(),
                alias: alias.to_owned(),
            });
        }
    }
    let last = text
        .rsplit('.')
        .next()
        .unwrap_or(text)
        .trim_matches(['"', '`']);
    if is_word(last)
        && text
            .split('.')
            .all(|part| is_word(part.trim_matches(['"', '`'])))
    {
        return Ok(Item {
            expression: text.to_owned(),
            alias: last.to_owned(),
        });
    }
    let shown: String = text.chars().take(40).collect();
    Err(format!("{shown:?} has no alias: write `… AS alias`"))
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A word outside quotes and parentheses, and where it begins.
struct Word<'a> {
    text: &'a str,
    at: usize,
}

fn words(sql: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        let byte = rest.as_bytes()[0];
        at += match byte {
            b'\'' | b'"' | b'`' => quoted(rest),
            b'(' => {
                depth += 1;
                1
            }
            b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let length = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                let after_dot = at > 0 && matches!(sql.as_bytes()[at - 1], b'.' | b'}' | b':');
                if depth == 0 && !after_dot {
                    words.push(Word {
                        text: &rest[..length],
                        at,
                    });
                }
                length
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    words
}

/// The parts between separators that stand outside quotes and parentheses. `separator` gives the length of the one
/// that its text begins with.
pub(super) fn parts<'a>(sql: &'a str, separator: &dyn Fn(&str) -> Option<usize>) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        if depth == 0
            && let Some(length) = separator(rest)
        {
            parts.push(&sql[start..at]);
            at += length;
            start = at;
            continue;
        }
        at += match rest.as_bytes()[0] {
            b'\'' | b'"' | b'`' => quoted(rest),
            b'(' => {
                depth += 1;
                1
            }
            b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    parts.push(&sql[start..]);
    parts
}

/// Whether a text begins with this word.
pub(super) fn begins_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && !text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_found_whatever_the_expressions_hold() {
        let select = Select::parse(
            "SELECT u.ID AS id, CASE WHEN u.x = 'a, b AS c' THEN 1 END AS state, u.name,\n \
             (SELECT MAX(b.e) FROM {prefix}bans b WHERE b.u = u.ID) AS until FROM {prefix}users u \
             LEFT JOIN {prefix}meta AS m ON m.u = u.ID",
        )
        .unwrap();
        let aliases: Vec<&str> = select.items.iter().map(|item| &*item.alias).collect();
        assert_eq!(aliases, ["id", "state", "name", "until"]);
        assert_eq!(select.expression("id"), Some("u.ID"));
        assert_eq!(select.first_table(), Some("users"));
        assert_eq!(select.table("m"), Some("meta"));
        assert!(select.from.starts_with("FROM {prefix}users u"));
    }

    #[test]
    fn what_would_not_take_a_condition_is_refused() {
        for (sql, word) in [
            ("SELECT a AS id FROM {prefix}u u WHERE a = 1", "`where`"),
            ("SELECT a AS id FROM {prefix}u u ORDER BY a", "ORDER"),
            ("SELECT a + 1 FROM {prefix}u u", "alias"),
            ("SELECT DISTINCT a AS id FROM {prefix}u u", "DISTINCT"),
            ("UPDATE x", "SELECT"),
        ] {
            let error = Select::parse(sql).unwrap_err();
            assert!(error.contains(word), "{sql}: {error}");
        }
    }
}

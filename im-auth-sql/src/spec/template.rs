//! SQL with parts that depend on what columns and tables an installation has.

use std::fmt;

use crate::ident::is_name_byte;

/// A text in which `{users.salt ? expr : other}` stands for `expr` where the table `users` has a column `salt`, and
/// for `other` elsewhere; `{notes ? expr : other}` the same for a table. They do not nest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Either {
        test: Test,
        then: String,
        otherwise: String,
    },
}

/// Whether an installation has this table or this column of it. Names are without the prefix.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) table: String,
    pub(crate) column: Option<String>,
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table)?;
        match &self.column {
            Some(column) => write!(f, ".{column}"),
            None => Ok(()),
        }
    }
}

const PREFIX: &str = "{prefix}";

impl Template {
    /// Takes a text apart.
    ///
    /// # Errors
    /// What is wrong with its braces, and what to write.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(byte) = rest.bytes().next() {
            let length = if is_quote(byte) {
                quoted(rest)
            } else if rest.starts_with(PREFIX) {
                PREFIX.len()
            } else if byte == b'{' {
                let inside = inside(rest)?;
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(either(inside)?);
                rest = &rest[inside.len() + 2..];
                continue;
            } else {
                rest.chars().next().map_or(1, char::len_utf8)
            };
            plain.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }

    /// What an installation is asked before [`resolve`](Self::resolve).
    pub(crate) fn tests(&self) -> impl Iterator<Item = &Test> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Either { test, .. } => Some(test),
            Piece::Text(_) => None,
        })
    }

    /// The SQL for an installation.
    pub(crate) fn resolve(&self, has: &dyn Fn(&Test) -> bool) -> String {
        let mut sql = String::new();
        for piece in &self.0 {
            sql.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Either { test, then, .. } if has(test) => then,
                Piece::Either { otherwise, .. } => otherwise,
            });
        }
        sql
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'`')
}

/// The length of the quoted text that `text` begins with, to its end if it is never closed.
pub(super) fn quoted(text: &str) -> usize {
    let quote = &text[..1];
    text[1..].find(quote).map_or(text.len(), |at| at + 2)
}

/// What is between the braces that `text` begins with.
fn inside(text: &str) -> Result<&str, String> {
    let mut at = 1;
    while let Some(byte) = text.as_bytes().get(at) {
        let rest = &text[at..];
        at += match byte {
            byte if is_quote(*byte) => quoted(rest),
            b'}' => return Ok(&text[1..at]),
            b'{' if rest.starts_with(PREFIX) => PREFIX.len(),
            b'{' => return Err("braces do not nest; only {prefix} may stand in them".into()),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    Err(format!(
        "the brace before {:?} is never closed",
        text[1..].chars().take(20).collect::<String>()
    ))
}

fn either(inside: &str) -> Result<Piece, String> {
    let shown: String = inside.chars().take(30).collect();
    let wrong = || {
        format!(
            "{{{shown}}} must be {{prefix}}, or {{table.column ? sql : other sql}}, or {{table ? sql : other sql}}"
        )
    };
    let (test, body) = inside.split_once('?').ok_or_else(wrong)?;
    let (table, column) = match test.trim().split_once('.') {
        Some((table, column)) => (table, Some(column)),
        None => (test.trim(), None),
    };
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_name_byte);
    if !is_name(table) || !column.is_none_or(is_name) {
        return Err(wrong());
    }
    let (then, otherwise) = split(body).ok_or_else(wrong)?;
    Ok(Piece::Either {
        test: Test {
            table: table.to_owned(),
            column: column.map(str::to_owned),
        },
        then: then.trim().to_owned(),
        otherwise: otherwise.trim().to_owned(),
    })
}

/// At the colon with white space around it, outside quotes and parentheses.
fn split(body: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    let mut at = 0;
    let bytes = body.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            byte if is_quote(*byte) => {
                at += quoted(&body[at..]);
                continue;
            }
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => {
                let before = at == 0 || bytes[at - 1].is_ascii_whitespace();
                let after = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
                if before && after {
                    return Some((&body[..at], &body[at + 1..]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str, has: &[&str]) -> String {
        let template = Template::parse(text).unwrap();
        template.resolve(&|test| has.contains(&&*test.to_string()))
    }

    #[test]
    fn a_column_that_is_there_gives_the_first_part() {
        let text = "SELECT {users.salt ? u.salt : NULL} AS salt FROM {prefix}users u";
        assert_eq!(
            resolved(text, &["users.salt"]),
            "SELECT u.salt AS salt FROM {prefix}users u"
        );
        assert_eq!(
            resolved(text, &[]),
            "SELECT NULL AS salt FROM {prefix}users u"
        );
    }

    #[test]
    fn a_part_may_hold_tables_parameters_casts_and_quotes() {
        let text = "{bans ? CASE WHEN (SELECT MAX(b.x)::text FROM {prefix}bans b WHERE b.t > :now) = ' : }' THEN 'a' END : NULL}";
        assert_eq!(
            resolved(text, &["bans"]),
            "CASE WHEN (SELECT MAX(b.x)::text FROM {prefix}bans b WHERE b.t > :now) = ' : }' THEN 'a' END"
        );
        assert_eq!(resolved(text, &[]), "NULL");
    }

    #[test]
    fn what_is_in_quotes_is_left_alone() {
        assert_eq!(
            resolved("SELECT '{x ? y : z}' AS a", &[]),
            "SELECT '{x ? y : z}' AS a"
        );
    }

    #[test]
    fn wrong_braces_are_refused_with_what_to_write() {
        for (text, word) in [
            ("{prefx}users", "{prefix}"),
            ("{users.salt ? a}", "other sql"),
            ("{users.salt ? {x ? a : b} : c}", "do not nest"),
            ("{users.salt ? a : b", "never closed"),
            ("{us ers ? a : b}", "table.column"),
        ] {
            let error = Template::parse(text).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}

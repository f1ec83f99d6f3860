//! `vectors/systems.tsv`: which system stands for a row, and what its SELECT would make of it.

use std::sync::Arc;

use crate::answer::Answer;
use crate::table::{Row, Table};

pub(crate) struct Mapping(Vec<(Row, Arc<Line>)>);

/// What to do with the rows a line is for.
pub(crate) struct Line {
    pub(crate) number: usize,
    /// The system; `phpbb2` and `phorum` for the adapters in code, `*` for every system.
    pub(crate) id: String,
    /// What the SELECT gives as `format`, if anything.
    pub(crate) alias: Option<String>,
    pub(crate) stored: Cell,
    pub(crate) salt: Cell,
    pub(crate) secret: Cell,
    pub(crate) rounds: Cell,
    pub(crate) username: Cell,
    /// What is answered instead of what the product was seen to answer.
    pub(crate) exception: Option<Answer>,
}

/// What the SELECT gives as an alias.
pub(crate) enum Cell {
    /// What the row has.
    AsItIs,
    /// NULL.
    Null,
    /// Made of the row's cells.
    Made(String),
}

impl Mapping {
    pub(crate) fn read() -> Self {
        let lines = Table::read("vectors/systems.tsv").rows.into_iter();
        Self(
            lines
                .map(|row| {
                    let line = Arc::new(Line::read(&row));
                    (row, line)
                })
                .collect(),
        )
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &Arc<Line>> {
        self.0.iter().map(|(_, line)| line)
    }

    /// The first line that is for a row.
    pub(crate) fn of(&self, table: &str, row: &Row) -> Option<&Arc<Line>> {
        let is = |pattern: &str, value: &str| pattern == "*" || pattern == value;
        self.0
            .iter()
            .find(|(line, _)| {
                line["table"] == *table
                    && line["system"] == row["system"]
                    && is(&line["version"], &row["version"])
                    && is(&line["format"], &row["format"])
                    && is(&line["accept"], &row["accept"])
                    && row["note"].contains(&line["note"])
                    && row["password"].starts_with(&line["password"])
            })
            .map(|(_, line)| line)
    }
}

impl Line {
    fn read(row: &Row) -> Self {
        let exception = match &row["answer"] {
            "" => None,
            "match" => Some(Answer::Match),
            "mismatch" => Some(Answer::Mismatch),
            "unsupported" => Some(Answer::Unsupported),
            "missing" => Some(Answer::Missing),
            other => panic!("systems.tsv:{}: answer {other:?}", row.number),
        };
        assert_eq!(
            exception.is_some(),
            !row["why"].is_empty(),
            "systems.tsv:{}: an exception has a reason",
            row.number
        );
        Self {
            number: row.number,
            id: row["id"].to_owned(),
            alias: (&row["alias"] != "-").then(|| row["alias"].to_owned()),
            stored: Cell::read(&row["stored"]),
            salt: Cell::read(&row["salt"]),
            secret: Cell::read(&row["secret"]),
            rounds: Cell::read(&row["rounds"]),
            username: Cell::read(&row["username"]),
            exception,
        }
    }
}

impl Cell {
    fn read(text: &str) -> Self {
        match text {
            "" => Self::AsItIs,
            "-" => Self::Null,
            text => Self::Made(text.to_owned()),
        }
    }

    /// The alias' bytes for a row. `column` is where they are as they are.
    pub(crate) fn of(&self, row: &Row, column: &str) -> Option<Vec<u8>> {
        let text = match self {
            Self::Null => return None,
            Self::AsItIs => row.get(column)?.to_owned(),
            Self::Made(template) => made(template, row),
        };
        if let Some(digits) = text.strip_prefix("hex:") {
            return Some(hex::decode(digits).expect("hex digits"));
        }
        if let Some(digits) = text.strip_prefix("base64:") {
            use base64::Engine as _;
            let bytes = base64::engine::general_purpose::STANDARD.decode(digits);
            return Some(bytes.expect("base 64"));
        }
        Some(text.into_bytes())
    }
}

/// `{column}`, `{column|1}`: the part behind the first `|`, `{column@16:2}`: two bytes from there.
fn made(template: &str, row: &Row) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}').expect("a closing brace");
        text.push_str(before);
        if let Some((column, part)) = name.split_once('|') {
            let part: usize = part.parse().expect("a number");
            text.push_str(row[column].split('|').nth(part).unwrap_or_default());
        } else if let Some((column, place)) = name.split_once('@') {
            let (start, length) = place.split_once(':').expect("start:length");
            let start: usize = start.parse().expect("a number");
            let length: usize = length.parse().expect("a number");
            text.push_str(row[column].get(start..start + length).unwrap_or_default());
        } else {
            text.push_str(&row[name]);
        }
        rest = behind;
    }
    text + rest
}

//! A row by alias, whatever types the columns have.

use std::fmt;
use std::sync::Arc;

use im_core::{AuthError, Timestamp};
use time::format_description::well_known::Iso8601;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime};

use crate::charset::decode_utf8;
use crate::{TextCharset, Value};

/// One row, read by the aliases of the SELECT.
///
/// Every column type of every engine can be read: numbers as text and text as numbers where they are; what cannot
/// is [`AuthError::Schema`], which names the alias and never the value. So is a value that the driver cannot decode,
/// however it is asked for.
#[derive(Clone)]
pub struct Row {
    layout: Arc<Layout>,
    cells: Vec<Cell>,
}

/// What the rows of one answer have in common.
pub(crate) struct Layout {
    pub(crate) aliases: Vec<String>,
    pub(crate) charset: Option<TextCharset>,
}

/// A value as the driver gave it. Never printed.
#[derive(Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    /// What the driver cannot decode. Not NULL: a lock that cannot be read is not a missing one.
    Unreadable,
    Int(i64),
    #[cfg_attr(
        not(feature = "mysql"),
        allow(dead_code, reason = "MySQL alone has such a type")
    )]
    UInt(u64),
    Real(f64),
    /// Text in the connection's character set, or bytes.
    Bytes(Vec<u8>),
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        allow(dead_code, reason = "SQLite has no such type")
    )]
    Moment(Timestamp),
}

impl Row {
    pub(crate) fn new(layout: Arc<Layout>, cells: Vec<Cell>) -> Self {
        Self { layout, cells }
    }

    fn cell(&self, alias: &str) -> Result<&Cell, AuthError> {
        self.layout
            .aliases
            .iter()
            .position(|known| known == alias)
            .and_then(|at| self.cells.get(at))
            .ok_or_else(|| {
                AuthError::schema("the statement gives no such column").with("column", alias)
            })
    }

    /// A row of the same columns with other values.
    #[cfg(feature = "spec")]
    pub(crate) fn with_cells(&self, cell: impl Fn(&str) -> Cell) -> Self {
        Self {
            layout: Arc::clone(&self.layout),
            cells: self
                .layout
                .aliases
                .iter()
                .map(|alias| cell(alias))
                .collect(),
        }
    }

    /// Whether the statement gives this column at all.
    #[must_use]
    pub fn has(&self, alias: &str) -> bool {
        self.layout.aliases.iter().any(|known| known == alias)
    }

    /// Text, also of a number.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column or it is NULL.
    pub fn text(&self, alias: &str) -> Result<String, AuthError> {
        self.opt_text(alias)?.ok_or_else(|| null(alias))
    }

    /// Text, also of a number; `None` for NULL.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column.
    pub fn opt_text(&self, alias: &str) -> Result<Option<String>, AuthError> {
        Ok(match self.cell(alias)? {
            Cell::Null => None,
            Cell::Unreadable => return Err(unreadable(alias)),
            Cell::Int(number) => Some(number.to_string()),
            Cell::UInt(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Moment(moment) => Some(moment.format(&Iso8601::DEFAULT).unwrap_or_default()),
            Cell::Bytes(bytes) => Some(
                match &self.layout.charset {
                    Some(charset) => charset.decode(bytes),
                    None => decode_utf8(bytes),
                }
                .into_owned(),
            ),
        })
    }

    /// The bytes as the connection brought them: stored passwords, salts. A number's are its digits.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column or it is NULL.
    pub fn bytes(&self, alias: &str) -> Result<Vec<u8>, AuthError> {
        self.opt_bytes(alias)?.ok_or_else(|| null(alias))
    }

    /// As [`bytes`](Self::bytes); `None` for NULL.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column.
    pub fn opt_bytes(&self, alias: &str) -> Result<Option<Vec<u8>>, AuthError> {
        match self.cell(alias)? {
            Cell::Bytes(bytes) => Ok(Some(bytes.clone())),
            _ => Ok(self.opt_text(alias)?.map(String::into_bytes)),
        }
    }

    /// A whole number, also from text or DECIMAL that is one.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column, or it is NULL or no such number.
    pub fn int(&self, alias: &str) -> Result<i64, AuthError> {
        self.opt_int(alias)?.ok_or_else(|| null(alias))
    }

    /// As [`int`](Self::int); `None` for NULL.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column or it is no such number.
    pub fn opt_int(&self, alias: &str) -> Result<Option<i64>, AuthError> {
        self.number(alias)?
            .map(|number| number.try_into().map_err(|_| not(alias, "a whole number")))
            .transpose()
    }

    /// A whole number that is not negative.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column, or it is NULL or no such number.
    pub fn uint(&self, alias: &str) -> Result<u64, AuthError> {
        self.number(alias)?
            .ok_or_else(|| null(alias))?
            .try_into()
            .map_err(|_| not(alias, "a whole number from 0 up"))
    }

    /// Wide enough for every whole number a database holds.
    fn number(&self, alias: &str) -> Result<Option<i128>, AuthError> {
        Ok(Some(match self.cell(alias)? {
            Cell::Null => return Ok(None),
            Cell::Unreadable => return Err(unreadable(alias)),
            Cell::Int(number) => (*number).into(),
            Cell::UInt(number) => (*number).into(),
            // Exact as long as it is below 2^53; a database that keeps an id as a float has no others.
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be whole and small"
            )]
            Cell::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => *number as i128,
            Cell::Bytes(bytes) => {
                whole_number(bytes).ok_or_else(|| not(alias, "a whole number"))?
            }
            Cell::Real(_) | Cell::Moment(_) => return Err(not(alias, "a whole number")),
        }))
    }

    /// A truth: a number that is not 0; or a text such as `1`, `y`, `yes`, `true`, `on` against an empty one, `0`,
    /// `n`, `no`, `false`, `off`.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column, or it is NULL or neither.
    pub fn bool(&self, alias: &str) -> Result<bool, AuthError> {
        self.opt_bool(alias)?.ok_or_else(|| null(alias))
    }

    /// As [`bool`](Self::bool); `None` for NULL.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column or it is neither true nor false.
    pub fn opt_bool(&self, alias: &str) -> Result<Option<bool>, AuthError> {
        if let Cell::Bytes(bytes) = self.cell(alias)? {
            let word = bytes.trim_ascii().to_ascii_lowercase();
            match &*word {
                b"y" | b"yes" | b"true" | b"t" | b"on" => return Ok(Some(true)),
                b"" | b"n" | b"no" | b"false" | b"f" | b"off" => return Ok(Some(false)),
                _ => {}
            }
        }
        match self.number(alias) {
            Ok(number) => Ok(number.map(|number| number != 0)),
            Err(_) => Err(not(alias, "true or false")),
        }
    }

    /// A moment: Unix seconds, a date-time column (read as UTC) or such a text.
    ///
    /// `None` for what products write when they do not know: NULL, 0, an empty text, the zero date.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column or it is none of these.
    pub fn timestamp(&self, alias: &str) -> Result<Option<Timestamp>, AuthError> {
        match self.cell(alias)? {
            Cell::Null => Ok(None),
            Cell::Unreadable => Err(unreadable(alias)),
            Cell::Moment(moment) => Ok(Some(*moment)),
            Cell::Bytes(bytes) if whole_number(bytes).is_none() => {
                let text = String::from_utf8_lossy(bytes);
                let text = text.trim();
                if text.is_empty() || text.starts_with("0000-00-00") {
                    return Ok(None);
                }
                written_moment(text)
                    .map(Some)
                    .ok_or_else(|| not(alias, "a moment"))
            }
            _ => {
                let seconds = self.int(alias)?;
                if seconds == 0 {
                    return Ok(None);
                }
                Timestamp::from_unix_timestamp(seconds)
                    .map(Some)
                    .map_err(|_| not(alias, "a moment in Unix seconds"))
            }
        }
    }

    /// The column as a parameter of another statement, such as an id; `None` for NULL and for what is no id.
    ///
    /// # Errors
    /// [`AuthError::Schema`] when there is no such column.
    pub fn value(&self, alias: &str) -> Result<Option<Value>, AuthError> {
        Ok(match self.cell(alias)? {
            Cell::Int(number) => Some(Value::Int(*number)),
            Cell::UInt(number) => i64::try_from(*number).ok().map(Value::Int),
            Cell::Bytes(_) => self.opt_text(alias)?.map(Value::Text),
            Cell::Unreadable => return Err(unreadable(alias)),
            Cell::Null | Cell::Real(_) | Cell::Moment(_) => None,
        })
    }
}

/// Names the columns only: what is in them may be a stored password.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Row").field(&self.layout.aliases).finish()
    }
}

fn null(alias: &str) -> AuthError {
    AuthError::schema("a column that must have a value is NULL").with("column", alias)
}

fn unreadable(alias: &str) -> AuthError {
    AuthError::schema("a column holds a value that cannot be read").with("column", alias)
}

fn not(alias: &str, what: &str) -> AuthError {
    AuthError::schema(format!("a column does not hold {what}")).with("column", alias)
}

/// Digits, a sign, and a fraction if it is all zeros, as DECIMAL columns write them.
fn whole_number(bytes: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(bytes.trim_ascii()).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|digit| digit == b'0') {
        return None;
    }
    whole.parse().ok()
}

fn written_moment(text: &str) -> Option<Timestamp> {
    let seconds = text.get(..19).unwrap_or(text).replace('T', " ");
    let moment = PrimitiveDateTime::parse(
        &seconds,
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"),
    );
    let minute = || {
        PrimitiveDateTime::parse(
            &seconds,
            format_description!("[year]-[month]-[day] [hour]:[minute]"),
        )
    };
    let day = || Date::parse(text, format_description!("[year]-[month]-[day]"));
    moment
        .or_else(|_| minute())
        .or_else(|_| day().map(Date::midnight))
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cell: Cell) -> Row {
        let layout = Layout {
            aliases: vec!["x".into()],
            charset: None,
        };
        Row::new(Arc::new(layout), vec![cell])
    }

    fn text(text: &str) -> Row {
        row(Cell::Bytes(text.into()))
    }

    #[test]
    fn numbers_are_read_from_whatever_holds_them() {
        for cell in [
            Cell::Int(42),
            Cell::UInt(42),
            Cell::Real(42.0),
            Cell::Bytes(b"42".into()),
            Cell::Bytes(b" 42.000".into()),
        ] {
            assert_eq!(row(cell).int("x").unwrap(), 42);
        }
        assert_eq!(row(Cell::UInt(u64::MAX)).uint("x").unwrap(), u64::MAX);
        assert_eq!(text("-1").int("x").unwrap(), -1);
        assert_eq!(row(Cell::Null).opt_int("x").unwrap(), None);
    }

    #[test]
    fn what_is_no_number_names_the_column_and_not_the_value() {
        for (name, row) in [
            ("word", text("hush")),
            ("empty", text("")),
            ("fraction", text("1.5")),
            ("float", row(Cell::Real(0.5))),
            ("not a number", row(Cell::Real(f64::NAN))),
            ("null", row(Cell::Null)),
        ] {
            let error = row.int("x").expect_err(name);
            assert_eq!(error.kind(), "schema");
            let text = format!("{error} {error:?}");
            assert!(text.contains('x') && !text.contains("hush"), "{text}");
        }
        assert!(row(Cell::UInt(u64::MAX)).int("x").is_err());
        assert!(row(Cell::Int(-1)).uint("x").is_err());
    }

    #[test]
    fn a_missing_alias_is_named() {
        let error = text("").text("nmae").unwrap_err();
        assert_eq!(error.kind(), "schema");
        assert!(error.to_string().contains("nmae"));
        assert!(!text("").has("nmae"));
    }

    #[test]
    fn truth_has_many_spellings() {
        for yes in ["1", "y", "Yes", "TRUE", "on", "2", "-1", "t"] {
            assert!(text(yes).bool("x").unwrap(), "{yes}");
        }
        for no in ["0", "", "n", "No", "FALSE", "off", "0.0", "f"] {
            assert!(!text(no).bool("x").unwrap(), "{no}");
        }
        assert_eq!(text("maybe").bool("x").unwrap_err().kind(), "schema");
        assert!(row(Cell::Int(-3)).bool("x").unwrap());
        assert_eq!(row(Cell::Null).opt_bool("x").unwrap(), None);
    }

    #[test]
    fn moments_are_seconds_or_written() {
        let moment = Timestamp::from_unix_timestamp(1_000_000_000).unwrap();
        for row in [
            row(Cell::Int(1_000_000_000)),
            text("1000000000"),
            text("2001-09-09 01:46:40"),
            text("2001-09-09T01:46:40.123Z"),
            row(Cell::Moment(moment)),
        ] {
            assert_eq!(row.timestamp("x").unwrap(), Some(moment));
        }
        for row in [
            row(Cell::Null),
            row(Cell::Int(0)),
            text(""),
            text("0"),
            text("0000-00-00 00:00:00"),
        ] {
            assert_eq!(row.timestamp("x").unwrap(), None);
        }
        for row in [text("yesterday"), row(Cell::Int(i64::MAX))] {
            assert_eq!(row.timestamp("x").unwrap_err().kind(), "schema");
        }
    }

    #[test]
    fn text_that_is_no_utf8_is_still_read() {
        assert_eq!(row(Cell::Bytes(b"Zo\xe9".into())).text("x").unwrap(), "Zoé");
        assert_eq!(
            row(Cell::Bytes(b"Zo\xe9".into())).bytes("x").unwrap(),
            b"Zo\xe9"
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_never_taken_for_null() {
        let row = row(Cell::Unreadable);
        for error in [
            row.opt_text("x").unwrap_err(),
            row.opt_bytes("x").unwrap_err(),
            row.opt_int("x").unwrap_err(),
            row.opt_bool("x").unwrap_err(),
            row.timestamp("x").unwrap_err(),
            row.value("x").unwrap_err(),
        ] {
            assert_eq!(error.kind(), "schema");
            assert!(error.to_string().contains('x'), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", text("hush")), r#"Row(["x"])"#);
    }
}

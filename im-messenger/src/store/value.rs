//! What goes into a statement and comes out of it: whole numbers and text.

use super::StoreError;

/// A bound value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement, in the order of its `?`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::Value::from($value)),*] };
}
pub(crate) use args;

/// `?, ?, ?` for a list of `count` values. Lists are padded to few lengths, to keep the number of statements small.
pub(crate) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// A row of an answer. Columns are asked for by name and type; a surprise is an error that names the column.
pub(crate) enum Row {
    #[cfg(feature = "sqlite")]
    Sqlite(sqlx::sqlite::SqliteRow),
    #[cfg(feature = "mysql")]
    MySql(sqlx::mysql::MySqlRow),
}

impl Row {
    pub(crate) fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        use sqlx::Row as _;
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(row) => row.try_get(column),
            #[cfg(feature = "mysql")]
            Self::MySql(row) => row.try_get(column),
        }
        .map_err(|_| StoreError::Content { column })
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or(StoreError::Content { column })
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        use sqlx::Row as _;
        let unexpected = StoreError::Content { column };
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(row) => row.try_get(column).map_err(|_| unexpected),
            // Byte-wise columns report themselves as binary: take the bytes, whatever they are called.
            #[cfg(feature = "mysql")]
            Self::MySql(row) => match row.try_get_unchecked::<Option<Vec<u8>>, _>(column) {
                Ok(bytes) => bytes
                    .map(|bytes| String::from_utf8(bytes).map_err(|_| unexpected))
                    .transpose(),
                Err(_) => Err(unexpected),
            },
        }
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or(StoreError::Content { column })
    }
}

//! An answer, row by row, whichever driver gives it.

use std::sync::Arc;

use futures_util::{Stream, TryStreamExt};
use im_core::AuthError;
use sqlx::Column;
use sqlx::error::BoxDynError;

use crate::TextCharset;
use crate::database::MAX_ROWS;
use crate::error::Failure;
use crate::row::{Cell, Layout, Row};

/// Every row of an answer. `running` says what an error means, `cell` what stands in a place of a row.
pub(crate) async fn gather<R: sqlx::Row>(
    mut answer: impl Stream<Item = Result<R, sqlx::Error>> + Unpin,
    charset: Option<TextCharset>,
    running: fn(sqlx::Error) -> Failure,
    cell: fn(&R, usize) -> Cell,
) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut layout = None;
    while let Some(row) = answer.try_next().await.map_err(running)? {
        if rows.len() >= MAX_ROWS {
            return Err(Failure::Broken(AuthError::configuration(format!(
                "a statement gives more than {MAX_ROWS} rows"
            ))));
        }
        let columns = row.columns();
        let layout = layout.get_or_insert_with(|| {
            let aliases = columns.iter().map(|column| column.name().to_owned());
            Arc::new(Layout {
                aliases: aliases.collect(),
                charset,
            })
        });
        let cells = (0..columns.len()).map(|at| cell(&row, at)).collect();
        rows.push(Row::new(Arc::clone(layout), cells));
    }
    Ok(rows)
}

/// A value that the driver does not take.
pub(crate) fn unbindable(error: BoxDynError) -> Failure {
    Failure::Refused(AuthError::configuration("a value cannot be bound").with_source(error))
}

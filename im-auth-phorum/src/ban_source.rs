//! The ban lists of a board, read each time and made ready again only when they changed.

use std::sync::{Arc, Mutex, PoisonError};

use im_auth_sql::ForeignDatabase;
use im_core::AuthError;

use crate::bans::{BanKind, BanList, BanRow};
use crate::board::Board;

/// The last list that was made ready.
#[derive(Debug, Default)]
pub(crate) struct BanSource(Mutex<Arc<BanList>>);

impl BanSource {
    /// The lists as they are now. What cannot be used in them is logged when they change.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) async fn list(
        &self,
        database: &ForeignDatabase,
        board: &Board,
    ) -> Result<Arc<BanList>, AuthError> {
        let Some(statement) = &board.queries.bans else {
            return Ok(Arc::default());
        };
        let rows = read(database.fetch_all(statement, &[]).await?)?;
        let last = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if last.was_made_of(&rows) {
            return Ok(last);
        }
        let list = Arc::new(BanList::new(rows));
        for problem in list.problems() {
            tracing::warn!("Phorum: {problem}");
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&list);
        Ok(list)
    }
}

fn read(rows: Vec<im_auth_sql::Row>) -> Result<Vec<BanRow>, AuthError> {
    let mut bans = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(kind) = BanKind::from_column(row.int("kind")?) else {
            continue;
        };
        bans.push(BanRow {
            id: row.int("id")?,
            kind,
            is_pattern: row.int("pcre")? != 0,
            text: row.text("string")?,
        });
    }
    Ok(bans)
}

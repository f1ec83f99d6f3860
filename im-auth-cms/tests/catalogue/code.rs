//! Rows of the products whose adapters are code: they stand in `im-password`'s own vectors, which
//! its tests verify with the inputs of those adapters.

use libtest_mimic::Failed;

use crate::answer::Answer;
use crate::table::{Row, Table};

/// What those vectors say of a row, if they hold it.
pub(crate) fn held(row: &Row) -> Result<Answer, Failed> {
    let vectors = Table::read("../../im-password/tests/vectors/forums.tsv");
    let same = |vector: &&Row| {
        vector["password"] == escaped(&row["password"])
            && vector["stored"] == escaped(&row["stored"])
            && vector["note"].starts_with(&row["system"])
            && (&vector["expect"] == "match") == (&row["accept"] == "yes")
    };
    let vector = vectors.rows.iter().find(same);
    match vector.map(|vector| &vector["expect"]) {
        Some("match") => Ok(Answer::Match),
        Some("mismatch") => Ok(Answer::Mismatch),
        Some("unsupported") => Ok(Answer::Unsupported),
        _ => Err("im-password/tests/vectors/forums.tsv does not hold it".into()),
    }
}

/// As cells are written there.
fn escaped(cell: &str) -> String {
    cell.replace('\\', r"\\")
}

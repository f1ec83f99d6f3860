//! Tables with tabs between their cells and a header.

use std::ops::Index;
use std::path::Path;
use std::sync::Arc;

pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

/// Its cells, by the header's words.
pub(crate) struct Row {
    header: Arc<[String]>,
    cells: Vec<String>,
    /// Its line in the file.
    pub(crate) number: usize,
}

impl Table {
    /// Reads a file below `tests`.
    pub(crate) fn read(path: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(path);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.split('\n').zip(1..);
        let cells = |line: &str| -> Vec<String> { line.split('\t').map(str::to_owned).collect() };
        let header: Arc<[String]> = cells(lines.next().expect("a header").0).into();
        let rows = lines
            .filter(|(line, _)| !line.is_empty())
            .map(|(line, number)| {
                let row = Row {
                    header: Arc::clone(&header),
                    cells: cells(line),
                    number,
                };
                assert_eq!(
                    row.cells.len(),
                    header.len(),
                    "{}:{number} has another number of cells than the header",
                    path.display()
                );
                row
            })
            .collect();
        Self { rows }
    }
}

impl Row {
    /// A cell; `None` where the table has no such column.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|known| known == column)?;
        Some(&self.cells[at])
    }
}

impl Index<&str> for Row {
    type Output = str;

    fn index(&self, column: &str) -> &str {
        self.get(column)
            .unwrap_or_else(|| panic!("there is no column {column}"))
    }
}

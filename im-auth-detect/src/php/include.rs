//! Files that a file includes, inside the product's folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use php_ast::Expr;

use super::source::Source;
use super::walk::Walker;
use crate::file;
use crate::value::{Node, Value};

/// The most files that are read, the first one included.
const MAX_FILES: usize = 8;

/// How deep an include may include.
const MAX_INCLUDES: usize = 4;

impl Walker {
    /// An include: followed when that is asked for and the path is known; otherwise noted.
    pub(super) fn include(&mut self, path: &Expr<'_, '_>, line: u32) -> Node {
        let target = self.eval(path);
        let unknown = Value::unknown("an included file");
        let root = match &self.setting.includes {
            Some(root) if !self.in_function => root.clone(),
            _ => return self.node(unknown, line),
        };
        let Value::Text(text) = &target.value else {
            self.note(
                line,
                "which file is included is only known when the product runs",
            );
            return self.node(unknown, line);
        };
        let Some(file) = self.included_path(text.expose()) else {
            self.note(line, "the name of the included file is not text");
            return self.node(unknown, line);
        };
        match self.follow(&file, &root) {
            Ok(Some(returned)) => Node {
                doubt: returned.doubt.or(self.doubt),
                ..returned
            },
            Ok(None) => self.node(Value::Int(1), line),
            Err(why) => {
                self.note(line, &why);
                self.node(unknown, line)
            }
        }
    }

    fn note(&mut self, line: u32, what: &str) {
        if self.state.notes.len() < 32 {
            self.state.notes.push(format!("line {line}: {what}"));
        }
    }

    /// Relative to the file, as good as PHP's rule as far as product folders go.
    fn included_path(&self, text: &[u8]) -> Option<PathBuf> {
        let path = Path::new(OsStr::new(std::str::from_utf8(text).ok()?));
        Some(self.source.path.as_deref()?.parent()?.join(path))
    }

    fn follow(&mut self, path: &Path, root: &Path) -> Result<Option<Node>, String> {
        if self.include_depth >= MAX_INCLUDES || self.included.len() >= MAX_FILES {
            return Err("not followed: too many files include each other".into());
        }
        let (real, bytes) =
            file::read(path, Some(root)).map_err(|error| format!("not followed: {error}"))?;
        if self.included.contains(&real) {
            return Ok(None);
        }
        self.included.push(real.clone());
        let source =
            Source::new(&bytes, Some(real)).map_err(|error| format!("not followed: {error}"))?;
        let outer = std::mem::replace(&mut self.source, Rc::new(source));
        let returned = self.state.returned.take();
        // What is only included under a condition is only set under it: the doubt goes along.
        let (ended, guard) = (self.ended, self.guard.take());
        self.include_depth += 1;
        let result = self.program();
        self.include_depth -= 1;
        (self.ended, self.guard) = (ended, guard);
        self.source = outer;
        let answer = std::mem::replace(&mut self.state.returned, returned);
        result
            .map(|()| answer)
            .map_err(|error| format!("not followed: {error}"))
    }
}

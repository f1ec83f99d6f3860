//! Accounts to try a description with: what they must say.

use std::collections::BTreeSet;

use super::{Checker, closest, word};
use crate::spec::{FormatRule, SpecError};

impl Checker<'_> {
    /// Vectors have names of their own, tables to lie in, and formats that the file has.
    pub(super) fn vectors(&self, formats: &[FormatRule]) -> Result<(), SpecError> {
        let mut names = BTreeSet::new();
        for (n, vector) in self.file.vector.iter().enumerate() {
            if !names.insert(&vector.of) {
                return self.wrong(
                    &format!("vector.#{n}.of"),
                    format!("there are two vectors of {:?}", vector.of),
                );
            }
            if let Some(format) = &vector.format
                && !formats.iter().any(|rule| rule.is_called(format))
            {
                let known = formats.iter().map(FormatRule::text);
                let hint = closest(format, known)
                    .map(|close| format!(": did you mean {close:?}?"))
                    .unwrap_or_default();
                return self.wrong(
                    &format!("vector.#{n}.format"),
                    format!("{format:?} is none of the file's `formats`{hint}"),
                );
            }
            if vector.logins().is_empty() {
                return self.wrong(&format!("vector.#{n}.login"), "write a name as typed");
            }
        }
        if !self.file.vector.is_empty() {
            for engine in &self.file.engines {
                if self.file.schema.at(*engine).is_none() {
                    return self.wrong(
                        "vector.#0",
                        format!(
                            "`engines` names \"{0}\", so the vectors need its tables: write [schema] {0} = \"CREATE TABLE …\"",
                            word(*engine)
                        ),
                    );
                }
            }
        }
        Ok(())
    }
}

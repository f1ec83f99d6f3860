//! Secrets from files and from the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Secret;

/// The environment variables of the configuration, `IM_…`. Its `Debug` prints their names only.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Those of the process.
    #[must_use]
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .filter(|(name, _)| name.starts_with("IM_"))
                .collect(),
        )
    }

    /// The variable, unless it is not set or empty.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        let text = self.0.get(name).filter(|text| !text.is_empty())?;
        Some(Secret(text.clone().into()))
    }

    /// The variable that stands for a realm's key: `IM_REALM_OLD_BOARD_DATABASE_PASSWORD`.
    #[must_use]
    pub fn realm_variable(realm: &str, key: &str) -> String {
        format!("IM_REALM_{realm}_{key}")
            .to_uppercase()
            .replace('-', "_")
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(
            pairs
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
        )
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A path of the configuration, which is relative to the file's folder.
pub(super) fn resolve(file: Option<&Path>, path: &Path) -> PathBuf {
    match file.and_then(Path::parent) {
        Some(folder) if path.is_relative() => folder.join(path),
        _ => path.to_owned(),
    }
}

/// The first line of a file that holds a secret.
pub(super) fn from_file(path: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    // Some editors put a byte order mark before the text.
    let line = text
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(format!("{} is empty", path.display()));
    }
    Ok(Secret(line.to_owned().into()))
}

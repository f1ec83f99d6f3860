//! PHP files: parsed by a real parser and evaluated as far as constants go. Nothing is executed.

mod call;
mod class;
mod eval;
mod functions;
mod include;
mod place;
mod scalar;
mod source;
mod state;
mod walk;

use std::path::{Path, PathBuf};

pub(crate) use state::State;
pub(crate) use walk::file as read;

/// What reading a PHP file needs to know.
#[derive(Clone, Default)]
pub(crate) struct Setting {
    /// The file, for `__DIR__` and relative includes.
    pub(crate) path: Option<PathBuf>,
    /// Follow includes inside this folder.
    pub(crate) includes: Option<PathBuf>,
}

/// The folder that a path lies in, as text.
fn folder(path: Option<&Path>) -> Option<Vec<u8>> {
    Some(path?.parent()?.as_os_str().as_encoded_bytes().to_vec())
}

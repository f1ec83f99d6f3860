//! Why a file or a key in it could not be read. No message shows a value.

use std::path::PathBuf;

use crate::Kind;

/// A configuration file, or a key in it, that could not be read.
///
/// Messages name the file, the line and the key, never what stands there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be opened or read: missing, not permitted, a loop of links.
    #[error("{} cannot be read", path.display())]
    Io {
        /// The file as it was asked for.
        path: PathBuf,
        /// What the operating system answered.
        source: std::io::Error,
    },
    /// There is something else in the file's place.
    #[error("{} is {found}, not a file", path.display())]
    NotAFile {
        /// The path as it was asked for.
        path: PathBuf,
        /// What is there: `a folder`, `a named pipe`, `a device`, ….
        found: &'static str,
    },
    /// A symbolic link leads out of the folder that may be read.
    #[error("{} is a link to {}, outside of the product's folder; name that file itself if it is the right one", path.display(), target.display())]
    Outside {
        /// The path as it was asked for.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// Larger than any configuration file.
    #[error("the file is larger than {limit} bytes, which no configuration file is")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The file's name does not tell how it is written.
    #[error("the name {} does not tell how the file is written; state it (php, env, yaml, xml, ini, json, toml or key-value)", path.display())]
    UnknownKind {
        /// The path as it was asked for.
        path: PathBuf,
    },
    /// A PHP file without any PHP in it.
    #[error("there is no PHP in the file: `<?php` is missing")]
    NotPhp,
    /// The file breaks the rules of its language.
    #[error("line {line}: not valid {kind}: {what}")]
    Syntax {
        /// The language it should be.
        kind: Kind,
        /// The line, counted from 1.
        line: u32,
        /// What is wrong, without any text of the file.
        what: &'static str,
    },
    /// Brackets or blocks inside each other beyond any sense.
    #[error("line {line}: nested too deeply")]
    TooDeep {
        /// The line, counted from 1.
        line: u32,
    },
    /// Reading it would take too much time or memory.
    #[error("the file takes too much work to read: {what}")]
    TooComplex {
        /// What there is too much of.
        what: &'static str,
    },
    /// The key is not spelled as keys of such files are.
    #[error("`{key}` is not a key of a {kind} file: {what}")]
    BadKey {
        /// The key as it was given.
        key: String,
        /// The file's language.
        kind: Kind,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The key is there and does not name a text.
    #[error("`{key}` is {found}, not a text")]
    NotText {
        /// The key as it was given.
        key: String,
        /// What it is.
        found: &'static str,
    },
}

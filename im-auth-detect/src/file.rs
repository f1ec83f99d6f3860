//! Getting at the bytes of a file that may be anything: bounded, without waiting, and not out of the folder.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::ReadError;

/// The most that is read of one file, in bytes. The largest configuration files of real products have a tenth of it.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// Reads the file at `path` if it is a regular file inside `root` (after following links) of at most [`MAX_BYTES`].
/// `root` of `None`: wherever it is. Answers also the file's own place.
pub(crate) fn read(
    path: &Path,
    root: Option<&Path>,
) -> Result<(PathBuf, Zeroizing<Vec<u8>>), ReadError> {
    let failed = |source| ReadError::Io {
        path: path.to_owned(),
        source,
    };
    let real = path.canonicalize().map_err(failed)?;
    if let Some(root) = root
        && !real.starts_with(root)
    {
        return Err(ReadError::Outside {
            path: path.to_owned(),
            target: real,
        });
    }
    // Looked at before it is opened: opening some devices does something.
    must_be_file(path, &real.metadata().map_err(failed)?)?;
    let file = open(&real).map_err(failed)?;
    // And again, because the name may have got another file meanwhile.
    let metadata = file.metadata().map_err(failed)?;
    must_be_file(path, &metadata)?;
    if metadata.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { limit: MAX_BYTES });
    }
    // A size that is not true (/proc, a growing file) neither reads on for ever nor leaves copies of a password behind
    // by growing the buffer: it is as large as it can get from the start.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        usize::try_from(MAX_BYTES + 1).unwrap_or(usize::MAX),
    ));
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge { limit: MAX_BYTES });
    }
    Ok((real, bytes))
}

/// Opens without waiting for a writer, should a named pipe have taken the file's place.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

fn must_be_file(path: &Path, metadata: &std::fs::Metadata) -> Result<(), ReadError> {
    if metadata.is_file() {
        return Ok(());
    }
    let found = if metadata.is_dir() {
        "a folder"
    } else {
        special(metadata.file_type())
    };
    Err(ReadError::NotAFile {
        path: path.to_owned(),
        found,
    })
}

#[cfg(unix)]
fn special(kind: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "a device"
    } else {
        "something else"
    }
}

#[cfg(not(unix))]
fn special(_: std::fs::FileType) -> &'static str {
    "something else"
}

//! One process per file: a lock that the operating system takes back when the process dies, however it dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use crate::store::OpenError;

/// Holds `PATH.lock` until dropped; `PATH` is where links lead.
pub(super) struct FileLock(
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")] File,
);

impl FileLock {
    pub(super) fn take(path: &str) -> Result<Self, OpenError> {
        let failed = |path: &str, source| OpenError::File {
            path: path.to_owned(),
            source,
        };
        let lock_path = format!("{}.lock", real(path).map_err(|error| failed(path, error))?);
        let file = private(&lock_path).map_err(|error| failed(&lock_path, error))?;
        match file.try_lock() {
            Ok(()) => {
                // SQLite gives the files beside it the same permissions. Only now: closing a file takes back the locks
                // that this process has on it, those of a store already open included.
                private(path).map_err(|error| failed(path, error))?;
                Ok(Self(file))
            }
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: path.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(failed(&lock_path, source)),
        }
    }
}

/// Where a path leads, so that two links are not two stores. A file that is not there is made: nobody has it open.
fn real(path: &str) -> std::io::Result<String> {
    let file = Path::new(path);
    if !file.exists() {
        private(path)?;
    }
    refuse_twins(&file.metadata()?)?;
    let real = file.canonicalize()?;
    // Every name that is not UTF-8 was refused with the configuration; a folder above it may still be called so.
    Ok(real.to_str().unwrap_or(path).to_owned())
}

/// A file of two names would have two logs beside it, and lose what is in one of them.
#[cfg(unix)]
fn refuse_twins(file: &std::fs::Metadata) -> std::io::Result<()> {
    if std::os::unix::fs::MetadataExt::nlink(file) > 1 {
        return Err(std::io::Error::other(
            "the file has a second name (a hard link), which SQLite cannot keep in step; remove it, or use a symbolic link",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_twins(_: &std::fs::Metadata) -> std::io::Result<()> {
    Ok(())
}

/// Opens a file, or makes one that nobody else can read: it holds conversations and hashes.
fn private(path: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

//! One process per file: a lock that the operating system takes back when the process dies, however it dies.

use std::fs::{File, OpenOptions, TryLockError};

use crate::store::OpenError;

/// Holds `PATH.lock` until dropped.
pub(super) struct FileLock(
    #[expect(dead_code, reason = "the lock lasts as long as the file is open")] File,
);

impl FileLock {
    pub(super) fn take(path: &str) -> Result<Self, OpenError> {
        let lock_path = format!("{path}.lock");
        let failed = |path: &str, source| OpenError::File {
            path: path.to_owned(),
            source,
        };
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

/// Opens a file, or makes one that nobody else can read: it holds conversations and hashes.
fn private(path: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

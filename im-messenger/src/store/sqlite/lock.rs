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
        let failed = |source| OpenError::File {
            path: lock_path.clone(),
            source,
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                path: path.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

//! A lock between processes, by a file.

use std::fs::{File, TryLockError};
use std::path::Path;

/// The lock of a file, held until the value is dropped or the process ends.
///
/// The end of the file alone would not end it: a process that is started at that moment has the open file as well, until
/// it becomes another program, and the system keeps the lock for as long as anybody has it open.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Takes the lock of the file at `path`, which is made where it is missing; `None` when somebody else holds it.
    pub fn try_take(path: &Path) -> std::io::Result<Option<Self>> {
        let file = File::options().create(true).append(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Where it fails the lock ends with the last who has the file open.
        let _ = self.0.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = FileLock::try_take(&path).unwrap().unwrap();
        assert!(FileLock::try_take(&path).unwrap().is_none());
        drop(held);
        assert!(FileLock::try_take(&path).unwrap().is_some());
        assert!(FileLock::try_take(&folder.path().join("none/lock")).is_err());
    }

    #[test]
    fn a_process_that_is_just_being_started_does_not_hold_it_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = FileLock::try_take(&path).unwrap().unwrap();
        let inherited = held.0.try_clone().unwrap();
        drop(held);
        assert!(FileLock::try_take(&path).unwrap().is_some());
        drop(inherited);
    }
}

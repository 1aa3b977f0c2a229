//! The sources of a build, unpacked where the next build of the same sources finds them again.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::archive::{ArchiveError, unpack};

/// How many different sources stay unpacked.
const KEPT: usize = 5;

/// How often a build that waits for another one of the same sources looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Unpacked sources that no other build uses while this value lives.
///
/// The folder is named by the content of the archive, because cargo tells packages apart by their path and files by
/// their time: the same sources at the same path with the same times are built in an instant. What an earlier build
/// left in the folder is still there, apart from changes to the sources themselves, which are undone; a buildspec that
/// makes a folder for its artifact has to empty it first.
#[derive(Debug)]
pub(super) struct Sources {
    folder: PathBuf,
    _lock: File,
}

/// Why there are no sources to build.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourcesError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("another build of the same sources did not end within {} s", .0.as_secs())]
    Queued(Duration),
}

impl Sources {
    /// Unpacks `archive` below `work_dir`, after another build of the same sources has ended.
    pub(super) async fn prepare(archive: &Path, work_dir: &Path, wait: Duration) -> Result<Self, SourcesError> {
        let name = format!("src-{}", content_hash(archive)?);
        let folder = work_dir.join(&name);
        let lock = acquire(&work_dir.join(format!("{name}.lock")), wait).await?;
        let (from, to) = (archive.to_owned(), folder.clone());
        match tokio::task::spawn_blocking(move || unpack(&from, &to)).await {
            Ok(unpacked) => unpacked?,
            // The task is only cancelled when the program ends; then nobody waits for the sources any more.
            Err(error) if error.is_cancelled() => std::future::pending().await,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        remove_old(work_dir);
        Ok(Self { folder, _lock: lock })
    }

    /// Where the sources are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The first twelve hexadecimal digits of the archive's SHA-256.
fn content_hash(archive: &Path) -> Result<String, SourcesError> {
    let hash = || {
        let mut file = File::open(archive)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(hash.finalize()),
                length => hash.update(&buffer[..length]),
            }
        }
    };
    let digest = hash().map_err(|source| SourcesError::File { path: archive.to_owned(), source })?;
    let mut number = [0; 8];
    number[2..].copy_from_slice(&digest[..6]);
    Ok(format!("{:012x}", u64::from_be_bytes(number)))
}

async fn acquire(path: &Path, wait: Duration) -> Result<File, SourcesError> {
    let failed = |source| SourcesError::File { path: path.to_owned(), source };
    let file = File::options().create(true).append(true).open(path).map_err(failed)?;
    let deadline = Instant::now() + wait;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(SourcesError::Queued(wait)),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
    // The lock's time says when the sources were last built.
    file.set_modified(SystemTime::now()).map_err(failed)?;
    Ok(file)
}

/// Removes the folders of sources that were not built for longest. The lock files stay: removing one would let two
/// builds hold a lock of the same name.
fn remove_old(work_dir: &Path) {
    let entries = std::fs::read_dir(work_dir).into_iter().flatten().flatten();
    let mut locks: Vec<(SystemTime, PathBuf)> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lock"))
        .filter(|path| path.with_extension("").is_dir())
        .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
        .collect();
    locks.sort();
    let surplus = locks.len().saturating_sub(KEPT);
    for (_, lock) in locks.into_iter().take(surplus) {
        // A folder that cannot be locked or removed is in use; a later build tries again.
        let Ok(file) = File::options().append(true).open(&lock) else { continue };
        if file.try_lock().is_ok() {
            let _ = std::fs::remove_dir_all(lock.with_extension(""));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::archive::pack;

    fn archive(folder: &Path, content: &str) -> PathBuf {
        let file = folder.join("content");
        std::fs::write(&file, content).unwrap();
        let archive = folder.join(format!("{content}.zip"));
        pack(&BTreeMap::from([("file".to_owned(), file)]), &archive).unwrap();
        archive
    }

    async fn prepare(archive: &Path, work_dir: &Path) -> Result<Sources, SourcesError> {
        Sources::prepare(archive, work_dir, Duration::ZERO).await
    }

    #[tokio::test]
    async fn equal_sources_have_one_folder_and_are_put_right() {
        let folder = tempfile::tempdir().unwrap();
        let work = folder.path();
        let (one, two) = (archive(work, "one"), archive(work, "two"));
        let first = prepare(&one, work).await.unwrap();
        let other = prepare(&two, work).await.unwrap();
        assert_ne!(first.folder(), other.folder());
        let path = first.folder().to_owned();
        std::fs::write(path.join("file"), "changed by the build").unwrap();
        std::fs::write(path.join("output"), "kept").unwrap();
        drop(first);
        let again = prepare(&one, work).await.unwrap();
        assert_eq!(again.folder(), path);
        assert_eq!(std::fs::read(path.join("file")).unwrap(), b"one");
        assert!(path.join("output").exists());
    }

    #[tokio::test]
    async fn two_builds_do_not_share_sources() {
        let folder = tempfile::tempdir().unwrap();
        let one = archive(folder.path(), "one");
        let held = prepare(&one, folder.path()).await.unwrap();
        let error = prepare(&one, folder.path()).await.unwrap_err();
        assert!(matches!(error, SourcesError::Queued(_)), "{error}");
        drop(held);
        prepare(&one, folder.path()).await.unwrap();
    }

    #[tokio::test]
    async fn old_sources_are_removed_unless_they_are_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let held = prepare(&archive(folder.path(), "held"), folder.path()).await.unwrap();
        for number in 0..KEPT + 3 {
            prepare(&archive(folder.path(), &number.to_string()), folder.path()).await.unwrap();
        }
        assert!(held.folder().is_dir());
        let folders = std::fs::read_dir(folder.path()).unwrap().flatten().filter(|entry| entry.path().is_dir()).count();
        assert_eq!(folders, KEPT + 1);
    }
}

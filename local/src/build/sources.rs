//! The sources of a build, unpacked where earlier builds left what they made of earlier sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use super::BuildError;
use super::log::Log;
use super::slots::{Slot, revision_of};
use crate::archive::{ArchiveError, update};
use crate::process::FileLock;

/// How often a build that waits for another one looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Sources that no other build touches while this value lives.
///
/// What earlier builds left in the folder is still there, apart from changes to the sources themselves, which are
/// undone; a buildspec that makes a folder for its artifact has to empty it first.
#[derive(Debug)]
pub(super) struct Sources {
    slot: Slot,
    folder: PathBuf,
    _lock: FileLock,
}

/// Why there are no sources to build.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourcesError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: std::io::Error },
    #[error("another build that uses the same cache did not end within {} s", .0.as_secs())]
    Queued(Duration),
    #[error(transparent)]
    Log(#[from] BuildError),
}

impl Sources {
    /// Unpacks `archive` in a slot of `cache_dir`, after other builds have ended.
    pub(super) async fn prepare<F: Fn(&str)>(
        archive: &Path,
        cache_dir: &Path,
        wait: Duration,
        log: &mut Log<F>,
    ) -> Result<Self, SourcesError> {
        let lock = acquire(&cache_dir.join("slots.lock"), wait, log).await?;
        let (archive, cache_dir) = (archive.to_owned(), cache_dir.to_owned());
        let slot = match tokio::task::spawn_blocking(move || bring(&archive, &cache_dir)).await {
            Ok(brought) => brought?,
            // The task is only cancelled when the program ends; then nobody waits for the sources any more.
            Err(error) if error.is_cancelled() => std::future::pending().await,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        Ok(Self { folder: slot.sources(), slot, _lock: lock })
    }

    /// Where the sources are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where cargo keeps what it compiles of them.
    pub(super) fn cargo_target(&self) -> PathBuf {
        self.slot.cargo_target()
    }
}

/// Brings a slot to the sources of `archive`.
fn bring(archive: &Path, cache_dir: &Path) -> Result<Slot, SourcesError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SourcesError::File { path, source }
    };
    let revision = revision_of(archive).map_err(failed(archive))?;
    let slot = Slot::choose(cache_dir, &revision).map_err(failed(cache_dir))?;
    let (folder, list) = (slot.sources(), slot.source_list());
    let before: BTreeSet<PathBuf> =
        std::fs::read_to_string(&list).unwrap_or_default().lines().map(PathBuf::from).collect();
    if before.is_empty() && folder.exists() {
        // Nobody knows what is in it, for example after an update that was interrupted.
        std::fs::remove_dir_all(&folder).map_err(failed(&folder))?;
    }
    std::fs::write(&list, "").map_err(failed(&list))?;
    let files = update(archive, &folder, &before)?;
    let lines: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    std::fs::write(&list, lines.join("\n")).map_err(failed(&list))?;
    slot.note(&revision).map_err(failed(&list))?;
    Ok(slot)
}

async fn acquire<F: Fn(&str)>(path: &Path, wait: Duration, log: &mut Log<F>) -> Result<FileLock, SourcesError> {
    let failed = |source| SourcesError::File { path: path.to_owned(), source };
    let deadline = Instant::now() + wait;
    let mut said = false;
    loop {
        if let Some(lock) = FileLock::try_take(path).map_err(failed)? {
            return Ok(lock);
        }
        if Instant::now() >= deadline {
            return Err(SourcesError::Queued(wait));
        }
        if !said {
            log.say("Waiting for another build that uses the same cache")?;
            said = true;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::archive::pack;

    struct Cache(tempfile::TempDir);

    impl Cache {
        async fn prepare(&self, files: &[(&str, &str)]) -> Result<Sources, SourcesError> {
            let mut packed = BTreeMap::new();
            for (name, content) in files {
                let path = self.0.path().join(format!("packed-{name}"));
                std::fs::write(&path, content).unwrap();
                packed.insert((*name).to_owned(), path);
            }
            let archive = self.0.path().join("archive.zip");
            pack(&packed, &archive).unwrap();
            let mut log = Log::create(self.0.path().join("log"), self.0.path().join("output"), |_: &str| ()).unwrap();
            Sources::prepare(&archive, self.0.path(), Duration::ZERO, &mut log).await
        }
    }

    fn content(sources: &Sources, file: &str) -> Option<String> {
        std::fs::read_to_string(sources.folder().join(file)).ok()
    }

    #[tokio::test]
    async fn a_slot_goes_from_revision_to_revision() {
        let cache = Cache(tempfile::tempdir().unwrap());
        let first = cache.prepare(&[("a", "1"), ("b", "1")]).await.unwrap();
        std::fs::write(first.folder().join("a"), "changed by the build").unwrap();
        std::fs::write(first.folder().join("made"), "by the build").unwrap();
        drop(first);
        let second = cache.prepare(&[("a", "1"), ("c", "2")]).await.unwrap();
        for (file, expected) in [("a", Some("1")), ("b", None), ("c", Some("2")), ("made", Some("by the build"))] {
            assert_eq!(content(&second, file).as_deref(), expected, "{file}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_nobody_knows_is_made_anew() {
        let cache = Cache(tempfile::tempdir().unwrap());
        let sources = cache.prepare(&[("a", "1"), ("b", "1")]).await.unwrap();
        std::fs::write(sources.folder().join("made"), "by the build").unwrap();
        std::fs::write(sources.slot.source_list(), "").unwrap();
        drop(sources);
        let sources = cache.prepare(&[("a", "1"), ("b", "1")]).await.unwrap();
        assert_eq!((content(&sources, "b").as_deref(), content(&sources, "made")), (Some("1"), None));
    }

    #[tokio::test]
    async fn two_builds_do_not_share_sources() {
        let cache = Cache(tempfile::tempdir().unwrap());
        let held = cache.prepare(&[("a", "1")]).await.unwrap();
        let error = cache.prepare(&[("a", "2")]).await.unwrap_err();
        assert!(matches!(error, SourcesError::Queued(_)), "{error}");
        assert_eq!(content(&held, "a").as_deref(), Some("1"));
        drop(held);
        cache.prepare(&[("a", "2")]).await.unwrap();
    }
}

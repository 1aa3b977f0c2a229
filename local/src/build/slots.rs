//! The folders in which builds are made, each with the sources and cargo's target folder of one of the last revisions.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// How many slots a cache has at most. A run delivers two revisions in turns; each finds its program compiled.
const SLOTS: usize = 3;

/// A folder for one build at a time.
///
/// Cargo takes the same package in two folders with one target folder for the same thing, and compares times alone: it
/// would take the program of one revision for that of another. So each slot has its own target folder, and inside a
/// slot the sources are brought from one revision to the next like a checkout: what differs is newer than the last
/// compilation, and is all that is compiled. A new slot begins as a copy of the last one, so that what a program
/// depends on is compiled once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot(PathBuf);

impl Slot {
    /// The slot in which `revision` was built last, or else a new one, or else the one that was used longest ago.
    pub(super) fn choose(cache_dir: &Path, revision: &str) -> std::io::Result<Self> {
        let mut slots: Vec<Self> =
            (1..=SLOTS).map(|number| Self::at(cache_dir, number)).filter(|slot| slot.0.is_dir()).collect();
        slots.sort_by_key(|slot| slot.revision_file().metadata().and_then(|file| file.modified()).ok());
        if let Some(same) = slots.iter().find(|slot| slot.revision().as_deref() == Some(revision)) {
            return Ok(same.clone());
        }
        let free = (1..=SLOTS).map(|number| Self::at(cache_dir, number)).find(|slot| !slot.0.is_dir());
        match (free, slots.first(), slots.last()) {
            (Some(free), _, Some(last)) => {
                let partial = free.0.with_extension("partial");
                if partial.exists() {
                    std::fs::remove_dir_all(&partial)?;
                }
                copy(&last.0, &partial)?;
                std::fs::rename(partial, &free.0)?;
                Ok(free)
            }
            (Some(free), _, None) => {
                std::fs::create_dir_all(&free.0)?;
                Ok(free)
            }
            (None, Some(oldest), _) => Ok(oldest.clone()),
            (None, None, _) => Err(std::io::ErrorKind::NotFound.into()),
        }
    }

    /// Where the sources are.
    pub(super) fn sources(&self) -> PathBuf {
        self.0.join("sources")
    }

    /// The list of the files that are sources.
    pub(super) fn source_list(&self) -> PathBuf {
        self.0.join("sources.list")
    }

    /// Cargo's target folder.
    pub(super) fn cargo_target(&self) -> PathBuf {
        self.0.join("cargo-target")
    }

    /// Notes that the slot has the sources of `revision`, and is used now.
    pub(super) fn note(&self, revision: &str) -> std::io::Result<()> {
        let file = self.revision_file();
        std::fs::write(&file, revision)?;
        File::options().append(true).open(file)?.set_modified(SystemTime::now())
    }

    fn at(cache_dir: &Path, number: usize) -> Self {
        Self(cache_dir.join(format!("slot-{number}")))
    }

    fn revision(&self) -> Option<String> {
        std::fs::read_to_string(self.revision_file()).ok()
    }

    fn revision_file(&self) -> PathBuf {
        self.0.join("revision")
    }
}

/// What tells archives of sources apart: the SHA-256 of their bytes.
pub(super) fn revision_of(archive: &Path) -> std::io::Result<String> {
    let mut file = File::open(archive)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => hash.update(&buffer[..length]),
        }
    }
    let digest = hash.finalize();
    let (high, low) = digest.split_at(16);
    let number = |half: &[u8]| half.iter().fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
    Ok(format!("{:032x}{:032x}", number(high), number(low)))
}

/// Copies a folder with the times of its files, which cargo compares. Links and the compiler's incremental state are
/// left out: the state is of no use at another path.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() && entry.file_name() != "incremental" {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), &target)?;
            let modified = entry.metadata()?.modified()?;
            File::open(&target)?.set_modified(modified)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(cache: &Path, revision: &str) -> String {
        let slot = Slot::choose(cache, revision).unwrap();
        std::fs::create_dir_all(slot.cargo_target().join("incremental/x")).unwrap();
        std::fs::write(slot.cargo_target().join("program"), revision).unwrap();
        slot.note(revision).unwrap();
        slot.0.file_name().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_revision_finds_its_slot_again_and_the_oldest_gives_way() {
        let cache = tempfile::tempdir().unwrap();
        for (revision, expected) in [
            ("good", "slot-1"),
            ("bad", "slot-2"),
            ("good", "slot-1"),
            ("bad", "slot-2"),
            ("third", "slot-3"),
            ("good", "slot-1"),
            ("fourth", "slot-2"),
            ("third", "slot-3"),
            ("bad", "slot-1"),
        ] {
            assert_eq!(build(cache.path(), revision), expected, "{revision}");
        }
    }

    #[test]
    fn a_new_slot_begins_as_the_last_one_with_its_times() {
        let cache = tempfile::tempdir().unwrap();
        std::fs::create_dir(cache.path().join("slot-2.partial")).unwrap();
        build(cache.path(), "good");
        let program = |slot: &Slot| slot.cargo_target().join("program");
        let first = Slot::at(cache.path(), 1);
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        File::open(program(&first)).unwrap().set_modified(time).unwrap();
        let second = Slot::choose(cache.path(), "bad").unwrap();
        assert_eq!(std::fs::read(program(&second)).unwrap(), b"good");
        assert_eq!(program(&second).metadata().unwrap().modified().unwrap(), time);
        assert!(
            first.cargo_target().join("incremental").exists() && !second.cargo_target().join("incremental").exists()
        );
    }

    #[test]
    fn a_slot_whose_sources_are_not_known_is_used_first() {
        let cache = tempfile::tempdir().unwrap();
        for revision in ["1", "2", "3"] {
            build(cache.path(), revision);
        }
        std::fs::remove_file(cache.path().join("slot-2/revision")).unwrap();
        assert_eq!(build(cache.path(), "4"), "slot-2");
    }

    #[test]
    fn archives_are_told_apart_by_their_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("archive");
        std::fs::write(&file, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(revision_of(&file).unwrap(), expected);
        assert!(revision_of(&folder.path().join("gone")).is_err());
    }
}

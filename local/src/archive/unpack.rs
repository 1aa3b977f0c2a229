//! Unpacking an archive into a folder.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::civil;
use jiff::tz::TimeZone;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::ArchiveError;

/// Unpacks `archive` into `folder`, with the permissions and times of its entries. A zip archive keeps times in steps of
/// two seconds and without a zone; they are read as UTC.
pub fn unpack(archive: &Path, folder: &Path) -> Result<(), ArchiveError> {
    for_each_file(archive, folder, |entry, target| {
        let modified = modified(entry);
        let mode = mode(entry);
        replace(target, |file| {
            std::io::copy(entry, file)?;
            file.set_permissions(PermissionsExt::from_mode(mode))?;
            file.set_modified(modified)
        })
    })
    .map(drop)
}

/// Makes `folder` hold what `archive` holds, as a checkout of another revision would: files that differ are written
/// anew and are as old as that, the others are not touched, and those of the archive `before` that are not in this one
/// are removed. Returns the files of the archive, relative to the folder, for the next time; other files stay.
///
/// The times matter to cargo, which compiles what is newer than its last compilation. The entries' own times would not
/// do: archives have been made with the same time for everything, so that a new source looks as old as the last one.
pub fn update(archive: &Path, folder: &Path, before: &BTreeSet<PathBuf>) -> Result<BTreeSet<PathBuf>, ArchiveError> {
    let files = for_each_file(archive, folder, |entry, target| {
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        let mode = mode(entry);
        let is_same = std::fs::symlink_metadata(target)
            .is_ok_and(|present| present.is_file() && present.permissions().mode() & 0o777 == mode)
            && std::fs::read(target)? == content;
        if is_same {
            return Ok(());
        }
        replace(target, |file| {
            std::io::copy(&mut content.as_slice(), file)?;
            file.set_permissions(PermissionsExt::from_mode(mode))
        })
    })?;
    for gone in before.difference(&files).map(|file| folder.join(file)) {
        match std::fs::remove_file(&gone) {
            Err(error) if gone.symlink_metadata().is_ok_and(|present| !present.is_dir()) => {
                return Err(file_error(&gone, error));
            }
            _ => {}
        }
    }
    Ok(files)
}

/// Calls `write` with every file of the archive and the path it belongs to, whose folder is there. Returns the files,
/// relative to the folder.
fn for_each_file(
    archive: &Path,
    folder: &Path,
    mut write: impl FnMut(&mut ZipFile<'_, BufReader<File>>, &Path) -> std::io::Result<()>,
) -> Result<BTreeSet<PathBuf>, ArchiveError> {
    let zip_error = |source| ArchiveError::Zip { path: archive.to_owned(), source };
    let file = File::open(archive).map_err(|source| file_error(archive, source))?;
    let mut entries = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    create_folder(folder)?;
    let mut files = BTreeSet::new();
    for index in 0..entries.len() {
        let mut entry = entries.by_index(index).map_err(zip_error)?;
        let name = || entry.name().map_or_else(|_| format!("#{index}"), std::borrow::Cow::into_owned);
        let Some(inside) = entry.enclosed_name() else {
            return Err(ArchiveError::Outside { path: archive.to_owned(), entry: name() });
        };
        if entry.is_symlink() {
            return Err(ArchiveError::Link { path: archive.to_owned(), entry: name() });
        }
        let target = folder.join(&inside);
        if entry.is_dir() {
            create_folder(&target)?;
            continue;
        }
        if let Some(parent) = target.parent() {
            create_folder(parent)?;
        }
        write(&mut entry, &target).map_err(|source| file_error(&target, source))?;
        files.insert(inside);
    }
    Ok(files)
}

/// Puts a new file in the place of whatever is there.
fn replace(target: &Path, fill: impl FnOnce(&mut File) -> std::io::Result<()>) -> std::io::Result<()> {
    match std::fs::symlink_metadata(target) {
        Ok(present) if present.is_dir() => std::fs::remove_dir_all(target)?,
        Ok(_) => std::fs::remove_file(target)?,
        Err(_) => {}
    }
    fill(&mut File::create_new(target)?)
}

/// Whoever unpacks has to be able to read and replace the file.
fn mode(entry: &ZipFile<'_, impl Read>) -> u32 {
    entry.unix_mode().unwrap_or(0o644) & 0o777 | 0o600
}

fn modified(entry: &ZipFile<'_, impl Read>) -> SystemTime {
    let time = entry.last_modified().unwrap_or_default();
    // A field that is out of range comes from a careless archiver; any fixed time serves.
    let parts = [time.month(), time.day(), time.hour(), time.minute(), time.second()].map(i8::try_from);
    let [Ok(month), Ok(day), Ok(hour), Ok(minute), Ok(second)] = parts else { return SystemTime::UNIX_EPOCH };
    let Ok(year) = i16::try_from(time.year()) else { return SystemTime::UNIX_EPOCH };
    civil::DateTime::new(year, month, day, hour, minute, second, 0)
        .and_then(|date| TimeZone::UTC.to_timestamp(date))
        .and_then(SystemTime::try_from)
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

fn create_folder(folder: &Path) -> Result<(), ArchiveError> {
    std::fs::create_dir_all(folder).map_err(|source| file_error(folder, source))
}

fn file_error(path: &Path, source: std::io::Error) -> ArchiveError {
    ArchiveError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;
    use zip::{DateTime, ZipWriter};

    use super::*;

    struct Case {
        folder: tempfile::TempDir,
    }

    impl Case {
        fn with(build: impl FnOnce(&mut ZipWriter<File>)) -> Self {
            let case = Self { folder: tempfile::tempdir().unwrap() };
            case.archive_again(build);
            case
        }

        fn archive_again(&self, build: impl FnOnce(&mut ZipWriter<File>)) {
            let mut writer = ZipWriter::new(File::create(self.archive()).unwrap());
            build(&mut writer);
            writer.finish().unwrap();
        }

        fn archive(&self) -> PathBuf {
            self.folder.path().join("archive.zip")
        }

        fn target(&self) -> PathBuf {
            self.folder.path().join("target")
        }

        fn unpack(&self) -> Result<(), ArchiveError> {
            unpack(&self.archive(), &self.target())
        }

        fn update(&self, before: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
            update(&self.archive(), &self.target(), before).unwrap()
        }

        fn modified(&self, file: &str) -> SystemTime {
            std::fs::metadata(self.target().join(file)).unwrap().modified().unwrap()
        }
    }

    fn sources(writer: &mut ZipWriter<File>) {
        let time = DateTime::from_date_and_time(2026, 11, 24, 1, 2, 4).unwrap();
        let dated = SimpleFileOptions::default().last_modified_time(time);
        writer.add_directory("empty/", dated).unwrap();
        writer.start_file("src/main.rs", dated.unix_permissions(0o644)).unwrap();
        writer.write_all(b"fn main() {}").unwrap();
        writer.start_file("run.sh", dated.unix_permissions(0o755)).unwrap();
        writer.write_all(b"#!/bin/sh\n").unwrap();
    }

    #[test]
    fn content_times_and_permissions_are_the_archives() {
        let case = Case::with(sources);
        case.unpack().unwrap();
        assert!(case.target().join("empty").is_dir());
        assert_eq!(std::fs::read(case.target().join("src/main.rs")).unwrap(), b"fn main() {}");
        let script = std::fs::metadata(case.target().join("run.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o777, 0o755);
        let expected: jiff::Timestamp = "2026-11-24T01:02:04Z".parse().unwrap();
        assert_eq!(case.modified("run.sh"), SystemTime::try_from(expected).unwrap());
    }

    #[test]
    fn an_update_writes_what_differs_and_nothing_else() {
        let case = Case::with(sources);
        let files = case.update(&BTreeSet::new());
        assert_eq!(files, BTreeSet::from(["run.sh".into(), "src/main.rs".into()]));
        let main = case.target().join("src/main.rs");
        let damages: [(&str, &dyn Fn()); 5] = [
            ("same size", &|| std::fs::write(&main, b"fn evil() {}").unwrap()),
            ("other size", &|| std::fs::write(&main, b"fn").unwrap()),
            ("removed", &|| std::fs::remove_file(&main).unwrap()),
            ("other permissions", &|| std::fs::set_permissions(&main, PermissionsExt::from_mode(0o600)).unwrap()),
            ("a folder", &|| {
                std::fs::remove_file(&main).unwrap();
                std::fs::create_dir_all(main.join("x")).unwrap();
            }),
        ];
        std::fs::write(case.target().join("output"), b"kept").unwrap();
        let script = case.modified("run.sh");
        for (what, damage) in damages {
            damage();
            case.update(&files);
            assert_eq!(std::fs::read(&main).unwrap(), b"fn main() {}", "{what}");
            assert_eq!(std::fs::metadata(&main).unwrap().permissions().mode() & 0o777, 0o644, "{what}");
            assert_eq!(case.modified("run.sh"), script, "{what}");
        }
        assert!(case.target().join("output").exists());
    }

    #[test]
    fn an_update_to_other_sources_is_newer_than_what_was_made_of_the_last_ones() {
        let case = Case::with(sources);
        let files = case.update(&BTreeSet::new());
        let made = case.target().join("made");
        std::fs::write(&made, b"of the first sources").unwrap();
        case.archive_again(|writer| {
            // The same size and the same time as before, as of an archiver that does not care for times.
            writer.start_file("src/main.rs", SimpleFileOptions::default()).unwrap();
            writer.write_all(b"fn mein() {}").unwrap();
        });
        let files = case.update(&files);
        assert_eq!(files, BTreeSet::from(["src/main.rs".into()]));
        assert!(case.modified("src/main.rs") >= case.modified("made"));
        assert!(!case.target().join("run.sh").exists() && made.exists());
    }

    #[test]
    fn what_is_dangerous_or_damaged_is_refused() {
        let outside = Case::with(|writer| writer.start_file("../evil", SimpleFileOptions::default()).unwrap());
        assert!(matches!(outside.unpack().unwrap_err(), ArchiveError::Outside { entry, .. } if entry == "../evil"));
        let link =
            Case::with(|writer| writer.add_symlink("link", "/etc/passwd", SimpleFileOptions::default()).unwrap());
        assert!(matches!(link.unpack().unwrap_err(), ArchiveError::Link { entry, .. } if entry == "link"));
        let damaged = Case::with(|_| ());
        std::fs::write(damaged.archive(), b"not a zip").unwrap();
        assert!(damaged.unpack().unwrap_err().to_string().contains("is not a usable zip archive"));
        std::fs::remove_file(damaged.archive()).unwrap();
        assert!(matches!(damaged.unpack().unwrap_err(), ArchiveError::File { .. }));
    }
}

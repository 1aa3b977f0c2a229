//! Unpacking an archive into a folder, also into one that has most of it already.

use std::fs::File;
use std::io::BufReader;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

use jiff::civil;
use jiff::tz::TimeZone;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::ArchiveError;

/// Unpacks `archive` into `folder` and returns how many files were written.
///
/// Files get the entries' times (a zip archive keeps them in steps of two seconds and without a zone, so they are read
/// as UTC) and permissions. A file that has the entry's size, time and permissions already is left alone, so an
/// unpacking that was interrupted is completed, and what a build changed in its sources is put right by the next one.
/// Files that are not in the archive stay.
pub fn unpack(archive: &Path, folder: &Path) -> Result<usize, ArchiveError> {
    let zip_error = |source| ArchiveError::Zip { path: archive.to_owned(), source };
    let file = File::open(archive).map_err(|source| file_error(archive, source))?;
    let mut entries = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    create_folder(folder)?;
    let mut written = 0;
    for index in 0..entries.len() {
        let mut entry = entries.by_index(index).map_err(zip_error)?;
        let name = || entry.name().map_or_else(|_| format!("#{index}"), std::borrow::Cow::into_owned);
        let Some(inside) = entry.enclosed_name() else {
            return Err(ArchiveError::Outside { path: archive.to_owned(), entry: name() });
        };
        if entry.is_symlink() {
            return Err(ArchiveError::Link { path: archive.to_owned(), entry: name() });
        }
        let target = folder.join(inside);
        if entry.is_dir() {
            create_folder(&target)?;
        } else if write(&mut entry, &target)? {
            written += 1;
        }
    }
    Ok(written)
}

fn write<R: std::io::Read>(entry: &mut ZipFile<'_, R>, target: &Path) -> Result<bool, ArchiveError> {
    let modified = modified(entry);
    // Whoever unpacks has to be able to read and replace the file.
    let mode = entry.unix_mode().unwrap_or(0o644) & 0o777 | 0o600;
    if let Ok(present) = std::fs::symlink_metadata(target) {
        let unchanged = present.is_file()
            && present.len() == entry.size()
            && present.permissions().mode() & 0o777 == mode
            && present.modified().is_ok_and(|time| time == modified);
        if unchanged {
            return Ok(false);
        }
        let removed = if present.is_dir() { std::fs::remove_dir_all(target) } else { std::fs::remove_file(target) };
        removed.map_err(|source| file_error(target, source))?;
    }
    if let Some(parent) = target.parent() {
        create_folder(parent)?;
    }
    let mut fill = || {
        let mut file = File::create_new(target)?;
        std::io::copy(entry, &mut file)?;
        file.set_permissions(PermissionsExt::from_mode(mode))?;
        // Last, because the time says that the content is complete.
        file.set_modified(modified)
    };
    fill().map_err(|source| file_error(target, source))?;
    Ok(true)
}

fn modified<R: std::io::Read>(entry: &ZipFile<'_, R>) -> SystemTime {
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
    use std::path::PathBuf;

    use zip::write::SimpleFileOptions;
    use zip::{DateTime, ZipWriter};

    use super::*;

    struct Case {
        folder: tempfile::TempDir,
    }

    impl Case {
        fn with(build: impl FnOnce(&mut ZipWriter<File>)) -> Self {
            let case = Self { folder: tempfile::tempdir().unwrap() };
            let mut writer = ZipWriter::new(File::create(case.archive()).unwrap());
            build(&mut writer);
            writer.finish().unwrap();
            case
        }

        fn archive(&self) -> PathBuf {
            self.folder.path().join("archive.zip")
        }

        fn target(&self) -> PathBuf {
            self.folder.path().join("target")
        }

        fn unpack(&self) -> Result<usize, ArchiveError> {
            unpack(&self.archive(), &self.target())
        }
    }

    fn sources(writer: &mut ZipWriter<File>) {
        let dated = SimpleFileOptions::default()
            .last_modified_time(DateTime::from_date_and_time(2026, 11, 24, 1, 2, 4).unwrap());
        writer.add_directory("empty/", dated).unwrap();
        writer.start_file("src/main.rs", dated.unix_permissions(0o644)).unwrap();
        writer.write_all(b"fn main() {}").unwrap();
        writer.start_file("run.sh", dated.unix_permissions(0o755)).unwrap();
        writer.write_all(b"#!/bin/sh\n").unwrap();
    }

    #[test]
    fn content_times_and_permissions_are_the_archives() {
        let case = Case::with(sources);
        assert_eq!(case.unpack().unwrap(), 2);
        assert!(case.target().join("empty").is_dir());
        assert_eq!(std::fs::read(case.target().join("src/main.rs")).unwrap(), b"fn main() {}");
        let script = std::fs::metadata(case.target().join("run.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o777, 0o755);
        let expected: jiff::Timestamp = "2026-11-24T01:02:04Z".parse().unwrap();
        assert_eq!(script.modified().unwrap(), SystemTime::try_from(expected).unwrap());
    }

    #[test]
    fn a_second_unpacking_repairs_what_differs_and_leaves_the_rest() {
        let case = Case::with(sources);
        case.unpack().unwrap();
        assert_eq!(case.unpack().unwrap(), 0);
        let main = case.target().join("src/main.rs");
        let damages: [(&str, &dyn Fn()); 5] = [
            ("same size, later time", &|| std::fs::write(&main, b"fn evil() {}").unwrap()),
            ("other size", &|| std::fs::write(&main, b"fn").unwrap()),
            ("removed", &|| std::fs::remove_file(&main).unwrap()),
            ("other permissions", &|| std::fs::set_permissions(&main, PermissionsExt::from_mode(0o600)).unwrap()),
            ("a folder", &|| {
                std::fs::remove_file(&main).unwrap();
                std::fs::create_dir_all(main.join("x")).unwrap();
            }),
        ];
        for (what, damage) in damages {
            damage();
            assert_eq!(case.unpack().unwrap(), 1, "{what}");
            assert_eq!(std::fs::read(&main).unwrap(), b"fn main() {}", "{what}");
        }
        std::fs::write(case.target().join("output"), b"kept").unwrap();
        assert_eq!(case.unpack().unwrap(), 0);
        assert!(case.target().join("output").exists());
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

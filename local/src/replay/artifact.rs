//! A build artifact of the example shop, without the build: what a smoke test reads does not depend on it.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::ReplayError;
use crate::standin::aws::Object;

/// What the shop's bundle holds besides its binary.
const PARTS: [&str; 4] = ["smoke.yaml", "appspec.yml", "settings.toml", "scripts"];

/// An artifact and what is in it.
#[derive(Debug)]
pub(super) struct Bundle {
    pub(super) object: Object,
    pub(super) files: usize,
}

/// Zips the parts of the bundle that are there.
pub(super) fn of_storefront(folder: &Path) -> Result<Bundle, ReplayError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ReplayError::Artifact { path, source }
    };
    let mut files = Vec::new();
    for part in PARTS.map(|part| folder.join(part)) {
        if part.is_dir() {
            files.extend(files_of(&part).map_err(failed(&part))?);
        } else if part.is_file() {
            files.push(part);
        }
    }
    files.sort();
    let zip = zipped(folder, &files).map_err(failed(folder))?;
    Ok(Bundle { object: Object::bytes(zip), files: files.len() })
}

fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect())
}

fn zipped(folder: &Path, files: &[PathBuf]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(file);
        zip.start_file_from_path(name, SimpleFileOptions::default())?;
        zip.write_all(&fs::read(file)?)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_that_are_there_are_zipped_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("scripts")).unwrap();
        for name in ["smoke.yaml", "scripts/start.sh", "Cargo.toml"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let bundle = of_storefront(folder.path()).unwrap();
        let content = bundle.object.read_all().unwrap();
        let zip = zip::ZipArchive::new(Cursor::new(content)).unwrap();
        let mut names: Vec<_> = zip.file_names().map(Result::unwrap).collect();
        names.sort_unstable();
        assert_eq!((names.join(" "), bundle.files), ("scripts/start.sh smoke.yaml".to_owned(), 2));
    }

    #[test]
    fn a_folder_without_the_shop_gives_an_empty_artifact() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(of_storefront(folder.path()).unwrap().files, 0);
    }
}

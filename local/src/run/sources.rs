//! The sources of a release: the example shop, as it is or with a defect, zipped as a developer would upload them.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Folders of the shop that are no part of its sources.
const LEFT_OUT: [&str; 5] = ["target", "bundle", "image", "defects", ".git"];

/// Why sources could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The defect's patch is not one.
    #[error("{path} is not a unified diff: {source}")]
    Patch {
        /// The patch file.
        path: PathBuf,
        /// What is wrong with it.
        source: diffy::ParsePatchError,
    },
    /// The defect does not fit the sources any more.
    #[error("{patch} does not apply to {file}: renew it from the present sources ({reason})")]
    Apply {
        /// The patch file.
        patch: PathBuf,
        /// The file it changes.
        file: String,
        /// Why.
        reason: String,
    },
    /// The archive could not be written.
    #[error("the sources could not be zipped: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The archive could not be written.
    #[error("the sources could not be zipped: {0}")]
    Write(#[from] std::io::Error),
}

/// The files of a release: path inside the sources -> content.
#[derive(Debug, Clone)]
pub struct Sources(BTreeMap<String, Vec<u8>>);

impl Sources {
    /// Reads the sources in `folder`.
    pub fn read(folder: &Path) -> Result<Self, SourcesError> {
        let mut files = BTreeMap::new();
        read_into(&mut files, folder, "")?;
        Ok(Self(files))
    }

    /// The same sources with a defect, given as a unified diff with `a/` and `b/` paths.
    pub fn with_defect(mut self, patch: &Path) -> Result<Self, SourcesError> {
        let text = std::fs::read_to_string(patch).map_err(|source| read_error(patch, source))?;
        for part in split_by_file(&text) {
            let diff = diffy::Patch::from_str(part)
                .map_err(|source| SourcesError::Patch { path: patch.to_owned(), source })?;
            let file = diff.modified().unwrap_or_default().trim_start_matches("b/").to_owned();
            let failed = |reason: String| SourcesError::Apply { patch: patch.to_owned(), file: file.clone(), reason };
            let content = self.0.get_mut(&file).ok_or_else(|| failed("no such file".into()))?;
            let before = String::from_utf8(content.clone()).map_err(|error| failed(error.to_string()))?;
            *content = diffy::apply(&before, &diff).map_err(|error| failed(error.to_string()))?.into_bytes();
        }
        Ok(self)
    }

    /// The zipped sources. Equal sources give equal bytes: entries are sorted and dated alike. No file can be executed, as
    /// in the sources of a repository behind a connection (CodePipeline user guide, "Troubleshooting").
    pub fn zip(&self) -> Result<Vec<u8>, SourcesError> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, content) in &self.0 {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o644);
            archive.start_file(path, options)?;
            archive.write_all(content)?;
        }
        Ok(archive.finish()?.into_inner())
    }
}

fn read_into(files: &mut BTreeMap<String, Vec<u8>>, folder: &Path, prefix: &str) -> Result<(), SourcesError> {
    let entries = std::fs::read_dir(folder).map_err(|source| read_error(folder, source))?;
    for entry in entries {
        let entry = entry.map_err(|source| read_error(folder, source))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let inside = format!("{prefix}{name}");
        let metadata = std::fs::symlink_metadata(&path).map_err(|source| read_error(&path, source))?;
        if metadata.is_dir() {
            if !LEFT_OUT.contains(&inside.as_str()) {
                read_into(files, &path, &format!("{inside}/"))?;
            }
        } else if metadata.is_file() {
            let content = std::fs::read(&path).map_err(|source| read_error(&path, source))?;
            files.insert(inside, content);
        }
    }
    Ok(())
}

fn read_error(path: &Path, source: std::io::Error) -> SourcesError {
    SourcesError::Read { path: path.to_owned(), source }
}

/// One diff a changed file: the library reads one file at a time.
fn split_by_file(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        text.match_indices("--- ").map(|(at, _)| at).filter(|at| *at == 0 || text[..*at].ends_with('\n')).collect();
    starts.push(text.len());
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str =
        "diff --git a/settings b/settings\n--- a/settings\n+++ b/settings\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n";

    fn sources(settings: &str) -> Sources {
        Sources(BTreeMap::from([
            ("run.sh".into(), b"#!/bin/sh\n".to_vec()),
            ("settings".into(), settings.as_bytes().to_vec()),
        ]))
    }

    fn patch(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("defect.patch");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_defect_changes_a_copy() {
        let (_folder, path) = patch(PATCH);
        let bad = sources("one\ntwo\n").with_defect(&path).unwrap();
        assert_eq!(bad.0["settings"], b"one\n2\n");
    }

    #[test]
    fn a_defect_that_does_not_fit_is_refused() {
        let (_folder, path) = patch(PATCH);
        let error = sources("quite\ndifferent\n").with_defect(&path).unwrap_err().to_string();
        assert!(error.contains("does not apply to settings"), "{error}");
        let (_folder, path) = patch(&PATCH.replace("b/settings", "b/other"));
        let error = sources("one\ntwo\n").with_defect(&path).unwrap_err().to_string();
        assert!(error.contains("no such file"), "{error}");
    }

    /// The shop's own defect is a real change of its present sources: the checkout writes a column of no migration.
    #[test]
    fn the_defect_of_the_shop_names_a_column_that_no_migration_has() {
        let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/storefront");
        let good = Sources::read(&shop).unwrap();
        let bad = good.clone().with_defect(&shop.join("defects/checkout.patch")).unwrap();
        let text = |sources: &Sources, file: &str| String::from_utf8(sources.0[file].clone()).unwrap();
        let migration = text(&good, "migrations/0001_shop.sql");
        for (sources, expected) in [(good, &[][..]), (bad, &["channel"])] {
            let orders = text(&sources, "src/order.rs");
            let (_, insert) = orders.split_once("\"INSERT INTO orders").unwrap();
            let (_, columns) = insert.split_once('(').unwrap();
            let (columns, _) = columns.split_once(')').unwrap();
            let missing =
                columns.split(',').map(str::trim).filter(|column| !migration.contains(&format!(" {column} ")));
            assert_eq!(missing.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn equal_sources_are_equal_bytes_and_nothing_can_be_executed() {
        let bytes = sources("one\n").zip().unwrap();
        assert_eq!(bytes, sources("one\n").zip().unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.by_name("run.sh").unwrap().unix_mode().unwrap() & 0o777, 0o644);
    }
}

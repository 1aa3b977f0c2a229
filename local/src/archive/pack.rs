//! Packing files into an archive.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::ArchiveError;

/// The size from which an entry needs the zip64 format.
const ZIP64_FROM: u64 = u32::MAX as u64;

/// The compression level. A local artifact is read once or twice, so packing it has to be quick; a program is packed
/// nearly three times as fast as with the usual level, and comes out a quarter larger.
const QUICK: i64 = 1;

/// Writes `files` (name in the archive -> file) to `archive`.
///
/// Entries are sorted and carry their files' permissions but no times, so equal files give equal bytes. A symbolic link
/// is packed as the file it points to.
pub fn pack(files: &BTreeMap<String, PathBuf>, archive: &Path) -> Result<(), ArchiveError> {
    let zip_error = |source| ArchiveError::Zip { path: archive.to_owned(), source };
    let write_error = |source| ArchiveError::File { path: archive.to_owned(), source };
    let mut writer = ZipWriter::new(BufWriter::new(File::create(archive).map_err(write_error)?));
    for (name, path) in files {
        let read_error = |source| ArchiveError::File { path: path.clone(), source };
        let mut file = File::open(path).map_err(read_error)?;
        let metadata = file.metadata().map_err(read_error)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(QUICK))
            .large_file(metadata.len() >= ZIP64_FROM)
            .unix_permissions(metadata.permissions().mode() & 0o777);
        writer.start_file(name, options).map_err(zip_error)?;
        std::io::copy(&mut file, &mut writer).map_err(write_error)?;
    }
    writer.finish().map_err(zip_error)?.flush().map_err(write_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::unpack;

    #[test]
    fn what_is_packed_comes_out_again_with_its_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("b"), "content").unwrap();
        std::fs::write(path("tool"), "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(path("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        let files = BTreeMap::from([("bin/tool".to_owned(), path("tool")), ("a".to_owned(), path("b"))]);
        pack(&files, &path("1.zip")).unwrap();
        // A later copy of the same files is the same archive.
        std::fs::write(path("b"), "content").unwrap();
        pack(&files, &path("2.zip")).unwrap();
        assert_eq!(std::fs::read(path("1.zip")).unwrap(), std::fs::read(path("2.zip")).unwrap());
        unpack(&path("1.zip"), &path("out")).unwrap();
        assert_eq!(std::fs::read(path("out/a")).unwrap(), b"content");
        assert_eq!(std::fs::metadata(path("out/bin/tool")).unwrap().permissions().mode() & 0o777, 0o755);
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let files = BTreeMap::from([("a".to_owned(), folder.path().join("gone"))]);
        let error = pack(&files, &folder.path().join("a.zip")).unwrap_err().to_string();
        assert!(error.contains("gone"), "{error}");
    }
}

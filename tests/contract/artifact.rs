//! Build artifacts.

use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;

use launchway::standin::aws::{Object, SparseFile};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A zip archive of these files.
pub(crate) fn zip(files: &[(&str, &str)]) -> Object {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    Object::bytes(archive.finish().unwrap().into_inner())
}

/// A zip archive with a stored entry of `size` bytes between two suites' worth of small files. It takes no space.
pub(crate) fn large_zip(path: &Path, size: usize, suite: &str) -> Object {
    let file = File::options().read(true).write(true).create_new(true).open(path).unwrap();
    let mut archive = ZipWriter::new(SparseFile::new(file));
    archive.start_file("appspec.yml", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"version: 0.0\n").unwrap();
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file("bin/storefront", stored).unwrap();
    let block = vec![0; 1 << 20];
    for _ in 0..size / block.len() {
        archive.write_all(&block).unwrap();
    }
    archive.start_file("smoke.yaml", SimpleFileOptions::default()).unwrap();
    archive.write_all(suite.as_bytes()).unwrap();
    archive.finish().unwrap();
    Object::file(path).unwrap()
}

/// The files of an archive, with their text; nothing when it is no archive.
pub(crate) fn unzip(object: &Object) -> Option<Vec<(String, String)>> {
    let mut archive = ZipArchive::new(Cursor::new(object.read_all().unwrap())).ok()?;
    Some((0..archive.len()).map(|index| read_entry(&mut archive, index)).collect())
}

fn read_entry(archive: &mut ZipArchive<impl Read + Seek>, index: usize) -> (String, String) {
    let mut entry = archive.by_index(index).unwrap();
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    (entry.name().unwrap().into_owned(), text)
}

//! The output artifact: a zip archive of a few small files.

use std::io::{Cursor, Write};

use bytes::Bytes;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::JobError;
use crate::outcome::OutputFile;

/// Packs `files`. Every entry has the same date, so the same files make the same bytes.
pub(crate) fn pack(files: &[OutputFile]) -> Result<Bytes, JobError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        writer.start_file(file.path.as_str(), SimpleFileOptions::default())?;
        writer.write_all(&file.content).map_err(zip::result::ZipError::from)?;
    }
    Ok(Bytes::from(writer.finish()?.into_inner()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_is_packed_is_found_again() {
        let file = |path: &str, content: &'static str| OutputFile { path: path.to_owned(), content: content.into() };
        let files = [file("report.json", "{}"), file("junit/report.xml", "<testsuites/>"), file("empty", "")];
        let packed = pack(&files).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(packed.clone())).unwrap();
        for file in &files {
            let mut content = Vec::new();
            archive.by_name(&file.path).unwrap().read_to_end(&mut content).unwrap();
            assert_eq!(content, file.content);
        }
        assert_eq!(pack(&files).unwrap(), packed);
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let file = OutputFile { path: "a".to_owned(), content: Bytes::new() };
        assert!(pack(&[file.clone(), file]).is_err());
    }
}

//! What an object of the stand-in holds.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use super::byte_range::ByteRange;
use super::signature::sha256;

/// An object's content and the `ETag` it goes by.
#[derive(Debug, Clone)]
pub struct Object {
    content: Content,
    etag: String,
}

#[derive(Debug, Clone)]
enum Content {
    Memory(Bytes),
    File { file: Arc<File>, path: PathBuf, length: u64 },
}

impl Object {
    /// An object of these bytes.
    #[must_use]
    pub fn bytes(content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let etag = etag(&content);
        Self { content: Content::Memory(content), etag }
    }

    /// An object that is served from a file, a range at a time. Its `ETag` is made of its path and length: reading a
    /// large file only for that would cost more than the test.
    pub fn file(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let file = File::open(&path)?;
        let length = file.metadata()?.len();
        let name = format!("{} {length}", path.display());
        let etag = etag(name.as_bytes());
        Ok(Self { content: Content::File { file: Arc::new(file), path, length }, etag })
    }

    /// Its size in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        match &self.content {
            Content::Memory(bytes) => bytes.len() as u64,
            Content::File { length, .. } => *length,
        }
    }

    /// Its `ETag`, with the quotes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The whole content.
    pub fn read_all(&self) -> io::Result<Bytes> {
        match self.length() {
            0 => Ok(Bytes::new()),
            length => self.read(ByteRange { first: 0, last: length - 1 }),
        }
    }

    pub(super) fn read(&self, range: ByteRange) -> io::Result<Bytes> {
        let length = usize::try_from(range.length()).map_err(io::Error::other)?;
        match &self.content {
            Content::Memory(bytes) => {
                let first = usize::try_from(range.first).map_err(io::Error::other)?;
                Ok(bytes.slice(first..first + length))
            }
            Content::File { file, path, .. } => {
                let mut buffer = vec![0; length];
                file.read_exact_at(&mut buffer, range.first)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
                Ok(buffer.into())
            }
        }
    }
}

/// An `ETag` is opaque: half of a digest tells two contents apart as well as S3's own.
fn etag(content: &[u8]) -> String {
    format!("\"{:.32}\"", sha256(content))
}

/// A file whose stretches of zeros take no space, to write an artifact of hundreds of MB in no time.
#[derive(Debug)]
pub struct SparseFile(File);

/// What a stretch is compared with. A buffer is compared at once: a byte at a time takes seconds without optimisation.
static ZEROS: [u8; 1 << 16] = [0; 1 << 16];

impl SparseFile {
    /// Writes to this new file.
    #[must_use]
    pub fn new(file: File) -> Self {
        Self(file)
    }
}

impl Write for SparseFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let position = self.0.stream_position()?;
        let zeros = &ZEROS[..buffer.len().min(ZEROS.len())];
        // Zeros are skipped at the end alone: inside, they may have to replace something.
        if position < self.0.metadata()?.len() || !buffer.starts_with(zeros) {
            return self.0.write(buffer);
        }
        self.0.set_len(position + zeros.len() as u64)?;
        self.0.seek(SeekFrom::End(0))?;
        Ok(zeros.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for SparseFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.0.seek(position)
    }
}

impl Read for SparseFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_bytes_are_read_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("object");
        let mut content = b"begin".to_vec();
        content.resize(100_000, 0);
        content.extend_from_slice(b"end");
        let mut file = SparseFile::new(File::create(&path).unwrap());
        for part in content.chunks(4096) {
            file.write_all(part).unwrap();
        }
        let (file, memory) = (Object::file(&path).unwrap(), Object::bytes(content));
        assert_eq!(file.length(), memory.length());
        assert_eq!(file.read_all().unwrap(), memory.read_all().unwrap());
        let range = ByteRange { first: 99_999, last: 100_001 };
        assert_eq!(file.read(range).unwrap(), memory.read(range).unwrap());
    }

    #[test]
    fn a_missing_file_is_an_error() {
        assert!(Object::file("/nowhere/object").is_err());
    }
}

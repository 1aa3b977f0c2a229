//! One file out of a zip archive of any size.
//!
//! The end of the object, the central directory and the entry are fetched; nothing else is. The crate `zip` reads them
//! as if the whole object were at hand, and whatever it finds missing is fetched before it begins again.

use std::io::Read;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;

use crate::error::JobError;
use crate::sparse::SparseObject;
use crate::store::Object;

/// Holds the record at an archive's end with the longest comment there can be, and the whole directory of a usual one.
const TAIL: u64 = 128 * 1024;

/// The most fetched at once of a directory. A longer one takes several requests.
const DIRECTORY_PART: u64 = 4 * 1024 * 1024;

/// What is fetched of an entry beside its data: the local header with its name and extra fields.
const HEADER: u64 = 64 * 1024;

/// The most fetched in all. It holds the directory of an archive of some 200000 files.
const FETCH_LIMIT: u64 = 32 * 1024 * 1024;

/// How many other files an error names.
const OTHERS: usize = 5;

/// The content of the file `path`, at most `limit` bytes.
pub(crate) async fn read(object: &Object<'_>, path: &str, limit: u64) -> Result<Vec<u8>, JobError> {
    let wanted = Wanted { artifact: object.name(), path, limit };
    let tail = object.tail(TAIL).await?;
    let etag = tail.etag;
    let mut fetched = tail.bytes.len() as u64;
    let mut held = SparseObject::new(tail.length);
    held.insert(tail.start, tail.bytes);
    loop {
        let (start, count) = match wanted.extract(&mut held) {
            Ok(content) => return Ok(content),
            Err(Step::Failed(error)) => return Err(error),
            Err(Step::Needs { start, count }) => (start, count),
        };
        let end = held.gap_end(start).min(start.saturating_add(count));
        if fetched + (end - start) > FETCH_LIMIT {
            return Err(wanted.not_a_zip(format!("its directory is longer than {} MiB", FETCH_LIMIT >> 20)));
        }
        let part = object.range(start, end, etag.as_deref()).await?;
        tracing::debug!(artifact = wanted.artifact, start, bytes = part.bytes.len(), "read a part of the artifact");
        fetched += part.bytes.len() as u64;
        held.insert(part.start, part.bytes);
    }
}

struct Wanted<'a> {
    artifact: String,
    path: &'a str,
    limit: u64,
}

enum Step {
    Needs { start: u64, count: u64 },
    Failed(JobError),
}

impl Wanted<'_> {
    fn extract(&self, held: &mut SparseObject) -> Result<Vec<u8>, Step> {
        // Archives do not begin anywhere else than at the start: searching would read all of a broken one.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let mut archive = match ZipArchive::with_config(config, &mut *held) {
            Ok(archive) => archive,
            Err(error) => {
                return Err(held.missing().map_or_else(
                    || Step::Failed(self.not_a_zip(reason(&error))),
                    |start| Step::Needs { start, count: DIRECTORY_PART },
                ));
            }
        };
        let (index, packed) = self.find(&archive).map_err(Step::Failed)?;
        let content = self.unpack(&mut archive, index);
        drop(archive);
        match held.missing() {
            Some(start) => Err(Step::Needs { start, count: HEADER + packed }),
            None => content.map_err(Step::Failed),
        }
    }

    /// The entry's number and packed size.
    fn find(&self, archive: &ZipArchive<&mut SparseObject>) -> Result<(usize, u64), JobError> {
        let index = archive.index_for_name(self.path).ok_or_else(|| JobError::NoSuchFile {
            artifact: self.artifact.clone(),
            path: self.path.to_owned(),
            others: self.others(archive),
        })?;
        let entry = archive.by_index_data(index).map_err(|error| self.damaged(reason(&error)))?;
        // Deflate grows what it cannot pack by a few bytes for each block.
        if entry.size() > self.limit || entry.compressed_size() > self.limit + self.limit / 8 + 1024 {
            return Err(self.too_large());
        }
        Ok((index, entry.compressed_size()))
    }

    fn unpack(&self, archive: &mut ZipArchive<&mut SparseObject>, index: usize) -> Result<Vec<u8>, JobError> {
        let entry = archive.by_index(index).map_err(|error| self.damaged(reason(&error)))?;
        if entry.is_dir() {
            return Err(self.damaged("it is a folder".to_owned()));
        }
        let mut content = Vec::new();
        entry.take(self.limit + 1).read_to_end(&mut content).map_err(|error| self.damaged(error.to_string()))?;
        if content.len() as u64 > self.limit { Err(self.too_large()) } else { Ok(content) }
    }

    fn others(&self, archive: &ZipArchive<&mut SparseObject>) -> Vec<String> {
        let file_name = |path: &str| path.rsplit('/').next().map(str::to_owned);
        let mut others: Vec<String> = archive
            .file_names()
            .filter_map(Result::ok)
            .filter(|name| !name.ends_with('/'))
            .map(std::borrow::Cow::into_owned)
            .collect();
        others.sort_by_key(|other| file_name(other) != file_name(self.path));
        let left_out = others.len().saturating_sub(OTHERS);
        others.truncate(OTHERS);
        if left_out > 0 {
            others.push(format!("and {left_out} more"));
        }
        others
    }

    fn not_a_zip(&self, reason: String) -> JobError {
        JobError::NotAZip { artifact: self.artifact.clone(), reason }
    }

    fn damaged(&self, reason: String) -> JobError {
        JobError::Damaged { artifact: self.artifact.clone(), path: self.path.to_owned(), reason }
    }

    fn too_large(&self) -> JobError {
        JobError::TooLarge { artifact: self.artifact.clone(), path: self.path.to_owned(), limit: self.limit }
    }
}

fn reason(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(reason) => reason.to_string(),
        ZipError::UnsupportedArchive(reason) => (*reason).to_owned(),
        ZipError::CompressionMethodNotSupported(_) => "it is packed with another method than deflate".to_owned(),
        other => other.to_string(),
    }
}

//! An object of which a few ranges are at hand.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;

/// Reads and seeks as if the whole object were there. Reading where nothing is held fails, and [`Self::missing`] then
/// says where, so that the caller can fetch that part and begin again.
#[derive(Debug)]
pub(crate) struct SparseObject {
    length: u64,
    position: u64,
    parts: Vec<(u64, Bytes)>,
    missing: Option<u64>,
}

impl SparseObject {
    /// An object of `length` bytes of which nothing is held.
    pub(crate) fn new(length: u64) -> Self {
        Self { length, position: 0, parts: Vec::new(), missing: None }
    }

    /// Holds `bytes` at `start`.
    pub(crate) fn insert(&mut self, start: u64, bytes: Bytes) {
        self.parts.push((start, bytes));
        self.missing = None;
    }

    /// The first position that was read and is not held.
    pub(crate) fn missing(&self) -> Option<u64> {
        self.missing
    }

    /// The end of what is not held from `start` on: the next held part, or the end of the object.
    pub(crate) fn gap_end(&self, start: u64) -> u64 {
        self.parts.iter().map(|(held, _)| *held).filter(|held| *held > start).min().unwrap_or(self.length)
    }

    fn held_from(&self, position: u64) -> Option<&[u8]> {
        self.parts.iter().find_map(|(start, bytes)| {
            let offset = usize::try_from(position.checked_sub(*start)?).ok()?;
            bytes.get(offset..).filter(|rest| !rest.is_empty())
        })
    }
}

impl Read for SparseObject {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let Some(held) = self.held_from(self.position) else {
            self.missing.get_or_insert(self.position);
            return Err(io::Error::other("this part of the object is not at hand"));
        };
        let count = held.len().min(buffer.len());
        buffer[..count].copy_from_slice(&held[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SparseObject {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> SparseObject {
        let mut object = SparseObject::new(20);
        object.insert(15, Bytes::from_static(b"fghij"));
        object.insert(5, Bytes::from_static(b"vwxyz"));
        object
    }

    #[test]
    fn what_is_held_is_read() {
        for (from, expected) in [(SeekFrom::Start(15), "fghij"), (SeekFrom::End(-2), "ij"), (SeekFrom::Start(30), "")] {
            let mut object = object();
            object.seek(from).unwrap();
            let mut text = String::new();
            object.read_to_string(&mut text).unwrap();
            assert_eq!((text.as_str(), object.missing()), (expected, None), "{from:?}");
        }
    }

    #[test]
    fn the_first_missing_byte_is_named() {
        let mut object = object();
        object.seek(SeekFrom::Start(7)).unwrap();
        let mut bytes = Vec::new();
        assert!(object.read_to_end(&mut bytes).is_err());
        assert_eq!((bytes.as_slice(), object.missing()), (b"xyz".as_slice(), Some(10)));
        object.seek(SeekFrom::Start(0)).unwrap();
        assert!(object.read(&mut [0]).is_err());
        assert_eq!(object.missing(), Some(10), "the first one stays");
        object.insert(10, Bytes::from_static(b"abcde"));
        assert_eq!(object.missing(), None);
    }

    #[test]
    fn a_gap_ends_at_what_is_held() {
        for (start, end) in [(0, 5), (10, 15), (20, 20)] {
            assert_eq!(object().gap_end(start), end, "{start}");
        }
    }

    #[test]
    fn seeking_before_the_start_fails() {
        for to in [SeekFrom::End(-21), SeekFrom::Current(-1)] {
            assert!(object().seek(to).is_err(), "{to:?}");
        }
    }
}

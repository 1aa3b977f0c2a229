//! The `Range` header of a GET.

/// Part of an object: from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ByteRange {
    pub(super) first: u64,
    pub(super) last: u64,
}

/// Why a range is not served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RangeError {
    /// The header is none that S3 understands. S3 then sends the whole object; here it is an error, because a function
    /// that means a range must not get 300 MB.
    Malformed,
    /// The range begins behind the end.
    Unsatisfiable,
}

impl ByteRange {
    /// Reads the header's value for an object of `length` bytes.
    pub(super) fn parse(value: &str, length: u64) -> Result<Self, RangeError> {
        let (first, last) =
            value.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or(RangeError::Malformed)?;
        let number = |text: &str| text.parse::<u64>().map_err(|_| RangeError::Malformed);
        let end = length.checked_sub(1).ok_or(RangeError::Unsatisfiable)?;
        let range = match (first, last) {
            ("", suffix) => {
                let suffix = number(suffix)?;
                if suffix == 0 {
                    return Err(RangeError::Unsatisfiable);
                }
                Self { first: length.saturating_sub(suffix), last: end }
            }
            (first, "") => Self { first: number(first)?, last: end },
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first {
                    return Err(RangeError::Malformed);
                }
                Self { first, last: last.min(end) }
            }
        };
        if range.first > end {
            return Err(RangeError::Unsatisfiable);
        }
        Ok(range)
    }

    pub(super) fn length(self) -> u64 {
        self.last - self.first + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = |first, last| Ok(ByteRange { first, last });
        let cases = [
            ("bytes=0-9", 100, range(0, 9)),
            ("bytes=90-200", 100, range(90, 99)),
            ("bytes=90-", 100, range(90, 99)),
            ("bytes=-10", 100, range(90, 99)),
            ("bytes=-200", 100, range(0, 99)),
            ("bytes=0-0", 1, range(0, 0)),
            ("bytes=100-", 100, Err(RangeError::Unsatisfiable)),
            ("bytes=100-200", 100, Err(RangeError::Unsatisfiable)),
            ("bytes=-0", 100, Err(RangeError::Unsatisfiable)),
            ("bytes=0-0", 0, Err(RangeError::Unsatisfiable)),
            ("bytes=9-1", 100, Err(RangeError::Malformed)),
            ("bytes=a-b", 100, Err(RangeError::Malformed)),
            ("bytes=0-1,3-4", 100, Err(RangeError::Malformed)),
            ("0-9", 100, Err(RangeError::Malformed)),
            ("bytes=", 100, Err(RangeError::Malformed)),
        ];
        for (value, length, expected) in cases {
            assert_eq!(ByteRange::parse(value, length), expected, "{value} of {length}");
        }
    }
}

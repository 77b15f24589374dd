//! A range of bytes, as `fcntl` takes it.

use std::fmt;
use std::ops::{Bound, RangeBounds};

/// The bytes that a lock is on. They need not exist: locks beyond the end of a file are fine.
///
/// Never empty, and all offsets fit into an `off_t`. The kernel takes a length of 0 for "to the end",
/// so an empty range that came through would lock nearly everything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bytes {
    start: i64,
    /// How many; 0 for all to the end, however far the file grows.
    len: i64,
}

/// Why a range is none that can be locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// It has no bytes.
    #[error("an empty range of bytes cannot be locked")]
    Empty,
    /// It reaches beyond the offsets that a file can have.
    #[error("a file has no bytes beyond 2^63")]
    TooFar,
}

impl Bytes {
    /// The whole file, however far it grows.
    pub const ALL: Bytes = Bytes { start: 0, len: 0 };

    /// The bytes of `range`; without an end, all that the file will ever have.
    ///
    /// ```
    /// use mmap::lock::{Bytes, BytesError};
    ///
    /// assert_eq!(Bytes::new(..), Ok(Bytes::ALL));
    /// assert!(Bytes::new(10..20).is_ok());
    /// assert_eq!(Bytes::new(10..10), Err(BytesError::Empty));
    /// ```
    ///
    /// # Errors
    ///
    /// The range is empty, or beyond what `off_t` can say.
    pub fn new(range: impl RangeBounds<u64>) -> Result<Bytes, BytesError> {
        let start = match range.start_bound() {
            Bound::Included(&start) => offset(Some(start))?,
            Bound::Excluded(&before) => offset(before.checked_add(1))?,
            Bound::Unbounded => 0,
        };
        let end = match range.end_bound() {
            Bound::Included(&last) => offset(last.checked_add(1))?,
            Bound::Excluded(&end) => offset(Some(end))?,
            Bound::Unbounded => return Ok(Bytes { start, len: 0 }),
        };
        if end <= start {
            return Err(BytesError::Empty);
        }
        let len = end - start;
        Ok(Bytes { start, len })
    }

    /// The first byte's offset.
    pub fn start(self) -> u64 {
        self.start.unsigned_abs()
    }

    /// The offset after the last byte; `None` when there is no last.
    pub fn end(self) -> Option<u64> {
        (self.len != 0).then(|| self.start.unsigned_abs() + self.len.unsigned_abs())
    }

    /// `l_start` and `l_len`, counted from the start of the file.
    pub(super) fn to_kernel(self) -> (i64, i64) {
        (self.start, self.len)
    }

    pub(super) fn from_kernel(start: i64, len: i64) -> Bytes {
        Bytes { start, len }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end() {
            Some(end) => write!(f, "{}..{end}", self.start),
            None => write!(f, "{}..", self.start),
        }
    }
}

fn offset(offset: Option<u64>) -> Result<i64, BytesError> {
    let offset = offset.ok_or(BytesError::TooFar)?;
    i64::try_from(offset).map_err(|_| BytesError::TooFar)
}

//! Bytes of a file that nobody has vouched for.
//!
//! A file format is a graph of offsets and counts, and whoever wrote the file chose them all. Nothing
//! here is read before its place has been checked, and what fails the check names itself: *section
//! header 7 at 0x1c0: 64 bytes end past the 400 bytes that are there*. All of it borrows from the file;
//! no count makes anything be allocated.

mod fields;
mod malformed;
mod mapped;
mod strings;
mod table;

pub use fields::{Endian, Fields};
pub use malformed::{Malformed, Reason, What};
pub use mapped::Mapped;
pub use strings::Strings;
pub use table::{Iter, Layout, Record, Table};

/// A piece of a file that knows where in the file it lies.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'d> {
    data: &'d [u8],
    /// The offset of the first byte in the file, for error messages.
    base: u64,
}

impl<'d> Bytes<'d> {
    /// The whole of a file.
    pub fn new(data: &'d [u8]) -> Self {
        Self { data, base: 0 }
    }

    /// What there is to read.
    pub fn as_slice(self) -> &'d [u8] {
        self.data
    }

    /// The offset of the first byte in the file.
    pub fn base(self) -> u64 {
        self.base
    }

    /// How many bytes there are.
    pub fn len(self) -> u64 {
        self.data.len() as u64
    }

    /// Whether there is nothing.
    pub fn is_empty(self) -> bool {
        self.data.is_empty()
    }

    /// `size` bytes from `offset` on, counted from the start of these.
    ///
    /// # Errors
    ///
    /// They are not all there; the error speaks of them as `what`.
    pub fn slice(self, offset: u64, size: u64, what: What) -> Result<Self, Malformed> {
        let piece = usize::try_from(offset)
            .ok()
            .zip(usize::try_from(size).ok())
            .and_then(|(offset, size)| self.data.get(offset..offset.checked_add(size)?));
        match piece {
            Some(data) => Ok(Self {
                data,
                base: self.base + offset,
            }),
            None => Err(self.malformed(
                offset,
                what,
                Reason::PastEnd {
                    size,
                    have: self.len(),
                },
            )),
        }
    }

    /// All from `offset` on.
    ///
    /// # Errors
    ///
    /// `offset` is past the end.
    pub fn from(self, offset: u64, what: What) -> Result<Self, Malformed> {
        self.slice(offset, self.len().saturating_sub(offset), what)
    }

    /// The fields of a record of `size` bytes at `offset`.
    ///
    /// # Errors
    ///
    /// As for [`slice`](Self::slice).
    pub fn fields(
        self,
        offset: u64,
        size: u64,
        layout: Layout,
        what: What,
    ) -> Result<Fields<'d>, Malformed> {
        Ok(Fields::new(self.slice(offset, size, what)?.data, layout))
    }

    /// An error about what is at `offset` of these bytes.
    pub fn malformed(self, offset: u64, what: What, reason: Reason) -> Malformed {
        Malformed {
            what,
            offset: self.base.saturating_add(offset),
            reason,
        }
    }
}

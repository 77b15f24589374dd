//! Records of one kind, one after the other.

use std::marker::PhantomData;

use super::{Bytes, Endian, Fields, Malformed, Reason, What};

/// What one has to know of a file to read any number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Which byte of a number comes first.
    pub endian: Endian,
    /// Whether addresses have eight bytes and not four.
    pub wide: bool,
}

/// One entry of a table.
pub trait Record: Sized {
    /// What the format calls it.
    const NAME: &'static str;

    /// How many bytes it has.
    fn size(layout: Layout) -> u64;

    /// Made of exactly so many bytes.
    fn decode(fields: &mut Fields<'_>) -> Self;
}

/// A table in the file, whose entries are decoded when they are asked for.
///
/// The whole of it is in the file, and each entry is at least [`Record::size`] bytes long.
#[derive(Debug)]
pub struct Table<'d, R> {
    bytes: Bytes<'d>,
    layout: Layout,
    /// From one entry to the next; a newer format may have longer ones than we know.
    stride: usize,
    entries: PhantomData<fn() -> R>,
}

impl<R> Clone for Table<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Table<'_, R> {}

impl<'d, R: Record> Table<'d, R> {
    /// As many entries of `stride` bytes as there are in `bytes`.
    ///
    /// # Errors
    ///
    /// `stride` is shorter than an entry.
    pub fn new(bytes: Bytes<'d>, stride: u64, layout: Layout) -> Result<Self, Malformed> {
        let least = R::size(layout);
        match usize::try_from(stride) {
            Ok(stride) if stride as u64 >= least => Ok(Self {
                bytes,
                layout,
                stride,
                entries: PhantomData,
            }),
            _ => {
                let reason = Reason::EntrySize {
                    size: stride,
                    least,
                };
                Err(bytes.malformed(0, What::the(R::NAME), reason))
            }
        }
    }

    /// The `count` entries at `offset` of `bytes`.
    ///
    /// # Errors
    ///
    /// They are not all there, or `stride` is shorter than an entry.
    pub fn at(
        bytes: Bytes<'d>,
        offset: u64,
        count: u64,
        stride: u64,
        layout: Layout,
    ) -> Result<Self, Malformed> {
        let whole = count.saturating_mul(stride);
        match bytes.slice(offset, whole, What::the(R::NAME)) {
            Ok(bytes) => Self::new(bytes, stride, layout),
            Err(_) => Err(first_missing::<R>(bytes, offset, stride)),
        }
    }

    /// A table without entries.
    pub fn empty(layout: Layout) -> Self {
        Self {
            bytes: Bytes::new(&[]),
            layout,
            stride: usize::try_from(R::size(layout)).unwrap_or(1).max(1),
            entries: PhantomData,
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        (self.bytes.as_slice().len() / self.stride) as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry with this number.
    pub fn get(&self, number: u64) -> Option<R> {
        let start = usize::try_from(number).ok()?.checked_mul(self.stride)?;
        let entry = self
            .bytes
            .as_slice()
            .get(start..start.checked_add(self.stride)?)?;
        Some(R::decode(&mut Fields::new(entry, self.layout)))
    }

    /// All entries, in order.
    pub fn iter(&self) -> Iter<'d, R> {
        Iter {
            chunks: self.bytes.as_slice().chunks_exact(self.stride),
            layout: self.layout,
            entries: PhantomData,
        }
    }

    /// Where in the file the entry with this number is.
    pub fn offset_of(&self, number: u64) -> u64 {
        self.bytes
            .base()
            .saturating_add(number.saturating_mul(self.stride as u64))
    }

    /// An error about the entry with this number.
    pub fn malformed(&self, number: u64, reason: Reason) -> Malformed {
        Malformed {
            what: What::nth(R::NAME, number),
            offset: self.offset_of(number),
            reason,
        }
    }

    /// The bytes of all entries.
    pub fn bytes(&self) -> Bytes<'d> {
        self.bytes
    }
}

impl<'d, R: Record> IntoIterator for &Table<'d, R> {
    type Item = R;
    type IntoIter = Iter<'d, R>;

    fn into_iter(self) -> Iter<'d, R> {
        self.iter()
    }
}

/// The entries of a [`Table`].
#[derive(Debug)]
pub struct Iter<'d, R> {
    chunks: std::slice::ChunksExact<'d, u8>,
    layout: Layout,
    entries: PhantomData<fn() -> R>,
}

impl<R: Record> Iterator for Iter<'_, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        let entry = self.chunks.next()?;
        Some(R::decode(&mut Fields::new(entry, self.layout)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.chunks.size_hint()
    }
}

impl<R: Record> ExactSizeIterator for Iter<'_, R> {}

/// A table that does not fit: which of its entries is the first that is not there.
fn first_missing<R: Record>(bytes: Bytes<'_>, offset: u64, stride: u64) -> Malformed {
    let there = bytes.len().saturating_sub(offset);
    let number = there.checked_div(stride).unwrap_or(0);
    let reason = Reason::PastEnd {
        size: stride,
        have: bytes.len(),
    };
    let place = offset.saturating_add(number.saturating_mul(stride));
    bytes.malformed(place, What::nth(R::NAME, number), reason)
}

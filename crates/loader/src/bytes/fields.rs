//! The fields of one record, in the order in which the format lists them.

use super::Layout;

/// Which byte of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endian {
    /// The least, as on x86-64, arm64 and riscv.
    Little,
    /// The most, as on s390x and in network packets.
    Big,
}

/// A cursor over the bytes of one record.
///
/// Whoever makes one has checked that the record is whole. A field that is not there would read as
/// zero.
#[derive(Debug, Clone)]
pub struct Fields<'d> {
    rest: &'d [u8],
    layout: Layout,
}

impl<'d> Fields<'d> {
    pub(crate) fn new(record: &'d [u8], layout: Layout) -> Self {
        Self {
            rest: record,
            layout,
        }
    }

    /// The next byte.
    #[inline]
    pub fn u8(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    /// The next two bytes.
    #[inline]
    pub fn u16(&mut self) -> u16 {
        let bytes = self.array();
        match self.layout.endian {
            Endian::Little => u16::from_le_bytes(bytes),
            Endian::Big => u16::from_be_bytes(bytes),
        }
    }

    /// The next four bytes.
    #[inline]
    pub fn u32(&mut self) -> u32 {
        let bytes = self.array();
        match self.layout.endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        }
    }

    /// The next eight bytes.
    #[inline]
    pub fn u64(&mut self) -> u64 {
        let bytes = self.array();
        match self.layout.endian {
            Endian::Little => u64::from_le_bytes(bytes),
            Endian::Big => u64::from_be_bytes(bytes),
        }
    }

    /// Four bytes or eight, whichever an address has in this file.
    #[inline]
    pub fn word(&mut self) -> u64 {
        if self.layout.wide {
            self.u64()
        } else {
            u64::from(self.u32())
        }
    }

    /// As [`word`](Self::word), with a sign.
    #[inline]
    pub fn signed_word(&mut self) -> i64 {
        if self.layout.wide {
            self.u64().cast_signed()
        } else {
            i64::from(self.u32().cast_signed())
        }
    }

    /// The next `N` bytes as they are.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        match self.rest.split_first_chunk::<N>() {
            Some((bytes, rest)) => {
                self.rest = rest;
                *bytes
            }
            None => {
                debug_assert!(false, "a record shorter than its fields");
                [0; N]
            }
        }
    }

    /// Whether the file's addresses have eight bytes.
    #[inline]
    pub fn is_wide(&self) -> bool {
        self.layout.wide
    }
}

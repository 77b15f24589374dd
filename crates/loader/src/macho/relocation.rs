//! Relocations of object files (`relocation_info`).

use crate::bytes::{Fields, Layout, Malformed, Record, Table};

use super::{Macho, Section};

/// One place to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relocation {
    /// `r_address`: the offset in the section.
    pub address: u32,
    /// `r_symbolnum`: the number of a symbol, or of a section.
    pub symbol: u32,
    /// `r_pcrel`: whether the place's own address is subtracted.
    pub relative: bool,
    /// `r_length`: the power of two of the place's size in bytes.
    pub length: u8,
    /// `r_extern`: whether it is a symbol's number.
    pub external: bool,
    /// `r_type`: each processor numbers its own.
    pub kind: u8,
}

impl Record for Relocation {
    const NAME: &'static str = "relocation";

    fn size(_: Layout) -> u64 {
        8
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        let (address, packed) = (fields.u32(), fields.u32());
        Self {
            address,
            symbol: packed & 0x00ff_ffff,
            relative: packed >> 24 & 1 != 0,
            length: (packed >> 25 & 3) as u8,
            external: packed >> 27 & 1 != 0,
            kind: (packed >> 28) as u8,
        }
    }
}

impl<'d> Macho<'d> {
    /// The relocations of a section.
    ///
    /// # Errors
    ///
    /// They are not all in the file.
    pub fn relocations(&self, section: &Section) -> Result<Table<'d, Relocation>, Malformed> {
        let (offset, count) = (section.relocations_offset, section.relocations);
        Table::at(self.file, offset.into(), count.into(), 8, self.layout)
    }
}

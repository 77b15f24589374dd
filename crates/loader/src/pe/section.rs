//! Sections (`IMAGE_SECTION_HEADER`), which are segments too.

use crate::bytes::{Fields, Layout, Record};

/// One section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// `Name`, filled up with zeroes.
    pub name: [u8; 8],
    /// `VirtualSize`: how many bytes it has in memory.
    pub size: u32,
    /// `VirtualAddress`, relative.
    pub address: u32,
    /// `SizeOfRawData`: how many bytes it has in the file.
    pub file_size: u32,
    /// `PointerToRawData`: where it is in the file.
    pub offset: u32,
    /// `NumberOfRelocations`, in object files.
    pub relocations: u16,
    /// `Characteristics`: `IMAGE_SCN_` bits.
    pub characteristics: u32,
}

impl Section {
    /// Its name without the zeroes.
    pub fn name(&self) -> &[u8] {
        self.name
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default()
    }
}

impl Record for Section {
    const NAME: &'static str = "section header";

    fn size(_: Layout) -> u64 {
        40
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        let name = fields.array();
        let (size, address) = (fields.u32(), fields.u32());
        let (file_size, offset) = (fields.u32(), fields.u32());
        fields.array::<8>();
        let relocations = fields.u16();
        fields.u16();
        let characteristics = fields.u32();
        Self {
            name,
            size,
            address,
            file_size,
            offset,
            relocations,
            characteristics,
        }
    }
}

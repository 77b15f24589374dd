//! The headers: DOS's, COFF's, and the "optional" one that every program has.

use crate::bytes::{Bytes, Fields, Layout, Malformed, Reason, Record, Table, What};

use super::LITTLE;

const HEADER: What = What::the("PE header");

/// Where the real header starts.
pub(super) fn start(file: Bytes<'_>) -> Result<u64, Malformed> {
    let start = u64::from(file.fields(0x3c, 4, LITTLE, What::the("DOS header"))?.u32());
    match file.fields(start, 24, LITTLE, HEADER)?.array() {
        [b'P', b'E', 0, 0] => Ok(start),
        _ => Err(file.malformed(
            start,
            HEADER,
            Reason::Other("it does not start with PE\\0\\0"),
        )),
    }
}

/// The COFF header and the optional header behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// `Machine`.
    pub machine: u16,
    /// `NumberOfSections`.
    pub sections: u16,
    /// `TimeDateStamp`: seconds since 1970, or a hash of the file.
    pub timestamp: u32,
    /// `PointerToSymbolTable`: where symbols are in the file; Microsoft's tools write none.
    pub symbols_offset: u32,
    /// `NumberOfSymbols`.
    pub symbols: u32,
    /// `SizeOfOptionalHeader`.
    pub optional_size: u16,
    /// `Characteristics`: `IMAGE_FILE_` bits.
    pub characteristics: u16,
    /// Whether it is PE32+, with addresses of eight bytes.
    pub wide: bool,
    /// `AddressOfEntryPoint`, relative.
    pub entry: u32,
    /// `ImageBase`: where it would like to be mapped.
    pub image_base: u64,
    /// `SectionAlignment` in memory.
    pub section_alignment: u32,
    /// `FileAlignment`.
    pub file_alignment: u32,
    /// `SizeOfImage` in memory.
    pub image_size: u32,
    /// `SizeOfHeaders`, which are mapped too.
    pub headers_size: u32,
    /// `Subsystem`: window, console …
    pub subsystem: u16,
    /// `DllCharacteristics`: `IMAGE_DLLCHARACTERISTICS_` bits.
    pub dll_characteristics: u16,
}

impl Header {
    pub(super) fn parse(
        file: Bytes<'_>,
        start: u64,
    ) -> Result<(Self, Table<'_, Directory>), Malformed> {
        let mut coff = file.fields(start + 4, 20, LITTLE, HEADER)?;
        let (machine, sections, timestamp) = (coff.u16(), coff.u16(), coff.u32());
        let (symbols_offset, symbols) = (coff.u32(), coff.u32());
        let (optional_size, characteristics) = (coff.u16(), coff.u16());
        let what = What::the("PE optional header");
        let optional = file.slice(start + 24, optional_size.into(), what)?;
        let magic = optional.fields(0, 2, LITTLE, what)?.u16();
        let wide = match magic {
            0x10b => false,
            0x20b => true,
            value => {
                let value = value.into();
                return Err(optional.malformed(
                    0,
                    what,
                    Reason::Value {
                        name: "Magic",
                        value,
                    },
                ));
            }
        };
        let layout = Layout { wide, ..LITTLE };
        let size = if wide { 112 } else { 96 };
        let mut fields = optional.fields(0, size, layout, what)?;
        fields.array::<16>();
        let entry = fields.u32();
        fields.u32();
        if !wide {
            fields.u32();
        }
        let header = Self {
            machine,
            sections,
            timestamp,
            symbols_offset,
            symbols,
            optional_size,
            characteristics,
            wide,
            entry,
            image_base: fields.word(),
            section_alignment: fields.u32(),
            file_alignment: fields.u32(),
            image_size: {
                fields.array::<16>();
                fields.u32()
            },
            headers_size: fields.u32(),
            subsystem: {
                fields.u32();
                fields.u16()
            },
            dll_characteristics: fields.u16(),
        };
        for _ in 0..4 {
            fields.word();
        }
        fields.u32();
        let count = u64::from(fields.u32()).min((optional.len() - size) / 8);
        Ok((header, Table::at(optional, size, count, 8, LITTLE)?))
    }
}

/// Where a table is (`IMAGE_DATA_DIRECTORY`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directory {
    /// Relative virtual address, or 0 if there is none.
    pub address: u32,
    /// Size in bytes.
    pub size: u32,
}

impl Record for Directory {
    const NAME: &'static str = "data directory";

    fn size(_: Layout) -> u64 {
        8
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            address: fields.u32(),
            size: fields.u32(),
        }
    }
}

//! ELF, the format of programs, libraries and object files on Linux and most other Unixes.
//!
//! One file has two tables of contents. *Sections* are for the linker and the debugger: each has a name
//! and one kind of thing in it. *Segments* are for the kernel and the dynamic linker: which bytes of
//! the file go where in memory, and with which permissions. A running program needs the segments alone.
//!
//! [`Elf`] checks the header and where those two tables are; all else is read, and checked, when it is
//! asked for. Nothing is copied and nothing allocated but for the (few) versions of symbols, so that it
//! takes the same time to open a file of 100 MB as one of 10 KB.
//!
//! Where it is defined: elf(5), the System V ABI and its supplements for each processor, and for what
//! GNU added, the Linux Standard Base.

pub mod dynamic;
mod hashed;
mod header;
pub mod names;
pub mod note;
mod parts;
pub mod relocation;
pub mod section;
pub mod segment;
pub mod symbol;
pub mod version;

pub use dynamic::Dynamic;
pub use header::{Class, ET_CORE, ET_DYN, ET_EXEC, ET_REL, Header, MAGIC, Machine};
pub use note::{Note, Notes};
pub use parts::NotePlace;
pub use relocation::{Relocation, Relocations};
pub use section::Section;
pub use segment::Segment;
pub use symbol::{Symbol, Symbols};
pub use version::{Version, Versions};

use crate::bytes::{Bytes, Layout, Malformed, Reason, Record, Strings, Table, What};
use section::SHT_NOBITS;

/// An ELF file.
///
/// The header and the places of both tables of contents are sound; what the entries say is checked when
/// it is used.
#[derive(Debug, Clone, Copy)]
pub struct Elf<'d> {
    file: Bytes<'d>,
    header: Header,
    sections: Table<'d, Section>,
    segments: Table<'d, Segment>,
    /// The number of the section with the names of sections.
    names_section: u64,
    names: Strings<'d>,
}

impl<'d> Elf<'d> {
    /// Reads the header of `file` and finds the tables.
    ///
    /// # Errors
    ///
    /// It is not an ELF file, or one of the tables is not where the header says.
    pub fn parse(file: &'d [u8]) -> Result<Self, Malformed> {
        let file = Bytes::new(file);
        let header = Header::parse(file)?;
        let first = first_section(file, &header)?;
        let sections = section_table(file, &header, first.as_ref())?;
        let segments = segment_table(file, &header, first.as_ref())?;
        let names_section = match header.names_section {
            symbol::SHN_XINDEX => first.map_or(0, |first| u64::from(first.link)),
            number => u64::from(number),
        };
        let mut elf = Self {
            file,
            header,
            sections,
            segments,
            names_section,
            names: Strings::empty(),
        };
        if names_section != 0 && !sections.is_empty() {
            elf.names = elf.strings(names_section)?;
        }
        Ok(elf)
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How numbers are stored in this file.
    pub fn layout(&self) -> Layout {
        self.header.layout()
    }

    /// The whole file.
    pub fn file(&self) -> Bytes<'d> {
        self.file
    }

    /// All sections; the first is always empty.
    pub fn sections(&self) -> Table<'d, Section> {
        self.sections
    }

    /// All segments.
    pub fn segments(&self) -> Table<'d, Segment> {
        self.segments
    }

    /// The number of the section with the names of sections, even if it does not fit into the header.
    pub fn names_section(&self) -> u64 {
        self.names_section
    }

    /// The name of a section.
    ///
    /// # Errors
    ///
    /// It is outside the section name table.
    pub fn section_name(&self, section: &Section) -> Result<&'d [u8], Malformed> {
        self.names.get(u64::from(section.name))
    }

    /// The section with this name, and its number. Looks at all of them.
    pub fn section_named(&self, name: &str) -> Option<(u64, Section)> {
        self.find_section(|section| {
            self.section_name(section)
                .is_ok_and(|found| found == name.as_bytes())
        })
    }

    /// The first section for which `is_it` holds, and its number.
    pub fn find_section(&self, is_it: impl Fn(&Section) -> bool) -> Option<(u64, Section)> {
        (0..)
            .zip(self.sections.iter())
            .find(|(_, section)| is_it(section))
    }

    /// The bytes of a section; none for those that have none in the file (`.bss`).
    ///
    /// # Errors
    ///
    /// They are not all in the file.
    pub fn data(&self, section: &Section) -> Result<Bytes<'d>, Malformed> {
        if section.is_in_file() {
            let what = What::the("contents of a section");
            self.file.slice(section.offset, section.size, what)
        } else {
            Ok(Bytes::new(&[]))
        }
    }

    /// The section with this number as a table of strings.
    ///
    /// # Errors
    ///
    /// There is no such section, or it is not all in the file.
    pub fn strings(&self, number: u64) -> Result<Strings<'d>, Malformed> {
        let section = self.section(number, "number of a string table")?;
        if section.kind == SHT_NOBITS {
            return Ok(Strings::empty());
        }
        Ok(Strings::new(self.data(&section)?))
    }

    /// The section with this number; `name` is what the number is called in an error.
    pub(crate) fn section(&self, number: u64, name: &'static str) -> Result<Section, Malformed> {
        self.sections.get(number).ok_or_else(|| Malformed {
            what: What::the("section header table"),
            offset: self.header.sections_offset,
            reason: Reason::NoSuch {
                name,
                value: number,
                count: self.sections.len(),
            },
        })
    }

    /// The bytes of a segment that are in the file.
    ///
    /// # Errors
    ///
    /// They are not all there.
    pub fn segment_data(&self, segment: &Segment) -> Result<Bytes<'d>, Malformed> {
        let what = What::the("contents of a segment");
        self.file.slice(segment.offset, segment.file_size, what)
    }

    /// Where in the file the byte is that a segment puts at `address`.
    pub fn offset_of(&self, address: u64) -> Option<u64> {
        self.segments
            .iter()
            .filter(|segment| segment.kind == segment::PT_LOAD)
            .find_map(|segment| {
                let within = address.checked_sub(segment.virtual_address)?;
                let is_there = within < segment.file_size;
                is_there.then(|| segment.offset.checked_add(within))?
            })
    }
}

/// The first section header is empty, and says the counts that did not fit into the ELF header.
fn first_section(file: Bytes<'_>, header: &Header) -> Result<Option<Section>, Malformed> {
    let overflows = header.section_count == 0 && header.sections_offset != 0
        || header.names_section == symbol::SHN_XINDEX
        || header.segment_count == PN_XNUM;
    if !overflows || header.sections_offset == 0 {
        return Ok(None);
    }
    let stride = u64::from(header.section_size);
    let table = Table::at(file, header.sections_offset, 1, stride, header.layout())?;
    Ok(table.get(0))
}

fn section_table<'d>(
    file: Bytes<'d>,
    header: &Header,
    first: Option<&Section>,
) -> Result<Table<'d, Section>, Malformed> {
    let count = match (header.section_count, first) {
        (0, Some(first)) => first.size,
        (count, _) => u64::from(count),
    };
    table(
        file,
        header,
        header.sections_offset,
        count,
        header.section_size,
    )
}

fn segment_table<'d>(
    file: Bytes<'d>,
    header: &Header,
    first: Option<&Section>,
) -> Result<Table<'d, Segment>, Malformed> {
    let count = match (header.segment_count, first) {
        (PN_XNUM, Some(first)) if first.info != 0 => u64::from(first.info),
        (count, _) => u64::from(count),
    };
    table(
        file,
        header,
        header.segments_offset,
        count,
        header.segment_size,
    )
}

fn table<'d, R: Record>(
    file: Bytes<'d>,
    header: &Header,
    offset: u64,
    count: u64,
    stride: u16,
) -> Result<Table<'d, R>, Malformed> {
    if count == 0 || offset == 0 {
        return Ok(Table::empty(header.layout()));
    }
    Table::at(file, offset, count, u64::from(stride), header.layout())
}

/// `e_phnum` of a file with more segments than it can say.
const PN_XNUM: u16 = 0xffff;

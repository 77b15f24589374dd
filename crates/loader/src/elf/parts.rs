//! What the tables of an ELF file lead to: symbols, dynamic entries, relocations, notes.

use crate::bytes::{Bytes, Malformed, Reason, Record, Strings, Table, What};

use super::dynamic::{DT_STRSZ, DT_STRTAB};
use super::note::{GNU, NT_GNU_BUILD_ID};
use super::section::{
    SHT_DYNAMIC, SHT_DYNSYM, SHT_GNU_VERDEF, SHT_GNU_VERNEED, SHT_GNU_VERSYM, SHT_NOBITS, SHT_NOTE,
    SHT_REL, SHT_RELA, SHT_RELR, SHT_SYMTAB, SHT_SYMTAB_SHNDX,
};
use super::segment::{PT_DYNAMIC, PT_INTERP, PT_NOTE};
use super::{Dynamic, Elf, Notes, Relocations, Section, Segment, Symbols, Versions, version};

impl<'d> Elf<'d> {
    /// All symbols (`.symtab`); [`None`] if the file is stripped.
    ///
    /// # Errors
    ///
    /// The table or its strings are not all in the file.
    pub fn symbols(&self) -> Result<Option<Symbols<'d>>, Malformed> {
        self.symbol_section(SHT_SYMTAB)
    }

    /// The symbols that the dynamic linker sees (`.dynsym`); [`None`] for a static file.
    ///
    /// # Errors
    ///
    /// The table or its strings are not all in the file.
    pub fn dynamic_symbols(&self) -> Result<Option<Symbols<'d>>, Malformed> {
        if self.sections.is_empty() {
            return self.symbols_without_sections();
        }
        self.symbol_section(SHT_DYNSYM)
    }

    fn symbol_section(&self, kind: u32) -> Result<Option<Symbols<'d>>, Malformed> {
        match self.find_section(|section| section.kind == kind) {
            Some((number, section)) => self.symbols_in(number, &section).map(Some),
            None => Ok(None),
        }
    }

    /// The symbols of section `number`, which is a symbol table.
    ///
    /// # Errors
    ///
    /// The table or its strings are not all in the file.
    pub fn symbols_in(&self, number: u64, section: &Section) -> Result<Symbols<'d>, Malformed> {
        let layout = self.layout();
        let table = Table::new(self.data(section)?, super::Symbol::size(layout), layout)?;
        let extended = self.find_section(|other| {
            other.kind == SHT_SYMTAB_SHNDX && u64::from(other.link) == number
        });
        let extended = match extended {
            Some((_, extended)) => Table::new(self.data(&extended)?, 4, layout)?,
            None => Table::empty(layout),
        };
        Ok(Symbols {
            table,
            strings: self.strings(u64::from(section.link))?,
            extended,
            section: number,
        })
    }

    /// The dynamic section; [`None`] for a static file.
    ///
    /// # Errors
    ///
    /// It or its strings are not all in the file.
    pub fn dynamic(&self) -> Result<Option<Dynamic<'d>>, Malformed> {
        let layout = self.layout();
        let entry = super::dynamic::Entry::size(layout);
        if let Some((_, section)) = self.find_section(|section| section.kind == SHT_DYNAMIC) {
            return Ok(Some(Dynamic {
                table: Table::new(self.data(&section)?, entry, layout)?,
                strings: self.strings(u64::from(section.link))?,
                offset: section.offset,
            }));
        }
        let Some(segment) = self.dynamic_segment() else {
            return Ok(None);
        };
        let dynamic = Dynamic {
            table: Table::new(self.segment_data(&segment)?, entry, layout)?,
            strings: Strings::empty(),
            offset: segment.offset,
        };
        let strings = self.dynamic_strings(&dynamic)?;
        Ok(Some(Dynamic { strings, ..dynamic }))
    }

    /// A file with debug information alone keeps the program headers of the file that it was taken
    /// from, and says by a section without bytes that the dynamic section is not there.
    fn dynamic_segment(&self) -> Option<Segment> {
        let segment = self
            .segments
            .iter()
            .find(|segment| segment.kind == PT_DYNAMIC)?;
        let is_elsewhere = self
            .sections
            .iter()
            .any(|section| section.kind == SHT_NOBITS && section.holds(segment.virtual_address));
        (!is_elsewhere).then_some(segment)
    }

    fn dynamic_strings(&self, dynamic: &Dynamic<'d>) -> Result<Strings<'d>, Malformed> {
        let Some(address) = dynamic.value(DT_STRTAB) else {
            return Ok(Strings::empty());
        };
        let size = dynamic.value(DT_STRSZ).unwrap_or(0);
        let strings = self.at_address(address, size, What::the("dynamic strings"))?;
        Ok(Strings::new(strings))
    }

    /// `size` bytes of the file that are at `address` while it runs.
    ///
    /// # Errors
    ///
    /// No segment puts them there, or they are not in the file; they are called `what`.
    pub fn at_address(&self, address: u64, size: u64, what: What) -> Result<Bytes<'d>, Malformed> {
        match self.offset_of(address) {
            Some(offset) => self.file.slice(offset, size, what),
            None => Err(Malformed {
                what,
                offset: 0,
                reason: Reason::Value {
                    name: "address in no segment",
                    value: address,
                },
            }),
        }
    }

    /// The names of the libraries that have to be loaded too; none for a static file.
    ///
    /// # Errors
    ///
    /// The dynamic section or one of the names is not all in the file.
    pub fn needed(&self) -> Result<Vec<&'d [u8]>, Malformed> {
        match self.dynamic()? {
            Some(dynamic) => dynamic.needed().collect(),
            None => Ok(Vec::new()),
        }
    }

    /// The path of the dynamic linker; [`None`] if the kernel starts the file alone.
    ///
    /// # Errors
    ///
    /// It is not all in the file.
    pub fn interpreter(&self) -> Result<Option<&'d [u8]>, Malformed> {
        let Some(segment) = self
            .segments
            .iter()
            .find(|segment| segment.kind == PT_INTERP)
        else {
            return Ok(None);
        };
        let is_elsewhere = self
            .sections
            .iter()
            .any(|section| section.kind == SHT_NOBITS && section.holds(segment.virtual_address));
        if is_elsewhere {
            return Ok(None);
        }
        Strings::new(self.segment_data(&segment)?).get(0).map(Some)
    }

    /// The tables of relocations by section.
    pub fn relocation_sections(
        &self,
    ) -> impl Iterator<Item = (Section, Result<Relocations<'d>, Malformed>)> {
        let is_one = |section: &Section| matches!(section.kind, SHT_REL | SHT_RELA | SHT_RELR);
        self.sections
            .iter()
            .filter(is_one)
            .map(|section| (section, self.relocations_in(&section)))
    }

    /// The relocations of one section, which is of type `SHT_REL`, `SHT_RELA` or `SHT_RELR`.
    ///
    /// # Errors
    ///
    /// They are not all in the file.
    pub fn relocations_in(&self, section: &Section) -> Result<Relocations<'d>, Malformed> {
        let bytes = self.data(section)?;
        match section.kind {
            SHT_RELR => Ok(Relocations::relr(bytes, &self.header)),
            SHT_REL => Relocations::rel(bytes, &self.header),
            _ => Relocations::rela(bytes, &self.header),
        }
    }

    /// The notes by section; by segment in a file without sections.
    pub fn notes(&self) -> impl Iterator<Item = (NotePlace, Result<Notes<'d>, Malformed>)> {
        let sections = self
            .sections
            .iter()
            .filter(|section| section.kind == SHT_NOTE);
        let sections = sections.map(|section| {
            let notes = self.data(&section);
            let notes = notes.map(|bytes| Notes::new(bytes, self.layout(), section.alignment));
            (NotePlace::Section(section), notes)
        });
        let wanted = self.sections.is_empty();
        let segments = self.segments.iter();
        let segments = segments.filter(move |segment| wanted && segment.kind == PT_NOTE);
        let segments = segments.map(|segment| {
            let notes = self.segment_data(&segment);
            let notes = notes.map(|bytes| Notes::new(bytes, self.layout(), segment.alignment));
            (NotePlace::Segment(segment), notes)
        });
        sections.chain(segments)
    }

    /// The number that no other build has, if the linker gave one.
    pub fn build_id(&self) -> Option<&'d [u8]> {
        self.notes()
            .filter_map(|(_, notes)| notes.ok())
            .flat_map(|notes| notes.map_while(Result::ok))
            .find(|note| note.owner == GNU && note.kind == NT_GNU_BUILD_ID)
            .map(|note| note.description)
    }

    /// What the file says of versions; [`None`] if nothing.
    ///
    /// # Errors
    ///
    /// One of the three sections is not all in the file, or its entries lie over each other.
    pub fn versions(&self) -> Result<Option<Versions<'d>>, Malformed> {
        let layout = self.layout();
        let of_kind = |kind| self.find_section(|section| section.kind == kind);
        let indices = of_kind(SHT_GNU_VERSYM);
        let definitions = of_kind(SHT_GNU_VERDEF);
        let needs = of_kind(SHT_GNU_VERNEED);
        if indices.is_none() && definitions.is_none() && needs.is_none() {
            return Ok(None);
        }
        let indices = match indices {
            Some((_, section)) => Table::new(self.data(&section)?, 2, layout)?,
            None => Table::empty(layout),
        };
        let definitions = self.chained(definitions, version::definitions)?;
        let needs = self.chained(needs, version::needs)?;
        Ok(Some(Versions::new(indices, definitions, needs)))
    }

    fn chained<T>(
        &self,
        section: Option<(u64, Section)>,
        read: fn(Bytes<'d>, u64, crate::bytes::Layout, Strings<'d>) -> Result<Vec<T>, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let Some((_, section)) = section.filter(|(_, section)| section.is_in_file()) else {
            return Ok(Vec::new());
        };
        let (bytes, strings) = (self.data(&section)?, self.strings(u64::from(section.link))?);
        read(bytes, u64::from(section.info), self.layout(), strings)
    }
}

/// Where notes were found.
#[derive(Debug, Clone, Copy)]
pub enum NotePlace {
    /// In a section.
    Section(Section),
    /// In a segment of a file without sections.
    Segment(Segment),
}

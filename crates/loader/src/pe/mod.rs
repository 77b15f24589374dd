//! PE, the format of programs and libraries on Windows.
//!
//! It starts with a DOS program that says that it cannot be run in DOS, and the offset of the real
//! header. All places after that are *relative virtual addresses*: offsets from where the file will be
//! mapped, which the table of sections turns into offsets in the file.
//!
//! Where it is defined: Microsoft's "PE Format".

mod exports;
mod header;
mod imports;
pub mod names;
mod section;

pub use exports::{Export, Exports};
pub use header::{Directory, Header};
pub use imports::{Import, Library, Target};
pub use section::Section;

use crate::bytes::{Bytes, Endian, Layout, Malformed, Reason, Strings, Table, What};

/// Whether a file that starts with `MZ` goes on as a PE file, and not as a program for DOS.
pub fn has_signature(file: &[u8]) -> bool {
    header::start(Bytes::new(file)).is_ok()
}

const LITTLE: Layout = Layout {
    endian: Endian::Little,
    wide: false,
};

/// A PE file. Its header and table of sections are in the file.
#[derive(Debug, Clone)]
pub struct Pe<'d> {
    file: Bytes<'d>,
    header: Header,
    directories: Table<'d, Directory>,
    sections: Table<'d, Section>,
    /// Sorted by address, so that a file with many sections and many imports takes no longer than both.
    by_address: Vec<Section>,
}

impl<'d> Pe<'d> {
    /// Reads the headers of `file`.
    ///
    /// # Errors
    ///
    /// It is not a PE file, or a header or a table is not all there.
    pub fn parse(file: &'d [u8]) -> Result<Self, Malformed> {
        let file = Bytes::new(file);
        let start = header::start(file)?;
        let (header, directories) = Header::parse(file, start)?;
        let table = start + 24 + u64::from(header.optional_size);
        let sections: Table<'_, Section> =
            Table::at(file, table, header.sections.into(), 40, LITTLE)?;
        let mut by_address: Vec<Section> = sections.iter().collect();
        by_address.sort_by_key(|section| section.address);
        Ok(Self {
            file,
            header,
            directories,
            sections,
            by_address,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Where the tables of imports, exports and so on are, by number.
    pub fn directories(&self) -> Table<'d, Directory> {
        self.directories
    }

    /// The sections, in order.
    pub fn sections(&self) -> Table<'d, Section> {
        self.sections
    }

    /// The name of a section. GNU's linker writes names of more than eight bytes as the offset of
    /// a string behind the symbols.
    pub fn section_name(&self, section: &'_ Section) -> Vec<u8> {
        let name = section.name();
        let long = name
            .strip_prefix(b"/")
            .and_then(|digits| str::from_utf8(digits).ok());
        let long = long.and_then(|digits| digits.parse().ok());
        let long = long.and_then(|offset| self.long_names()?.get(offset).ok());
        long.unwrap_or(name).to_vec()
    }

    fn long_names(&self) -> Option<Strings<'d>> {
        let symbols = u64::from(self.header.symbols_offset);
        if symbols == 0 {
            return None;
        }
        let start = symbols + u64::from(self.header.symbols) * 18;
        let strings = self.file.from(start, What::the("string table")).ok()?;
        Some(Strings::new(strings))
    }

    /// What is imported, by library.
    ///
    /// # Errors
    ///
    /// A table or a name is not in the file, or tables lie over each other.
    pub fn imports(&self) -> Result<Vec<Library<'d>>, Malformed> {
        imports::read(self)
    }

    /// What others can import; [`None`] if nothing.
    ///
    /// # Errors
    ///
    /// A table or a name is not in the file.
    pub fn exports(&self) -> Result<Option<Exports<'d>>, Malformed> {
        exports::read(self)
    }

    /// All of the file that is mapped at a relative virtual address and after it in the same section.
    ///
    /// # Errors
    ///
    /// No section puts anything there; what was looked for is called `what`.
    fn at(&self, address: u32, what: What) -> Result<Bytes<'d>, Malformed> {
        if address < self.header.headers_size {
            return self.file.from(address.into(), what);
        }
        let after = self
            .by_address
            .partition_point(|section| section.address <= address);
        let section = after.checked_sub(1).map(|place| &self.by_address[place]);
        let within = section.map(|section| (section, u64::from(address - section.address)));
        match within.filter(|(section, within)| *within < u64::from(section.file_size)) {
            Some((section, within)) => {
                let (offset, size) = (section.offset.into(), section.file_size.into());
                // The last section of some files is cut short.
                let size = self.file.len().saturating_sub(offset).min(size);
                self.file.slice(offset, size, what)?.from(within, what)
            }
            None => {
                let value = address.into();
                let name = "address in no section";
                Err(self.file.malformed(0, what, Reason::Value { name, value }))
            }
        }
    }

    fn string(&self, address: u32, what: What) -> Result<&'d [u8], Malformed> {
        Strings::new(self.at(address, what)?).get(0)
    }

    fn directory(&self, number: u64) -> Option<Directory> {
        self.directories
            .get(number)
            .filter(|directory| directory.address != 0)
    }
}

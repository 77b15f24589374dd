//! Symbols: names for addresses.

use crate::bytes::{Bytes, Fields, Layout, Malformed, Reason, Record, Strings, Table};

/// One entry of a symbol table (elf(5), `Elf64_Sym`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol {
    /// `st_name`: where its name starts in the table's strings.
    pub name: u32,
    /// `st_value`: an address; in a relocatable file, an offset in its section.
    pub value: u64,
    /// `st_size`, or 0 if nobody knows.
    pub size: u64,
    /// `st_info`: the binding in the upper half, the type in the lower.
    pub info: u8,
    /// `st_other`: the visibility in the lowest two bits.
    pub other: u8,
    /// `st_shndx`: the number of its section, or an `SHN_` constant.
    pub section: u16,
}

impl Symbol {
    /// The `STT_` constant: function, object, file …
    pub fn kind(&self) -> u8 {
        self.info & 0xf
    }

    /// The `STB_` constant: local, global, weak …
    pub fn binding(&self) -> u8 {
        self.info >> 4
    }

    /// The `STV_` constant: default, hidden …
    pub fn visibility(&self) -> u8 {
        self.other & 3
    }

    /// Whether this file defines it and not another.
    pub fn is_defined(&self) -> bool {
        self.section != SHN_UNDEF
    }
}

impl Record for Symbol {
    const NAME: &'static str = "symbol";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 24 } else { 16 }
    }

    /// The same fields, in another order since addresses have eight bytes.
    #[inline]
    fn decode(fields: &mut Fields<'_>) -> Self {
        let name = fields.u32();
        if fields.is_wide() {
            let (info, other, section) = (fields.u8(), fields.u8(), fields.u16());
            let (value, size) = (fields.u64(), fields.u64());
            return Self {
                name,
                value,
                size,
                info,
                other,
                section,
            };
        }
        let (value, size) = (fields.word(), fields.word());
        let (info, other, section) = (fields.u8(), fields.u8(), fields.u16());
        Self {
            name,
            value,
            size,
            info,
            other,
            section,
        }
    }
}

/// A symbol table with its strings.
#[derive(Debug, Clone, Copy)]
pub struct Symbols<'d> {
    pub(super) table: Table<'d, Symbol>,
    pub(super) strings: Strings<'d>,
    /// Section numbers for symbols that say [`SHN_XINDEX`].
    pub(super) extended: Table<'d, Number>,
    /// The number of the section that the table is, or 0 if it was found without sections.
    pub section: u64,
}

impl<'d> Symbols<'d> {
    /// How many there are; the first is always empty.
    pub fn len(&self) -> u64 {
        self.table.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The symbol with this number.
    pub fn get(&self, number: u64) -> Option<Symbol> {
        self.table.get(number)
    }

    /// All symbols, in order.
    pub fn iter(&self) -> crate::bytes::Iter<'d, Symbol> {
        self.table.iter()
    }

    /// The name of one of these symbols, without its version.
    ///
    /// # Errors
    ///
    /// It is outside the strings.
    pub fn name(&self, symbol: &Symbol) -> Result<&'d [u8], Malformed> {
        self.strings.get(u64::from(symbol.name))
    }

    /// The number of the section that defines a symbol, even if it does not fit into sixteen bits;
    /// [`None`] if no section does (it is undefined, absolute or common).
    pub fn section_of(&self, number: u64, symbol: &Symbol) -> Option<u32> {
        match symbol.section {
            SHN_XINDEX => self.extended.get(number).map(|number| number.0),
            SHN_UNDEF | SHN_LORESERVE.. => None,
            section => Some(u32::from(section)),
        }
    }

    /// The strings that the names are in.
    pub fn strings(&self) -> Strings<'d> {
        self.strings
    }

    /// The first symbol with this name that the file defines. Looks at all of them.
    pub fn defined(&self, name: &[u8]) -> Option<Symbol> {
        self.iter().find(|symbol| {
            symbol.is_defined() && self.name(symbol).is_ok_and(|found| found == name)
        })
    }

    /// An error about the symbol with this number.
    pub fn malformed(&self, number: u64, reason: Reason) -> Malformed {
        self.table.malformed(number, reason)
    }

    /// The bytes of the table, as they are in the file.
    pub fn bytes(&self) -> Bytes<'d> {
        self.table.bytes()
    }
}

/// A number of four bytes: an entry of [`SHT_SYMTAB_SHNDX`](super::section::SHT_SYMTAB_SHNDX).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(pub u32);

impl Record for Number {
    const NAME: &'static str = "extended section number";

    fn size(_: Layout) -> u64 {
        4
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self(fields.u32())
    }
}

/// Defined somewhere else.
pub const SHN_UNDEF: u16 = 0;
/// From here on it is no section's number.
pub const SHN_LORESERVE: u16 = 0xff00;
/// Not an address, so relocation leaves it alone.
pub const SHN_ABS: u16 = 0xfff1;
/// A C variable that nobody has given a place yet.
pub const SHN_COMMON: u16 = 0xfff2;
/// The number is too big and stands elsewhere.
pub const SHN_XINDEX: u16 = 0xffff;

/// Nobody said what it is.
pub const STT_NOTYPE: u8 = 0;
/// Data.
pub const STT_OBJECT: u8 = 1;
/// Code.
pub const STT_FUNC: u8 = 2;
/// A section.
pub const STT_SECTION: u8 = 3;
/// The name of a source file.
pub const STT_FILE: u8 = 4;

/// For this file alone.
pub const STB_LOCAL: u8 = 0;
/// For all files.
pub const STB_GLOBAL: u8 = 1;
/// For all files, and gives way to a global one.
pub const STB_WEAK: u8 = 2;

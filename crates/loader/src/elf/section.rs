//! Sections: the file as the linker sees it.

use crate::bytes::{Fields, Layout, Record};

/// One entry of the section header table (elf(5), `Elf64_Shdr`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// `sh_name`: where its name starts in the section name table.
    pub name: u32,
    /// `sh_type`: one of the `SHT_` constants.
    pub kind: u32,
    /// `sh_flags`: `SHF_` bits.
    pub flags: u64,
    /// `sh_addr`: where it is in memory, or 0.
    pub address: u64,
    /// `sh_offset`: where it is in the file.
    pub offset: u64,
    /// `sh_size`: how many bytes it has, in the file unless it is [`SHT_NOBITS`].
    pub size: u64,
    /// `sh_link`: a section that belongs to it, such as the strings of a symbol table.
    pub link: u32,
    /// `sh_info`: depends on the type; for relocations, the section that they change.
    pub info: u32,
    /// `sh_addralign`.
    pub alignment: u64,
    /// `sh_entsize`: the size of one entry if it is a table.
    pub entry_size: u64,
}

impl Section {
    /// Whether it has bytes in the file.
    pub fn is_in_file(&self) -> bool {
        self.kind != SHT_NOBITS && self.kind != SHT_NULL
    }

    /// Whether `address` lies in it while the program runs.
    pub fn holds(&self, address: u64) -> bool {
        self.flags & SHF_ALLOC != 0
            && address
                .checked_sub(self.address)
                .is_some_and(|within| within < self.size)
    }
}

impl Record for Section {
    const NAME: &'static str = "section header";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 64 } else { 40 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            name: fields.u32(),
            kind: fields.u32(),
            flags: fields.word(),
            address: fields.word(),
            offset: fields.word(),
            size: fields.word(),
            link: fields.u32(),
            info: fields.u32(),
            alignment: fields.word(),
            entry_size: fields.word(),
        }
    }
}

/// No section: the first entry of the table.
pub const SHT_NULL: u32 = 0;
/// What the program itself defines: code, data.
pub const SHT_PROGBITS: u32 = 1;
/// All symbols.
pub const SHT_SYMTAB: u32 = 2;
/// Strings.
pub const SHT_STRTAB: u32 = 3;
/// Relocations with addends.
pub const SHT_RELA: u32 = 4;
/// What the dynamic linker needs.
pub const SHT_DYNAMIC: u32 = 6;
/// Notes.
pub const SHT_NOTE: u32 = 7;
/// Zeroes, of which none is in the file.
pub const SHT_NOBITS: u32 = 8;
/// Relocations without addends.
pub const SHT_REL: u32 = 9;
/// The symbols that the dynamic linker needs.
pub const SHT_DYNSYM: u32 = 11;
/// Section numbers that do not fit into a symbol.
pub const SHT_SYMTAB_SHNDX: u32 = 18;
/// Relative relocations, packed.
pub const SHT_RELR: u32 = 19;
/// The versions that a library defines.
pub const SHT_GNU_VERDEF: u32 = 0x6fff_fffd;
/// The versions that a file needs of others.
pub const SHT_GNU_VERNEED: u32 = 0x6fff_fffe;
/// The version of each dynamic symbol.
pub const SHT_GNU_VERSYM: u32 = 0x6fff_ffff;

/// May be written while the program runs.
pub const SHF_WRITE: u64 = 1;
/// Is in memory while the program runs.
pub const SHF_ALLOC: u64 = 2;
/// Holds instructions.
pub const SHF_EXECINSTR: u64 = 4;
/// One copy for each thread.
pub const SHF_TLS: u64 = 0x400;

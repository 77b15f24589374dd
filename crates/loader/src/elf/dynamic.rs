//! The dynamic section: what a file asks of the dynamic linker.

use crate::bytes::{Fields, Layout, Malformed, Record, Strings, Table};

/// One entry: a question and its answer (elf(5), `Elf64_Dyn`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// `d_tag`: a `DT_` constant.
    pub tag: u64,
    /// `d_val` or `d_ptr`: a number, an address, or where a string starts.
    pub value: u64,
}

impl Record for Entry {
    const NAME: &'static str = "dynamic entry";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 16 } else { 8 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        // A tag has a sign: those of processors and systems are negative in 32 bits, and printed without.
        Self {
            tag: fields.word(),
            value: fields.word(),
        }
    }
}

/// The dynamic section with its strings.
#[derive(Debug, Clone, Copy)]
pub struct Dynamic<'d> {
    pub(super) table: Table<'d, Entry>,
    pub(super) strings: Strings<'d>,
    /// Where the table is in the file.
    pub offset: u64,
}

impl<'d> Dynamic<'d> {
    /// The entries up to [`DT_NULL`], which is the last.
    pub fn iter(&self) -> impl Iterator<Item = Entry> + use<'d> {
        let mut ended = false;
        self.table.iter().take_while(move |entry| {
            let was_ended = ended;
            ended = entry.tag == DT_NULL;
            !was_ended
        })
    }

    /// The value of the first entry with this tag.
    pub fn value(&self, tag: u64) -> Option<u64> {
        self.iter()
            .find(|entry| entry.tag == tag)
            .map(|entry| entry.value)
    }

    /// The string that an entry's value is the offset of; [`None`] if its tag has no string.
    ///
    /// # Errors
    ///
    /// It is outside the strings.
    pub fn string(&self, entry: &Entry) -> Option<Result<&'d [u8], Malformed>> {
        has_string(entry.tag).then(|| self.strings.get(entry.value))
    }

    /// The strings of all entries with this tag, in order.
    pub fn strings_of(
        &self,
        tag: u64,
    ) -> impl Iterator<Item = Result<&'d [u8], Malformed>> + use<'d> {
        let strings = self.strings;
        self.iter()
            .filter(move |entry| entry.tag == tag)
            .map(move |entry| strings.get(entry.value))
    }

    /// The names of the libraries that have to be loaded too.
    pub fn needed(&self) -> impl Iterator<Item = Result<&'d [u8], Malformed>> + use<'d> {
        self.strings_of(DT_NEEDED)
    }

    /// The strings that the entries point into.
    pub fn strings(&self) -> Strings<'d> {
        self.strings
    }
}

/// Whether the value of this tag is where a string starts.
pub fn has_string(tag: u64) -> bool {
    matches!(
        tag,
        DT_NEEDED
            | DT_SONAME
            | DT_RPATH
            | DT_RUNPATH
            | DT_CONFIG
            | DT_DEPAUDIT
            | DT_AUDIT
            | DT_AUXILIARY
            | DT_FILTER
    )
}

/// The end of the table.
pub const DT_NULL: u64 = 0;
/// A library that is needed.
pub const DT_NEEDED: u64 = 1;
/// How long the relocations for functions are that are bound lazily.
pub const DT_PLTRELSZ: u64 = 2;
/// The address of the string table.
pub const DT_STRTAB: u64 = 5;
/// The address of the symbol table.
pub const DT_SYMTAB: u64 = 6;
/// The address of the relocations with addends.
pub const DT_RELA: u64 = 7;
/// Their size in bytes.
pub const DT_RELASZ: u64 = 8;
/// How long the string table is.
pub const DT_STRSZ: u64 = 10;
/// The name of this library.
pub const DT_SONAME: u64 = 14;
/// Where to look for libraries before `LD_LIBRARY_PATH`, for this file and those it needs.
pub const DT_RPATH: u64 = 15;
/// The address of the relocations without addends.
pub const DT_REL: u64 = 17;
/// Their size in bytes.
pub const DT_RELSZ: u64 = 18;
/// Which of the two the lazily bound ones are.
pub const DT_PLTREL: u64 = 20;
/// The address of the lazily bound ones.
pub const DT_JMPREL: u64 = 23;
/// Bind all functions at the start.
pub const DT_BIND_NOW: u64 = 24;
/// Where to look for libraries after `LD_LIBRARY_PATH`, for this file alone.
pub const DT_RUNPATH: u64 = 29;
/// `DF_` bits.
pub const DT_FLAGS: u64 = 30;
/// How long the packed relocations are.
pub const DT_RELRSZ: u64 = 35;
/// The address of the packed relocations.
pub const DT_RELR: u64 = 36;
/// A file with the configuration (Solaris).
pub const DT_CONFIG: u64 = 0x6fff_fefa;
/// Libraries that watch the linker at work on this file's libraries.
pub const DT_DEPAUDIT: u64 = 0x6fff_fefb;
/// Libraries that watch the linker at work on this file.
pub const DT_AUDIT: u64 = 0x6fff_fefc;
/// `DF_1_` bits.
pub const DT_FLAGS_1: u64 = 0x6fff_fffb;
/// The address of the version definitions.
pub const DT_VERDEF: u64 = 0x6fff_fffc;
/// How many there are.
pub const DT_VERDEFNUM: u64 = 0x6fff_fffd;
/// The address of the versions needed.
pub const DT_VERNEED: u64 = 0x6fff_fffe;
/// How many there are.
pub const DT_VERNEEDNUM: u64 = 0x6fff_ffff;
/// A library that is asked first, if it is there.
pub const DT_AUXILIARY: u64 = 0x7fff_fffd;
/// A library whose symbols this one stands for.
pub const DT_FILTER: u64 = 0x7fff_ffff;

//! From address to file and line.
//!
//! A debug build carries a second program in DWARF: a byte code that, when run, gives a table with a
//! row for every instruction that begins a line (`.debug_line`), and a tree of functions with the
//! address ranges of those that were inlined (`.debug_info`). The crates gimli and addr2line run the one
//! and walk the other; this module finds the sections for them.
//!
//! On macOS the debug information is not in the executable: it stays in the object files, until
//! `dsymutil` collects it into a file beside. For those [`Lines::of`] gives a table without lines.

use std::path::PathBuf;

use addr2line::Context;
use gimli::{EndianSlice, RunTimeEndian, SectionId};
use thiserror::Error;

use crate::bytes::Endian;
use crate::elf::Elf;

/// The line table of one file.
pub struct Lines<'d> {
    context: Context<EndianSlice<'d, RunTimeEndian>>,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// As the compiler noted it, usually absolute.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: u32,
}

/// One of the functions that an instruction belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// As a person writes it.
    pub function: Option<String>,
    /// The line that runs, or calls the function inlined there.
    pub place: Option<Place>,
}

/// The debug information is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("broken debug information: {0}")]
pub struct LinesError(#[from] gimli::Error);

impl<'d> Lines<'d> {
    /// Finds the debug information of `elf`; a file without any has no lines.
    ///
    /// # Errors
    ///
    /// The tables of its units are broken.
    pub fn of(elf: &Elf<'d>) -> Result<Self, LinesError> {
        let endian = match elf.layout().endian {
            Endian::Little => RunTimeEndian::Little,
            Endian::Big => RunTimeEndian::Big,
        };
        let section = |id: SectionId| -> Result<_, gimli::Error> {
            Ok(EndianSlice::new(section(elf, id.name()), endian))
        };
        let dwarf = gimli::Dwarf::load(section)?;
        let context = Context::from_dwarf(dwarf)?;
        Ok(Lines { context })
    }

    /// The line of the instruction at `address` (as linked).
    pub fn place(&self, address: u64) -> Option<Place> {
        let location = self.context.find_location(address).ok().flatten()?;
        Some(Place {
            file: location.file?.into(),
            line: location.line?,
        })
    }

    /// The functions that the instruction at `address` belongs to, the innermost first: what was
    /// inlined, into what.
    pub fn frames(&self, address: u64) -> Vec<Frame> {
        let Ok(mut frames) = self.context.find_frames(address).skip_all_loads() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            let name = frame
                .function
                .as_ref()
                .and_then(|name| name.raw_name().ok());
            let location = frame.location;
            found.push(Frame {
                function: name.map(|name| demangled(&name)),
                place: location.and_then(|at| {
                    let (file, line) = (at.file?.into(), at.line?);
                    Some(Place { file, line })
                }),
            });
        }
        found
    }
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

/// The bytes of a debug section. A compressed one counts as missing.
fn section<'d>(elf: &Elf<'d>, name: &str) -> &'d [u8] {
    const SHF_COMPRESSED: u64 = 0x800;
    let found = elf.section_named(name).map(|(_, section)| section);
    let plain = found.filter(|section| section.flags & SHF_COMPRESSED == 0);
    let bytes = plain.and_then(|section| elf.data(&section).ok());
    bytes.map_or(&[], |bytes| bytes.as_slice())
}

/// A Rust name as it is written in the source; any other name as it is.
///
/// ```
/// use loader::lines::demangled;
///
/// assert_eq!(demangled("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE"), "core::fmt::Write::write_fmt");
/// assert_eq!(demangled("_Zpuzzle"), "_Zpuzzle");
/// assert_eq!(demangled("main.main"), "main.main");
/// ```
pub fn demangled(name: &str) -> String {
    match rustc_demangle::try_demangle(name) {
        Ok(demangled) => format!("{demangled:#}"),
        Err(_) => name.to_owned(),
    }
}

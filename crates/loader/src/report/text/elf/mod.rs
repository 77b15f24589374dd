//! ELF files as `readelf -W` shows them.

pub(in crate::report) mod dynamic;
mod header;
pub(in crate::report) mod notes;
pub(in crate::report) mod relocations;
pub(in crate::report) mod sections;
pub(in crate::report) mod segments;
mod symbols;
mod versions;

use std::io::Write;

use super::Part;
use crate::elf::Elf;
use crate::report::Failure;

pub(in crate::report) use notes::hexadecimal;

pub(super) fn write(elf: &Elf<'_>, part: Part, out: &mut dyn Write) -> Result<(), Failure> {
    match part {
        Part::Headers => header::write(elf, out),
        Part::Sections => sections::write(elf, out),
        Part::Segments => segments::write(elf, out),
        Part::Symbols => symbols::write(elf, out),
        Part::Dynamic => {
            dynamic::write(elf, out)?;
            versions::write(elf, out)
        }
        Part::Relocations => relocations::write(elf, out),
        Part::Notes => notes::write(elf, out),
    }
}

/// How many hexadecimal digits an address has.
fn digits(elf: &Elf<'_>) -> usize {
    if elf.layout().wide { 16 } else { 8 }
}

/// `1 entry`, `2 entries`.
fn entries(count: u64) -> String {
    format!("{count} {}", if count == 1 { "entry" } else { "entries" })
}

/// The letters or names of the bits that are set in `flags`, and what is left.
fn bits<'n>(flags: u64, names: &[(u64, &'n str)]) -> (Vec<&'n str>, u64) {
    let set = names.iter().filter(|(bit, _)| flags & bit != 0);
    let known = names.iter().fold(0, |known, (bit, _)| known | bit);
    (set.map(|(_, name)| *name).collect(), flags & !known)
}

//! The table of segments, and which sections lie in which.

use std::io::Write;

use super::digits;
use super::header::kind;
use crate::elf::segment::{PF_R, PF_W, PF_X, PT_INTERP};
use crate::elf::{Elf, Machine, Segment, names};
use crate::report::Failure;
use crate::report::text::Printable;

/// Each segment is held against each section; a file that makes this many comparisons necessary is no
/// program.
const MOST_COMPARISONS: u64 = 10_000_000;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let segments = elf.segments();
    if segments.is_empty() {
        writeln!(out, "There are no program headers in this file.")?;
        return Ok(());
    }
    let entry = elf.header().entry;
    writeln!(
        out,
        "Elf file type is {}\nEntry point {entry:#x}",
        kind(elf)
    )?;
    writeln!(
        out,
        "There are {} program headers, starting at offset {}\n\nProgram Headers:",
        segments.len(),
        elf.header().segments_offset
    )?;
    let width = digits(elf) + 2;
    let (kind, address, physical) = ("Type", "VirtAddr", "PhysAddr");
    writeln!(
        out,
        "  {kind:<14} Offset   {address:<width$} {physical:<width$} FileSiz  MemSiz   Flg Align"
    )?;
    for segment in &segments {
        row(elf, &segment, out)?;
    }
    mapping(elf, out)
}

fn row(elf: &Elf<'_>, segment: &Segment, out: &mut dyn Write) -> Result<(), Failure> {
    let digits = digits(elf);
    writeln!(
        out,
        "  {:<14} 0x{:06x} 0x{:0digits$x} 0x{:0digits$x} 0x{:06x} 0x{:06x} {} {:#x}",
        type_of(elf.header().machine, segment.kind),
        segment.offset,
        segment.virtual_address,
        segment.physical_address,
        segment.file_size,
        segment.memory_size,
        flag_letters(segment.flags),
        segment.alignment,
    )?;
    if segment.kind == PT_INTERP
        && let Some(path) = elf.interpreter()?
    {
        let path = Printable(path);
        writeln!(out, "      [Requesting program interpreter: {path}]")?;
    }
    Ok(())
}

fn mapping(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let (segments, sections) = (elf.segments(), elf.sections());
    if sections.is_empty() || segments.len().saturating_mul(sections.len()) > MOST_COMPARISONS {
        return Ok(());
    }
    writeln!(out, "\n Section to Segment mapping:\n  Segment Sections...")?;
    for (number, segment) in segments.iter().enumerate() {
        write!(out, "   {number:02}     ")?;
        for section in sections
            .iter()
            .skip(1)
            .filter(|section| segment.contains(section))
        {
            write!(out, "{} ", Printable(elf.section_name(&section)?))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The name of a segment's type, or its number by the range that it is in.
pub(crate) fn type_of(machine: Machine, kind: u32) -> String {
    match (names::segment_type(machine, kind), kind) {
        (Some(name), _) => name.into(),
        (None, 0x6000_0000..=0x6fff_ffff) => format!("LOOS+{:#x}", kind - 0x6000_0000),
        (None, 0x7000_0000..=0x7fff_ffff) => format!("LOPROC+{:#x}", kind - 0x7000_0000),
        (None, _) => format!("<unknown>: {kind:x}"),
    }
}

/// `R E` and the like: three places, each with its letter or a space.
pub(crate) fn flag_letters(flags: u32) -> String {
    [(PF_R, 'R'), (PF_W, 'W'), (PF_X, 'E')]
        .map(|(bit, letter)| if flags & bit != 0 { letter } else { ' ' })
        .iter()
        .collect()
}

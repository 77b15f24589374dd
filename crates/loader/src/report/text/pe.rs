//! PE files: the same headings as for ELF, with what this format has.

use std::io::Write;

use super::{Part, Printable};
use crate::pe::{Pe, Target, names};
use crate::report::Failure;

pub(super) fn write(pe: &Pe<'_>, part: Part, out: &mut dyn Write) -> Result<(), Failure> {
    match part {
        Part::Headers => header(pe, out),
        Part::Sections => sections(pe, out),
        Part::Segments => segments(pe, out),
        Part::Symbols => exports(pe, out),
        Part::Dynamic => imports(pe, out),
        Part::Relocations | Part::Notes => directories(pe, out),
    }
}

/// The name of a machine, or its number.
pub(crate) fn machine(machine: u16) -> String {
    names::machine(machine).map_or_else(|| format!("{machine:#x}"), str::to_owned)
}

fn header(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let header = pe.header();
    let subsystem = names::subsystem(header.subsystem).unwrap_or("unknown");
    writeln!(out, "PE Header:")?;
    writeln!(
        out,
        "  Format:                {}",
        if header.wide { "PE32+" } else { "PE32" }
    )?;
    writeln!(out, "  Machine:               {}", machine(header.machine))?;
    writeln!(out, "  Sections:              {}", header.sections)?;
    writeln!(out, "  Time stamp:            {:#x}", header.timestamp)?;
    writeln!(
        out,
        "  Characteristics:       {:#06x}",
        header.characteristics
    )?;
    writeln!(out, "  Entry point:           {:#x}", header.entry)?;
    writeln!(out, "  Image base:            {:#x}", header.image_base)?;
    writeln!(out, "  Image size:            {:#x}", header.image_size)?;
    writeln!(
        out,
        "  Section alignment:     {:#x}",
        header.section_alignment
    )?;
    writeln!(out, "  File alignment:        {:#x}", header.file_alignment)?;
    writeln!(
        out,
        "  Subsystem:             {subsystem} ({})",
        header.subsystem
    )?;
    writeln!(
        out,
        "  DLL characteristics:   {:#06x}",
        header.dll_characteristics
    )?;
    directories(pe, out)
}

fn directories(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "\nData directories:")?;
    for (number, directory) in pe.directories().iter().enumerate() {
        if directory.address != 0 {
            let name = names::DIRECTORIES.get(number).unwrap_or(&"");
            let (address, size) = (directory.address, directory.size);
            writeln!(
                out,
                "  {number:>2} {name:<20} {size:#x} bytes at {address:#x}"
            )?;
        }
    }
    Ok(())
}

fn sections(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Sections:")?;
    writeln!(
        out,
        "  [Nr] Name             Address  Size     Offset   In file  Flags"
    )?;
    for (number, section) in (1..).zip(&pe.sections()) {
        let number: u32 = number;
        writeln!(
            out,
            "  [{number:>2}] {:<16} {:08x} {:08x} {:08x} {:08x} {:08x} {}",
            Printable(&pe.section_name(&section)),
            section.address,
            section.size,
            section.offset,
            section.file_size,
            section.characteristics,
            permissions(section.characteristics)
        )?;
    }
    Ok(())
}

/// `r-x` and the like.
pub(crate) fn permissions(characteristics: u32) -> String {
    [(1 << 30, 'r'), (1 << 31, 'w'), (1 << 29, 'x')]
        .map(|(bit, letter)| {
            if characteristics & bit != 0 {
                letter
            } else {
                '-'
            }
        })
        .iter()
        .collect()
}

/// Sections are what is mapped.
fn segments(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    sections(pe, out)
}

fn exports(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(exports) = pe.exports()? else {
        writeln!(out, "This file exports nothing.")?;
        return Ok(());
    };
    writeln!(out, "Exports of {}:", Printable(exports.name))?;
    for export in exports.exports {
        let name = Printable(export.name.unwrap_or(b"(no name)"));
        write!(out, "  {:>5} {:08x} {name}", export.ordinal, export.address)?;
        if let Some(forwarder) = export.forwarder {
            write!(out, " -> {}", Printable(forwarder))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn imports(pe: &Pe<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for library in pe.imports()? {
        writeln!(out, "{}", Printable(library.name))?;
        for import in library.imports {
            match import.target {
                Target::Name { name, hint } => {
                    writeln!(
                        out,
                        "  {:08x} {} (hint {hint})",
                        import.slot,
                        Printable(name)
                    )?;
                }
                Target::Ordinal(number) => {
                    writeln!(out, "  {:08x} ordinal {number}", import.slot)?;
                }
            }
        }
    }
    Ok(())
}

//! Mach-O files: the same headings as for ELF, with what this format has.

use std::io::Write;

use super::{Part, Printable};
use crate::macho::{Command, Fat, Macho, Section, Symbol, names};
use crate::report::Failure;

pub(super) fn write_fat(fat: &Fat<'_>, part: Part, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Fat file with {} members:", fat.members().len())?;
    for (number, member) in fat.members().iter().enumerate() {
        let (cpu, offset, size) = (cpu(member.cpu), member.offset, member.size);
        writeln!(
            out,
            "\nMember {number}: {cpu}, {size} bytes at offset {offset:#x}"
        )?;
        write(&fat.open(&member)?, part, out)?;
    }
    Ok(())
}

pub(super) fn write(file: &Macho<'_>, part: Part, out: &mut dyn Write) -> Result<(), Failure> {
    match part {
        Part::Headers => header(file, out),
        Part::Sections => sections(file, out),
        Part::Segments => segments(file, out),
        Part::Symbols => symbols(file, out),
        Part::Dynamic => dynamic(file, out),
        Part::Relocations => relocations(file, out),
        Part::Notes => notes(file, out),
    }
}

/// The name of a processor, or its number.
pub(crate) fn cpu(cpu: u32) -> String {
    names::cpu(cpu).map_or_else(|| format!("{cpu:#x}"), str::to_owned)
}

/// The name of a file's type, or its number.
pub(crate) fn file_type(kind: u32) -> String {
    names::file_type(kind).map_or_else(|| format!("{kind:#x}"), str::to_owned)
}

/// The names of the bits that are set.
pub(crate) fn flags(flags: u32) -> Vec<&'static str> {
    let set = names::FLAGS.iter().enumerate();
    let set = set.filter(|(bit, _)| flags >> bit & 1 != 0);
    set.map(|(_, name)| *name).collect()
}

/// The name of a load command, or its number.
pub(crate) fn command_name(command: &Command<'_>) -> String {
    command.name().map_or_else(
        || format!("{:#x}", command.kind),
        |name| format!("LC_{name}"),
    )
}

fn header(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let header = file.header();
    writeln!(out, "Mach-O Header:")?;
    writeln!(
        out,
        "  Class:          {} bit",
        if file.layout().wide { 64 } else { 32 }
    )?;
    writeln!(out, "  Byte order:     {:?}", file.layout().endian)?;
    writeln!(out, "  Machine:        {}", cpu(header.cpu))?;
    writeln!(out, "  Subtype:        {:#x}", header.cpu_subtype)?;
    writeln!(out, "  Type:           {}", file_type(header.kind))?;
    writeln!(
        out,
        "  Load commands:  {} in {} bytes",
        header.commands, header.commands_size
    )?;
    writeln!(
        out,
        "  Flags:          {:#x} {}",
        header.flags,
        flags(header.flags).join(" ")
    )?;
    writeln!(out, "\nLoad commands:")?;
    for command in file.commands() {
        let command = command?;
        let name = command_name(&command);
        let (number, size) = (command.number, command.bytes.len());
        writeln!(
            out,
            "  {number:>3} {name:<24} {size:>5} bytes{}",
            detail(&command)?
        )?;
    }
    Ok(())
}

/// What a load command says, in a few words.
fn detail(command: &Command<'_>) -> Result<String, Failure> {
    if let Some(library) = command.library()? {
        return Ok(format!(
            "  {} (current {}, compatible {})",
            Printable(library.name),
            library.current_version,
            library.compatibility_version
        ));
    }
    if let Some(path) = command.path()? {
        return Ok(format!("  {}", Printable(path)));
    }
    if let Some(offset) = command.entry_offset()? {
        return Ok(format!("  entry at file offset {offset:#x}"));
    }
    if let Some(uuid) = command.uuid()? {
        return Ok(format!("  {}", uuid_text(uuid)));
    }
    if let Some(build) = command.build_version()? {
        let platform = names::platform(build.platform).unwrap_or("unknown system");
        return Ok(format!("  {platform} {}, SDK {}", build.minimum, build.sdk));
    }
    Ok(String::new())
}

/// Eight digits, three times four, twelve.
pub(crate) fn uuid_text(uuid: [u8; 16]) -> String {
    let mut text = String::new();
    for (place, byte) in uuid.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02X}"));
    }
    text
}

fn sections(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Sections:")?;
    writeln!(
        out,
        "  [Nr] {:<16} {:<16} {:<16} Off    Size   Al Flags",
        "Name", "Segment", "Address"
    )?;
    for (number, section) in (1..).zip(all_sections(file)?) {
        writeln!(
            out,
            "  [{number:>2}] {:<16} {:<16} {:016x} {:06x} {:06x} {:>2} {:#010x}",
            Printable(section.name()),
            Printable(section.segment()),
            section.address,
            section.offset,
            section.size,
            section.alignment,
            section.flags
        )?;
    }
    Ok(())
}

fn all_sections(file: &Macho<'_>) -> Result<Vec<Section>, Failure> {
    let segments = file.segments()?;
    Ok(segments
        .into_iter()
        .flat_map(|segment| segment.sections)
        .collect())
}

fn segments(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Segments:")?;
    for segment in file.segments()? {
        writeln!(
            out,
            "  {:<16} {:016x} size {:#x}, {:#x} bytes at offset {:#x}, {} (at most {})",
            Printable(segment.name()),
            segment.address,
            segment.size,
            segment.file_size,
            segment.offset,
            protection(segment.protection),
            protection(segment.maximum_protection)
        )?;
    }
    Ok(())
}

/// `r-x` and the like.
pub(crate) fn protection(bits: u32) -> String {
    [(1, 'r'), (2, 'w'), (4, 'x')]
        .map(|(bit, letter)| if bits & bit != 0 { letter } else { '-' })
        .iter()
        .collect()
}

fn symbols(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(symbols) = file.symbols()? else {
        writeln!(out, "There are no symbols in this file.")?;
        return Ok(());
    };
    writeln!(out, "Symbol table contains {} entries:", symbols.len())?;
    writeln!(
        out,
        "   Num: Value            Type   Bind     Sec Desc Name"
    )?;
    for (number, symbol) in symbols.iter().enumerate() {
        writeln!(
            out,
            "{number:>6}: {:016x} {:<6} {:<8} {:>3} {:04x} {}",
            symbol.value,
            symbol_kind(&symbol),
            symbol_binding(&symbol),
            symbol.section,
            symbol.description,
            Printable(symbols.name(&symbol)?)
        )?;
    }
    Ok(())
}

/// What a symbol is.
pub(crate) fn symbol_kind(symbol: &Symbol) -> &'static str {
    match symbol.kind & 0xe {
        _ if symbol.is_debug() => "STAB",
        0x0 => "UNDF",
        0x2 => "ABS",
        0xa => "INDR",
        0xc => "PBUD",
        0xe => "SECT",
        _ => "?",
    }
}

/// Who sees it.
pub(crate) fn symbol_binding(symbol: &Symbol) -> &'static str {
    match (symbol.is_external(), symbol.kind & 0x10 != 0) {
        (true, true) => "PRIVATE",
        (true, false) => "EXTERNAL",
        (false, _) => "LOCAL",
    }
}

fn dynamic(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for command in file.commands() {
        let command = command?;
        if command.library()?.is_some() || command.path()?.is_some() {
            writeln!(out, "  {:<20}{}", command_name(&command), detail(&command)?)?;
        }
    }
    Ok(())
}

fn relocations(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for section in all_sections(file)? {
        if section.relocations > 0 {
            let name = Printable(section.name());
            let count = section.relocations;
            let offset = section.relocations_offset;
            writeln!(
                out,
                "Section {name}: {count} relocations at offset {offset:#x}"
            )?;
            let table = file.relocations(&section)?;
            for relocation in &table {
                writeln!(
                    out,
                    "{:08x}  type {:<2} size {} {}{} {}",
                    relocation.address,
                    relocation.kind,
                    1 << relocation.length,
                    if relocation.relative { "relative " } else { "" },
                    if relocation.external {
                        "symbol"
                    } else {
                        "section"
                    },
                    relocation.symbol
                )?;
            }
        }
    }
    Ok(())
}

fn notes(file: &Macho<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for command in file.commands() {
        let command = command?;
        if command.uuid()?.is_some() || command.build_version()?.is_some() {
            writeln!(out, "  {:<20}{}", command_name(&command), detail(&command)?)?;
        }
    }
    Ok(())
}

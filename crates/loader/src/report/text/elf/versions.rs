//! The versions of symbols that a file has, defines and needs.

use std::io::Write;

use super::{bits, entries};
use crate::elf::section::{SHT_GNU_VERDEF, SHT_GNU_VERNEED, SHT_GNU_VERSYM};
use crate::elf::{Elf, Section, Versions};
use crate::report::Failure;
use crate::report::text::Printable;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(versions) = elf.versions()? else {
        return Ok(());
    };
    for section in &elf.sections() {
        match section.kind {
            SHT_GNU_VERSYM => symbols(elf, &section, &versions, out)?,
            SHT_GNU_VERDEF => definitions(elf, &section, &versions, out)?,
            SHT_GNU_VERNEED => needs(elf, &section, &versions, out)?,
            _ => (),
        }
    }
    Ok(())
}

fn heading(
    elf: &Elf<'_>,
    kind: &str,
    section: &Section,
    count: u64,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let name = Printable(elf.section_name(section)?);
    writeln!(
        out,
        "\nVersion {kind} section '{name}' contains {}:",
        entries(count)
    )?;
    let linked = elf.section(u64::from(section.link), "link of a version section")?;
    writeln!(
        out,
        " Addr: 0x{:016x}  Offset: 0x{:08x}  Link: {} ({})",
        section.address,
        section.offset,
        section.link,
        Printable(elf.section_name(&linked)?)
    )?;
    Ok(())
}

/// Four to a line, after the number of the first.
fn symbols(
    elf: &Elf<'_>,
    section: &Section,
    versions: &Versions<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    heading(elf, "symbols", section, versions.indices.len(), out)?;
    for (number, index) in versions.indices.iter().enumerate() {
        if number % 4 == 0 {
            write!(out, "{}  {number:03x}:", if number > 0 { "\n" } else { "" })?;
        }
        let name = match index.number() {
            0 => "*local*".into(),
            1 => "*global*".into(),
            known => match versions.name(known) {
                Some(name) => Printable(name).to_string(),
                None => "*unknown*".into(),
            },
        };
        let hidden = if index.is_hidden() { 'h' } else { ' ' };
        write!(
            out,
            "{:>4x}{hidden}{:<14}",
            index.number(),
            format!("({name})")
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn definitions(
    elf: &Elf<'_>,
    section: &Section,
    versions: &Versions<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let definitions = &versions.definitions;
    heading(elf, "definition", section, definitions.len() as u64, out)?;
    for definition in definitions {
        let (name, parents) = match definition.names.split_first() {
            Some(((_, name), parents)) => (*name, parents),
            None => (&b""[..], &[][..]),
        };
        writeln!(
            out,
            "  {:#06x}: Rev: {}  Flags: {}  Index: {}  Cnt: {}  Name: {}",
            definition.offset,
            definition.revision,
            flags(definition.flags),
            definition.index,
            definition.names.len(),
            Printable(name)
        )?;
        for (number, (offset, parent)) in (1..).zip(parents) {
            writeln!(
                out,
                "  {offset:#06x}: Parent {number}: {}",
                Printable(parent)
            )?;
        }
    }
    Ok(())
}

fn needs(
    elf: &Elf<'_>,
    section: &Section,
    versions: &Versions<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    heading(elf, "needs", section, versions.needs.len() as u64, out)?;
    for need in &versions.needs {
        writeln!(
            out,
            "  {:#06x}: Version: {}  File: {}  Cnt: {}",
            need.offset,
            need.revision,
            Printable(need.file),
            need.versions.len()
        )?;
        for version in &need.versions {
            writeln!(
                out,
                "  {:#06x}:   Name: {}  Flags: {}  Version: {}",
                version.offset,
                Printable(version.name),
                flags(version.flags),
                version.index
            )?;
        }
    }
    Ok(())
}

fn flags(flags: u16) -> String {
    let (set, _) = bits(flags.into(), &[(1, "BASE"), (2, "WEAK"), (4, "INFO")]);
    if set.is_empty() {
        "none".into()
    } else {
        set.join(" | ")
    }
}

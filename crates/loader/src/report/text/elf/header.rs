//! The header, one field a line.

use std::fmt::Display;
use std::io::{self, Write};

use crate::bytes::Endian;
use crate::elf::dynamic::DT_FLAGS_1;
use crate::elf::{Class, ET_DYN, Elf, Header, Machine, names};
use crate::report::Failure;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let header = elf.header();
    writeln!(out, "ELF Header:")?;
    write!(out, "  Magic:   ")?;
    for byte in header.ident {
        write!(out, "{byte:02x} ")?;
    }
    writeln!(out)?;
    identity(header, out)?;
    field(out, "Type", kind(elf))?;
    field(out, "Machine", machine(header.machine))?;
    field(out, "Version", format_args!("{:#x}", header.version))?;
    field(
        out,
        "Entry point address",
        format_args!("{:#x}", header.entry),
    )?;
    tables(elf, out)?;
    Ok(())
}

fn identity(header: &Header, out: &mut dyn Write) -> io::Result<()> {
    field(
        out,
        "Class",
        match header.class {
            Class::Elf32 => "ELF32",
            Class::Elf64 => "ELF64",
        },
    )?;
    field(
        out,
        "Data",
        match header.endian {
            Endian::Little => "2's complement, little endian",
            Endian::Big => "2's complement, big endian",
        },
    )?;
    let version = header.ident[6];
    let current = if version == 1 { " (current)" } else { "" };
    field(out, "Version", format_args!("{version}{current}"))?;
    match names::os_abi(header.os_abi) {
        Some(name) => field(out, "OS/ABI", name)?,
        None => field(
            out,
            "OS/ABI",
            format_args!("<unknown: {:x}>", header.os_abi),
        )?,
    }
    field(out, "ABI Version", header.abi_version)
}

fn tables(elf: &Elf<'_>, out: &mut dyn Write) -> io::Result<()> {
    let header = elf.header();
    let start = |offset: u64| format!("{offset} (bytes into file)");
    let size = |size: u16| format!("{size} (bytes)");
    field(
        out,
        "Start of program headers",
        start(header.segments_offset),
    )?;
    field(
        out,
        "Start of section headers",
        start(header.sections_offset),
    )?;
    field(out, "Flags", flags(header))?;
    field(out, "Size of this header", size(header.header_size))?;
    field(out, "Size of program headers", size(header.segment_size))?;
    field(
        out,
        "Number of program headers",
        true_count(header.segment_count, elf.segments().len()),
    )?;
    field(out, "Size of section headers", size(header.section_size))?;
    field(
        out,
        "Number of section headers",
        true_count(header.section_count, elf.sections().len()),
    )?;
    field(
        out,
        "Section header string table index",
        true_count(header.names_section, elf.names_section()),
    )
}

/// What the header says and, if the number did not fit there, the true one.
fn true_count(said: u16, count: u64) -> String {
    if u64::from(said) == count || said == 0 && count == 0 {
        said.to_string()
    } else {
        format!("{said} ({count})")
    }
}

fn field(out: &mut dyn Write, name: &str, value: impl Display) -> io::Result<()> {
    writeln!(out, "  {:<34} {value}", format!("{name}:"))
}

/// A program that can be put anywhere is a shared object that says it is a program.
pub(super) fn kind(elf: &Elf<'_>) -> String {
    const DF_1_PIE: u64 = 0x0800_0000;
    let kind = elf.header().kind;
    let dynamic = elf.dynamic().ok().flatten();
    let is_program = dynamic
        .and_then(|dynamic| dynamic.value(DT_FLAGS_1))
        .is_some_and(|flags| flags & DF_1_PIE != 0);
    match names::file_type_in_full(kind) {
        Some(_) if kind == ET_DYN && is_program => {
            "DYN (Position-Independent Executable file)".into()
        }
        Some(name) => name.into(),
        None if kind >= 0xff00 => format!("Processor Specific: ({kind:x})"),
        None if kind >= 0xfe00 => format!("OS Specific: ({kind:x})"),
        None => format!("<unknown>: {kind:x}"),
    }
}

fn machine(machine: Machine) -> String {
    match names::machine_in_full(machine) {
        Some(name) => name.into(),
        None => format!("<unknown>: {:#x}", machine.0),
    }
}

/// The flags of the processors whose meaning readers most often ask for.
fn flags(header: &Header) -> String {
    let flags = header.flags;
    let mut words = vec![format!("{flags:#x}")];
    let mut say = |word: &str| words.push(word.into());
    match header.machine {
        Machine::RISCV => {
            if flags & 1 != 0 {
                say("RVC");
            }
            if flags & 8 != 0 {
                say("RVE");
            }
            say([
                "soft-float ABI",
                "single-float ABI",
                "double-float ABI",
                "quad-float ABI",
            ][(flags >> 1 & 3) as usize]);
        }
        Machine::ARM if flags >> 24 == 5 => {
            say("Version5 EABI");
            if flags & 0x200 != 0 {
                say("soft-float ABI");
            }
            if flags & 0x400 != 0 {
                say("hard-float ABI");
            }
        }
        Machine::PPC64 if flags & 3 != 0 => say(if flags & 3 == 1 { "abiv1" } else { "abiv2" }),
        _ => (),
    }
    words.join(", ")
}

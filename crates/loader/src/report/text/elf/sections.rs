//! The table of sections.

use std::io::Write;

use super::digits;
use crate::elf::{Elf, Machine, Section, names};
use crate::report::Failure;
use crate::report::text::Printable;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let sections = elf.sections();
    if sections.is_empty() {
        writeln!(out, "There are no sections in this file.")?;
        return Ok(());
    }
    let digits = digits(elf);
    writeln!(
        out,
        "There are {} section headers, starting at offset {:#x}:\n\nSection Headers:",
        sections.len(),
        elf.header().sections_offset
    )?;
    writeln!(
        out,
        "  [Nr] {:<17} {:<15} {:<digits$} Off    Size   ES Flg Lk Inf Al",
        "Name", "Type", "Address"
    )?;
    for (number, section) in sections.iter().enumerate() {
        writeln!(
            out,
            "  [{number:>2}] {:<17} {:<15} {:0digits$x} {:06x} {:06x} {:02x} {:>3} {:>2} {:>3} {:>2}",
            Printable(elf.section_name(&section)?),
            type_of(elf.header().machine, section.kind),
            section.address,
            section.offset,
            section.size,
            section.entry_size,
            flag_letters(elf, &section),
            section.link,
            section.info,
            section.alignment,
        )?;
    }
    writeln!(out, "Key to Flags:\n{KEY}")?;
    Ok(())
}

/// The name of a section's type, or its number by the range that it is in.
pub(crate) fn type_of(machine: Machine, kind: u32) -> String {
    match (names::section_type(machine, kind), kind) {
        (Some(name), _) => name.into(),
        (None, 0x6000_0000..=0x6fff_ffff) => format!("LOOS+{:#x}", kind - 0x6000_0000),
        (None, 0x7000_0000..=0x7fff_ffff) => format!("LOPROC+{:#x}", kind - 0x7000_0000),
        (None, 0x8000_0000..) => format!("LOUSER+{:#x}", kind - 0x8000_0000),
        (None, _) => format!("{kind:08x}: <unknown>"),
    }
}

const KEY: &str = "  W (write), A (alloc), X (execute), M (merge), S (strings), I (info),
  L (link order), O (extra OS processing required), G (group), T (TLS),
  C (compressed), x (unknown), o (OS specific), E (exclude),
  R (retain), D (mbind), l (large), y (purecode), p (processor specific)";

const LETTERS: &[(u64, char)] = &[
    (0x1, 'W'),
    (0x2, 'A'),
    (0x4, 'X'),
    (0x10, 'M'),
    (0x20, 'S'),
    (0x40, 'I'),
    (0x80, 'L'),
    (0x100, 'O'),
    (0x200, 'G'),
    (0x400, 'T'),
    (0x800, 'C'),
];

/// A letter for each flag, from the lowest bit on.
pub(crate) fn flag_letters(elf: &Elf<'_>, section: &Section) -> String {
    let machine = elf.header().machine;
    let mut letters = String::new();
    for bit in (0..64).map(|bit| 1 << bit) {
        if section.flags & bit != 0 {
            letters.push(letter(bit, elf, machine));
        }
    }
    // One letter stands for all bits of a range.
    for range in ['o', 'p', 'x'] {
        if let Some(first) = letters.find(range) {
            let mut at = 0;
            letters.retain(|letter| {
                at += 1;
                letter != range || at == first + 1
            });
        }
    }
    letters
}

fn letter(bit: u64, elf: &Elf<'_>, machine: Machine) -> char {
    if let Some((_, letter)) = LETTERS.iter().find(|(known, _)| *known == bit) {
        return *letter;
    }
    // GNU's bits mean this in files that say they are GNU's or FreeBSD's.
    let is_gnu = matches!(elf.header().os_abi, 3 | 9);
    match bit {
        0x8000_0000 => 'E',
        0x20_0000 if is_gnu => 'R',
        0x100_0000 if is_gnu => 'D',
        0x1000_0000 if machine == Machine::X86_64 => 'l',
        0x2000_0000 if machine == Machine::ARM => 'y',
        bit if bit & 0x0ff0_0000 != 0 => 'o',
        bit if bit & 0xf000_0000 != 0 => 'p',
        _ => 'x',
    }
}

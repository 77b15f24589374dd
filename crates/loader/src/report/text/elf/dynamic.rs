//! The dynamic section, an entry a line.

use std::io::Write;

use super::{bits, digits, entries};
use crate::elf::dynamic::{
    DT_AUXILIARY, DT_BIND_NOW, DT_FILTER, DT_FLAGS, DT_FLAGS_1, DT_NEEDED, DT_PLTREL, DT_RELA,
    DT_RPATH, DT_RUNPATH, DT_SONAME, Entry,
};
use crate::elf::{Dynamic, Elf, names};
use crate::report::Failure;
use crate::report::text::Printable;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Some(dynamic) = elf.dynamic()? else {
        writeln!(out, "\nThere is no dynamic section in this file.")?;
        return Ok(());
    };
    let count = entries(dynamic.iter().count() as u64);
    writeln!(
        out,
        "\nDynamic section at offset {:#x} contains {count}:",
        dynamic.offset
    )?;
    let width = digits(elf);
    writeln!(
        out,
        "  {:<1$} Type                         Name/Value",
        "Tag",
        width + 2
    )?;
    for entry in dynamic.iter() {
        let name = format!("({})", name_of(elf, entry.tag));
        write!(out, " 0x{:0width$x} {name:<20} ", entry.tag)?;
        value(&dynamic, &entry, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The name of a tag, or its number.
pub(crate) fn name_of(elf: &Elf<'_>, tag: u64) -> String {
    match names::dynamic_tag(elf.header().machine, tag) {
        Some(name) => name.into(),
        None => format!("<unknown>: {tag:x}"),
    }
}

fn value(dynamic: &Dynamic<'_>, entry: &Entry, out: &mut dyn Write) -> Result<(), Failure> {
    if let Some(string) = dynamic.string(entry) {
        let what = what_is(entry.tag);
        write!(out, "{what}: [{}]", Printable(string?))?;
        return Ok(());
    }
    let value = entry.value;
    match entry.tag {
        DT_PLTREL => write!(out, "{}", if value == DT_RELA { "RELA" } else { "REL" })?,
        DT_FLAGS => write!(out, "{}", flags(value, names::FLAGS))?,
        DT_FLAGS_1 => write!(out, "Flags: {}", flags(value, names::FLAGS_1))?,
        DT_BIND_NOW => (),
        tag if is_size(tag) => write!(out, "{value} (bytes)")?,
        tag if is_count(tag) => write!(out, "{value}")?,
        _ => write!(out, "{value:#x}")?,
    }
    Ok(())
}

fn what_is(tag: u64) -> &'static str {
    match tag {
        DT_NEEDED => "Shared library",
        DT_SONAME => "Library soname",
        DT_RPATH => "Library rpath",
        DT_RUNPATH => "Library runpath",
        DT_AUXILIARY => "Auxiliary library",
        DT_FILTER => "Filter library",
        _ => "File",
    }
}

fn flags(value: u64, names: &[(u64, &str)]) -> String {
    let (mut set, unknown) = bits(value, names);
    let unknown = format!("{unknown:#x}");
    if unknown != "0x0" {
        set.push(&unknown);
    }
    set.join(" ")
}

/// `PLTRELSZ`, `RELASZ`, `STRSZ` and the like, and the sizes of entries.
fn is_size(tag: u64) -> bool {
    matches!(
        tag,
        2 | 8..=11 | 18 | 19 | 27 | 28 | 33 | 35 | 37 | 0x6fff_fdf6 | 0x6fff_fdf7 | 0x6fff_fdf9..=0x6fff_fdfb | 0x6fff_fdfe | 0x6fff_fdff
    )
}

/// `VERDEFNUM`, `VERNEEDNUM`, `RELACOUNT`, `RELCOUNT`.
fn is_count(tag: u64) -> bool {
    matches!(tag, 0x6fff_fffd | 0x6fff_ffff | 0x6fff_fff9 | 0x6fff_fffa)
}

//! Notes, and what those of GNU mean.

use std::fmt::Write as _;
use std::io::Write;

use super::{bits, digits};
use crate::bytes::{Bytes, Malformed, Strings, What};
use crate::elf::note::{
    GNU, NT_GNU_ABI_TAG, NT_GNU_BUILD_ID, NT_GNU_PROPERTY_TYPE_0, Note, Property, properties, word,
};
use crate::elf::{Elf, NotePlace, names};
use crate::report::Failure;
use crate::report::text::Printable;

const NT_GNU_GOLD_VERSION: u32 = 4;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for (place, notes) in elf.notes() {
        match place {
            NotePlace::Section(section) => {
                let name = Printable(elf.section_name(&section)?);
                writeln!(out, "\nDisplaying notes found in: {name}")?;
            }
            NotePlace::Segment(segment) => {
                let (offset, size) = (segment.offset, segment.file_size);
                writeln!(
                    out,
                    "\nDisplaying notes found at file offset {offset:#x} with length {size:#x}:"
                )?;
            }
        }
        writeln!(out, "  Owner                Data size \tDescription")?;
        for note in notes? {
            one(elf, &note?, out)?;
        }
    }
    Ok(())
}

fn one(elf: &Elf<'_>, note: &Note<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let owner = Printable(note.owner);
    let kind = match names::note_type(note.owner, note.kind) {
        Some(name) => name.to_owned(),
        None => format!("Unknown note type: (0x{:08x})", note.kind),
    };
    write!(
        out,
        "  {owner:<20} 0x{:08x}\t{kind}",
        note.description.len()
    )?;
    writeln!(out, "\t{}", meaning(elf, note)?)?;
    Ok(())
}

/// What a note says, in words; bytes if we do not know them.
pub(crate) fn meaning(elf: &Elf<'_>, note: &Note<'_>) -> Result<String, Malformed> {
    if note.owner == b"FDO" && note.kind == 0xcafe_1a7e {
        let text = note
            .description
            .split(|byte| *byte == 0)
            .next()
            .unwrap_or_default();
        return Ok(format!("    Packaging Metadata: {}", Printable(text)));
    }
    if note.owner == b"stapsdt" && note.kind == 3 {
        return probe(elf, note);
    }
    if note.owner != GNU {
        return Ok(format!(
            "   description data: {}",
            hexadecimal(note.description, " ")
        ));
    }
    match note.kind {
        NT_GNU_BUILD_ID => Ok(format!(
            "    Build ID: {}",
            hexadecimal(note.description, "")
        )),
        NT_GNU_ABI_TAG => Ok(format!("    {}", abi(elf, note).unwrap_or_default())),
        NT_GNU_GOLD_VERSION => Ok(format!("    Version: {}", Printable(note.description))),
        NT_GNU_PROPERTY_TYPE_0 => property_list(elf, note),
        _ => Ok(format!(
            "   description data: {}",
            hexadecimal(note.description, " ")
        )),
    }
}

/// A place where a tracer can hook in: three addresses and three strings.
fn probe(elf: &Elf<'_>, note: &Note<'_>) -> Result<String, Malformed> {
    const PROBE: What = What::the("SystemTap probe");
    let (layout, digits) = (elf.layout(), digits(elf));
    let size = if layout.wide { 24 } else { 12 };
    let description = Bytes::new(note.description);
    let mut fields = description.fields(0, size, layout, PROBE)?;
    let (place, base, semaphore) = (fields.word(), fields.word(), fields.word());
    let strings = Strings::new(description);
    let provider = strings.get(size)?;
    let name_at = size + provider.len() as u64 + 1;
    let name = strings.get(name_at)?;
    let arguments = strings.get(name_at + name.len() as u64 + 1)?;
    Ok(format!(
        "    Provider: {}\n    Name: {}\n    Location: 0x{place:0digits$x}, Base: 0x{base:0digits$x}, \
         Semaphore: 0x{semaphore:0digits$x}\n    Arguments: {}",
        Printable(provider),
        Printable(name),
        Printable(arguments)
    ))
}

fn abi(elf: &Elf<'_>, note: &Note<'_>) -> Option<String> {
    let part = |number| word(note, number, elf.layout());
    let system = match part(0)? {
        0 => "Linux",
        1 => "Hurd",
        2 => "Solaris",
        3 => "FreeBSD",
        4 => "NetBSD",
        _ => "Unknown",
    };
    Some(format!(
        "OS: {system}, ABI: {}.{}.{}",
        part(1)?,
        part(2)?,
        part(3)?
    ))
}

fn property_list(elf: &Elf<'_>, note: &Note<'_>) -> Result<String, Malformed> {
    let list = properties(note, elf.layout())?;
    let list: Vec<String> = list
        .iter()
        .map(|property| property_text(elf, property))
        .collect();
    Ok(format!("      Properties: {}", list.join(", ")))
}

fn property_text(elf: &Elf<'_>, property: &Property<'_>) -> String {
    let value = property
        .data
        .first_chunk()
        .map(|bytes| match elf.header().endian {
            crate::bytes::Endian::Little => u32::from_le_bytes(*bytes),
            crate::bytes::Endian::Big => u32::from_be_bytes(*bytes),
        });
    let x86_features: &[_] = &[(1, "IBT"), (2, "SHSTK"), (4, "LAM_U48"), (8, "LAM_U57")];
    let x86_levels: &[_] = &[
        (1, "x86-64-baseline"),
        (2, "x86-64-v2"),
        (4, "x86-64-v3"),
        (8, "x86-64-v4"),
    ];
    let arm_features: &[_] = &[(1, "BTI"), (2, "PAC"), (4, "GCS")];
    let (name, names) = match property.kind {
        0xc000_0000 => ("AArch64 feature", arm_features),
        0xc000_0002 => ("x86 feature", x86_features),
        0xc000_8002 => ("x86 ISA needed", x86_levels),
        0xc001_0002 => ("x86 ISA used", x86_levels),
        0xc001_0001 => (
            "x86 feature used",
            &[
                (1, "x86"),
                (2, "x87"),
                (4, "MMX"),
                (8, "XMM"),
                (0x10, "YMM"),
                (0x20, "ZMM"),
                (0x40, "FXSR"),
                (0x80, "XSAVE"),
                (0x100, "XSAVEOPT"),
                (0x200, "XSAVEC"),
                (0x400, "TMM"),
                (0x800, "MASK"),
            ][..],
        ),
        _ => {
            return format!(
                "<type {:#x} data: {}>",
                property.kind,
                hexadecimal(property.data, " ")
            );
        }
    };
    match value {
        Some(value) => {
            let (set, unknown) = bits(value.into(), names);
            let mut text = format!("{name}: {}", set.join(", "));
            if unknown != 0 {
                let _ = write!(text, "<unknown: {unknown:x}>");
            }
            text
        }
        None => format!("{name}: <corrupt length: {:#x}>", property.data.len()),
    }
}

pub(crate) fn hexadecimal(bytes: &[u8], between: &str) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

//! Relocations by section.

use std::io::Write;

use super::{digits, entries};
use crate::bytes::{Malformed, Reason};
use crate::elf::relocation::Packed;
use crate::elf::section::SHT_DYNSYM;
use crate::elf::symbol::STT_SECTION;
use crate::elf::{Elf, Machine, Relocation, Section, Symbol, Symbols, Version, Versions, names};
use crate::report::Failure;
use crate::report::text::Printable;

pub(super) fn write(elf: &Elf<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let versions = elf.versions()?;
    let mut some = false;
    for (section, relocations) in elf.relocation_sections() {
        let relocations = relocations?;
        if relocations.is_empty() {
            continue;
        }
        some = true;
        let name = Printable(elf.section_name(&section)?);
        let count = entries(relocations.len());
        let offset = section.offset;
        writeln!(
            out,
            "\nRelocation section '{name}' at offset {offset:#x} contains {count}:"
        )?;
        if let Some(places) = relocations.packed() {
            packed(elf, places, out)?;
            continue;
        }
        let table = Rows::new(elf, &section, versions.as_ref())?;
        table.heading(relocations.has_addends(), out)?;
        for relocation in relocations.iter() {
            table.row(&relocation, out)?;
        }
    }
    if !some {
        writeln!(out, "\nThere are no relocations in this file.")?;
    }
    Ok(())
}

fn packed(elf: &Elf<'_>, places: Packed<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let digits = digits(elf);
    writeln!(out, "  {} offsets", places.clone().count())?;
    for place in places {
        writeln!(out, "{place:0digits$x}")?;
    }
    Ok(())
}

struct Rows<'a, 'd> {
    elf: &'a Elf<'d>,
    symbols: Option<Symbols<'d>>,
    versions: Option<&'a Versions<'d>>,
}

impl<'a, 'd> Rows<'a, 'd> {
    fn new(
        elf: &'a Elf<'d>,
        section: &Section,
        versions: Option<&'a Versions<'d>>,
    ) -> Result<Self, Malformed> {
        let number = u64::from(section.link);
        let linked = elf.sections().get(number).filter(|_| number != 0);
        let symbols = match &linked {
            Some(linked) => Some(elf.symbols_in(number, linked)?),
            None => None,
        };
        let is_dynamic = linked.is_some_and(|linked| linked.kind == SHT_DYNSYM);
        let versions = versions.filter(|_| is_dynamic);
        Ok(Self {
            elf,
            symbols,
            versions,
        })
    }

    fn heading(&self, with_addends: bool, out: &mut dyn Write) -> Result<(), Failure> {
        let width = digits(self.elf);
        let addend = if with_addends { " + Addend" } else { "" };
        let (value, name) = ("Symbol's Value", "Symbol's Name");
        writeln!(
            out,
            "{:<width$}  {:<width$} {:<22} {value} {name}{addend}",
            "Offset", "Info", "Type"
        )?;
        Ok(())
    }

    fn row(&self, relocation: &Relocation, out: &mut dyn Write) -> Result<(), Failure> {
        let width = digits(self.elf);
        let kind = type_of(self.elf, relocation.kind);
        let (offset, info) = (relocation.offset, relocation.info);
        write!(out, "{offset:0width$x}  {info:0width$x} {kind:<22}")?;
        match (relocation.symbol, relocation.addend) {
            (0, None) => (),
            (0, Some(addend)) => write!(out, " {:width$} {}", "", signed(addend))?,
            (number, addend) => {
                self.symbol(number, out)?;
                match addend {
                    Some(addend) if addend < 0 => write!(out, " - {:x}", addend.unsigned_abs())?,
                    Some(addend) => write!(out, " + {addend:x}")?,
                    None => (),
                }
            }
        }
        writeln!(out)?;
        if is_mips64(self.elf) {
            for (number, shift) in [(2, 8), (3, 16)] {
                let kind = type_of(self.elf, relocation.kind >> shift & 0xff);
                writeln!(out, "{:20}Type{number}: {kind}", "")?;
            }
        }
        Ok(())
    }

    fn symbol(&self, number: u32, out: &mut dyn Write) -> Result<(), Failure> {
        let Some(symbols) = &self.symbols else {
            return Ok(());
        };
        let number = u64::from(number);
        let symbol = symbols.get(number).ok_or_else(|| {
            let count = symbols.len();
            symbols.malformed(
                number,
                Reason::NoSuch {
                    name: "symbol of a relocation",
                    value: number,
                    count,
                },
            )
        })?;
        let width = digits(self.elf);
        let name = self.name(symbols, number, &symbol)?;
        // The value of a function that chooses a function is not the address that will be filled in.
        if symbol.kind() == STT_GNU_IFUNC && matches!(self.elf.header().os_abi, 3 | 9) {
            write!(out, " {:<width$} {name}", format!("{name}()"))?;
        } else {
            write!(out, " {:0width$x} {name}", symbol.value)?;
        }
        Ok(())
    }

    /// With its version; the symbol of a section is named as the section is.
    fn name(
        &self,
        symbols: &Symbols<'_>,
        number: u64,
        symbol: &Symbol,
    ) -> Result<String, Malformed> {
        if symbol.kind() == STT_SECTION && symbol.name == 0 {
            let section = symbols.section_of(number, symbol);
            let section = section.and_then(|section| self.elf.sections().get(section.into()));
            return match section {
                Some(section) => Ok(Printable(self.elf.section_name(&section)?).to_string()),
                None => Ok(String::new()),
            };
        }
        let name = match symbols.name(symbol)? {
            b"" => "<null>".into(),
            name => Printable(name).to_string(),
        };
        Ok(
            match self.versions.and_then(|versions| versions.of(number)) {
                Some(Version::Defined {
                    name: version,
                    hidden: false,
                }) => format!("{name}@@{}", Printable(version)),
                Some(
                    Version::Defined { name: version, .. } | Version::Needed { name: version, .. },
                ) => {
                    format!("{name}@{}", Printable(version))
                }
                None => name,
            },
        )
    }
}

fn signed(addend: i64) -> String {
    if addend < 0 {
        format!("-{:x}", addend.unsigned_abs())
    } else {
        format!("{addend:x}")
    }
}

/// The name of a relocation's type, or its number.
pub(crate) fn type_of(elf: &Elf<'_>, kind: u32) -> String {
    let machine = elf.header().machine;
    let kind = if is_mips64(elf) { kind & 0xff } else { kind };
    match names::relocation(machine, kind) {
        Some(name) => name.into(),
        None => format!("unrecognized: {kind:x}"),
    }
}

const STT_GNU_IFUNC: u8 = 10;

fn is_mips64(elf: &Elf<'_>) -> bool {
    elf.header().machine == Machine::MIPS && elf.layout().wide
}

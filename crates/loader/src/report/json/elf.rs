//! ELF files.

use std::borrow::Cow;
use std::fmt::Display;

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};

use super::{Each, endian, hexadecimal, text};
use crate::bytes::Malformed;
use crate::elf::dynamic::{DT_RPATH, DT_RUNPATH, DT_SONAME};
use crate::elf::names::{
    file_type, machine_in_full, symbol_binding, symbol_type, symbol_visibility,
};
use crate::elf::symbol::{SHN_ABS, SHN_COMMON, SHN_UNDEF};
use crate::elf::{Class, Dynamic, Elf, Relocation, Symbols, Version, Versions};
use crate::report::text::elf::notes::meaning;
use crate::report::text::elf::sections::flag_letters;
use crate::report::text::elf::{dynamic, relocations, sections, segments};

pub(super) struct Dump<'a, 'd> {
    elf: &'a Elf<'d>,
    symbols: Option<Symbols<'d>>,
    dynamic_symbols: Option<Symbols<'d>>,
    dynamic: Option<Dynamic<'d>>,
    versions: Option<Versions<'d>>,
    needed: Vec<&'d [u8]>,
    interpreter: Option<&'d [u8]>,
}

impl<'a, 'd> Dump<'a, 'd> {
    /// Finds all parts before the first is written, so that most errors are found before, too.
    pub(super) fn new(elf: &'a Elf<'d>) -> Result<Self, Malformed> {
        Ok(Self {
            elf,
            symbols: elf.symbols()?,
            dynamic_symbols: elf.dynamic_symbols()?,
            dynamic: elf.dynamic()?,
            versions: elf.versions()?,
            needed: elf.needed()?,
            interpreter: elf.interpreter()?,
        })
    }

    fn string_of(&self, tag: u64) -> Option<Cow<'d, str>> {
        let string = self.dynamic.as_ref()?.strings_of(tag).next()?;
        string.ok().map(text)
    }
}

impl Serialize for Dump<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (elf, header) = (self.elf, self.elf.header());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", "ELF")?;
        map.serialize_entry("size", &elf.file().len())?;
        map.serialize_entry(
            "class",
            if header.class == Class::Elf64 {
                "ELF64"
            } else {
                "ELF32"
            },
        )?;
        map.serialize_entry("endian", endian(header.endian))?;
        map.serialize_entry("type", &name(file_type(header.kind), header.kind.into()))?;
        map.serialize_entry(
            "machine",
            &name(header.machine.name(), header.machine.0.into()),
        )?;
        map.serialize_entry("entry", &header.entry)?;
        map.serialize_entry("header", &HeaderFields(elf))?;
        map.serialize_entry("interpreter", &self.interpreter.map(text))?;
        map.serialize_entry("build_id", &elf.build_id().map(hexadecimal))?;
        map.serialize_entry("soname", &self.string_of(DT_SONAME))?;
        map.serialize_entry("rpath", &self.string_of(DT_RPATH))?;
        map.serialize_entry("runpath", &self.string_of(DT_RUNPATH))?;
        let needed: Vec<_> = self.needed.iter().map(|name| text(name)).collect();
        map.serialize_entry("needed", &needed)?;
        map.serialize_entry("sections", &Each(|| all_sections(elf)))?;
        map.serialize_entry("segments", &Each(|| all_segments(elf)))?;
        map.serialize_entry("dynamic", &Each(|| self.entries()))?;
        map.serialize_entry("symbols", &Each(|| self.table(self.symbols, None)))?;
        let versions = self.versions.as_ref();
        let dynamic_symbols = Each(|| self.table(self.dynamic_symbols, versions));
        map.serialize_entry("dynamic_symbols", &dynamic_symbols)?;
        map.serialize_entry("versions", &VersionLists(self.versions.as_ref()))?;
        map.serialize_entry("relocations", &Each(|| relocation_sections(elf)))?;
        map.serialize_entry("notes", &all_notes(elf).map_err(S::Error::custom)?)?;
        map.end()
    }
}

fn name(name: Option<&str>, number: u32) -> String {
    name.map_or_else(|| format!("{number:#x}"), str::to_owned)
}

struct HeaderFields<'a, 'd>(&'a Elf<'d>);

impl Serialize for HeaderFields<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(elf) = self;
        let header = elf.header();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("magic", &hexadecimal(&header.ident))?;
        map.serialize_entry(
            "class",
            if header.class == Class::Elf64 {
                "ELF64"
            } else {
                "ELF32"
            },
        )?;
        map.serialize_entry("endian", endian(header.endian))?;
        map.serialize_entry("os_abi", &header.os_abi)?;
        map.serialize_entry("abi_version", &header.abi_version)?;
        map.serialize_entry("type", &name(file_type(header.kind), header.kind.into()))?;
        map.serialize_entry("type_number", &header.kind)?;
        map.serialize_entry(
            "machine",
            &name(header.machine.name(), header.machine.0.into()),
        )?;
        map.serialize_entry("machine_name", &machine_in_full(header.machine))?;
        map.serialize_entry("machine_number", &header.machine.0)?;
        map.serialize_entry("version", &header.version)?;
        map.serialize_entry("entry", &header.entry)?;
        map.serialize_entry("program_headers_offset", &header.segments_offset)?;
        map.serialize_entry("section_headers_offset", &header.sections_offset)?;
        map.serialize_entry("flags", &header.flags)?;
        map.serialize_entry("header_size", &header.header_size)?;
        map.serialize_entry("program_header_size", &header.segment_size)?;
        map.serialize_entry("program_header_count", &elf.segments().len())?;
        map.serialize_entry("section_header_size", &header.section_size)?;
        map.serialize_entry("section_header_count", &elf.sections().len())?;
        map.serialize_entry("section_names_index", &elf.names_section())?;
        map.end()
    }
}

#[derive(Serialize)]
struct Section<'d> {
    index: u64,
    name: Cow<'d, str>,
    r#type: String,
    type_number: u32,
    flags: u64,
    flag_letters: String,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
    info: u32,
    alignment: u64,
    entry_size: u64,
}

fn all_sections<'d>(elf: &Elf<'d>) -> impl Iterator<Item = Result<Section<'d>, Malformed>> {
    (0..).zip(elf.sections().iter()).map(|(index, section)| {
        Ok(Section {
            index,
            name: text(elf.section_name(&section)?),
            r#type: sections::type_of(elf.header().machine, section.kind),
            type_number: section.kind,
            flags: section.flags,
            flag_letters: flag_letters(elf, &section),
            address: section.address,
            offset: section.offset,
            size: section.size,
            link: section.link,
            info: section.info,
            alignment: section.alignment,
            entry_size: section.entry_size,
        })
    })
}

#[derive(Serialize)]
struct Segment {
    r#type: String,
    type_number: u32,
    flags: u32,
    flag_letters: String,
    offset: u64,
    virtual_address: u64,
    physical_address: u64,
    file_size: u64,
    memory_size: u64,
    alignment: u64,
}

fn all_segments(elf: &Elf<'_>) -> impl Iterator<Item = Result<Segment, Malformed>> {
    let machine = elf.header().machine;
    elf.segments().iter().map(move |segment| {
        Ok(Segment {
            r#type: segments::type_of(machine, segment.kind),
            type_number: segment.kind,
            flags: segment.flags,
            flag_letters: segments::flag_letters(segment.flags).replace(' ', ""),
            offset: segment.offset,
            virtual_address: segment.virtual_address,
            physical_address: segment.physical_address,
            file_size: segment.file_size,
            memory_size: segment.memory_size,
            alignment: segment.alignment,
        })
    })
}

#[derive(Serialize)]
struct Entry<'d> {
    tag: String,
    tag_number: u64,
    value: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'d, str>>,
}

#[derive(Serialize)]
struct Symbol<'d> {
    index: u64,
    name: Cow<'d, str>,
    value: u64,
    size: u64,
    r#type: Named,
    binding: Named,
    visibility: &'static str,
    section: SectionOf,
    version: Option<Cow<'d, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_hidden: Option<bool>,
}

/// A name, or a number that has none.
#[derive(Serialize)]
#[serde(untagged)]
enum Named {
    Name(&'static str),
    Number(u8),
}

impl Named {
    fn new(name: Option<&'static str>, number: u8) -> Self {
        name.map_or(Self::Number(number), Self::Name)
    }
}

/// The number of a section, or why there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum SectionOf {
    Number(u32),
    None(&'static str),
    Reserved(u16),
}

impl<'d> Dump<'_, 'd> {
    fn entries(&self) -> impl Iterator<Item = Result<Entry<'d>, Malformed>> {
        let dynamic = self.dynamic;
        let entries = dynamic.into_iter().flat_map(|dynamic| {
            dynamic
                .iter()
                .map(move |entry| (dynamic.string(&entry), entry))
        });
        entries.map(|(string, entry)| {
            Ok(Entry {
                tag: dynamic::name_of(self.elf, entry.tag),
                tag_number: entry.tag,
                value: entry.value,
                name: string.transpose()?.map(text),
            })
        })
    }

    fn table(
        &self,
        symbols: Option<Symbols<'d>>,
        versions: Option<&Versions<'d>>,
    ) -> impl Iterator<Item = Result<Symbol<'d>, Malformed>> {
        let all = symbols.into_iter().flat_map(|symbols| {
            (0..)
                .zip(symbols.iter())
                .map(move |(index, symbol)| (symbols, index, symbol))
        });
        all.map(move |(symbols, index, symbol)| {
            let version = versions.and_then(|versions| versions.of(index));
            let section = match (symbols.section_of(index, &symbol), symbol.section) {
                (Some(number), _) => SectionOf::Number(number),
                (None, SHN_UNDEF) => SectionOf::None("UND"),
                (None, SHN_ABS) => SectionOf::None("ABS"),
                (None, SHN_COMMON) => SectionOf::None("COMMON"),
                (None, reserved) => SectionOf::Reserved(reserved),
            };
            Ok(Symbol {
                index,
                name: text(symbols.name(&symbol)?),
                value: symbol.value,
                size: symbol.size,
                r#type: Named::new(symbol_type(symbol.kind()), symbol.kind()),
                binding: Named::new(symbol_binding(symbol.binding()), symbol.binding()),
                visibility: symbol_visibility(symbol.visibility()),
                section,
                version: version.map(|version| match version {
                    Version::Defined { name, .. } | Version::Needed { name, .. } => text(name),
                }),
                version_hidden: version.and_then(|version| match version {
                    Version::Defined { hidden, .. } => Some(hidden),
                    Version::Needed { .. } => None,
                }),
            })
        })
    }
}

struct VersionLists<'a, 'd>(Option<&'a Versions<'d>>);

#[derive(Serialize)]
struct Definition<'d> {
    name: Cow<'d, str>,
    index: u16,
    flags: u16,
    parents: Vec<Cow<'d, str>>,
}

#[derive(Serialize)]
struct Need<'d> {
    library: Cow<'d, str>,
    versions: Vec<NeededVersion<'d>>,
}

#[derive(Serialize)]
struct NeededVersion<'d> {
    name: Cow<'d, str>,
    index: u16,
    flags: u16,
}

impl Serialize for VersionLists<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let definitions = self.0.iter().flat_map(|versions| &versions.definitions);
        let definitions = definitions.map(|definition| {
            let mut names = definition.names.iter().map(|(_, name)| text(name));
            Definition {
                name: names.next().unwrap_or_default(),
                index: definition.index,
                flags: definition.flags,
                parents: names.collect(),
            }
        });
        let needs = self
            .0
            .iter()
            .flat_map(|versions| &versions.needs)
            .map(|need| Need {
                library: text(need.file),
                versions: need.versions.iter().map(needed_version).collect(),
            });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("definitions", &definitions.collect::<Vec<_>>())?;
        map.serialize_entry("needs", &needs.collect::<Vec<_>>())?;
        map.end()
    }
}

fn needed_version<'d>(version: &crate::elf::version::NeededVersion<'d>) -> NeededVersion<'d> {
    NeededVersion {
        name: text(version.name),
        index: version.index,
        flags: version.flags,
    }
}

#[derive(Serialize)]
struct RelocationRow<'d> {
    section: Cow<'d, str>,
    offset: u64,
    r#type: String,
    type_number: u32,
    symbol: u32,
    symbol_name: Option<Cow<'d, str>>,
    addend: Option<i64>,
}

fn relocation_sections<'a, 'd>(
    elf: &'a Elf<'d>,
) -> impl Iterator<Item = Result<RelocationRow<'d>, Malformed>> + 'a {
    elf.relocation_sections()
        .flat_map(move |(section, relocations)| {
            let rows = relocations.and_then(|relocations| {
                let name = elf.section_name(&section)?;
                let linked = u64::from(section.link);
                let symbols = match elf.sections().get(linked).filter(|_| linked != 0) {
                    Some(linked_section) => Some(elf.symbols_in(linked, &linked_section)?),
                    None => None,
                };
                let packed = relocations.packed().into_iter().flatten();
                let packed = packed.map(move |offset| RelocationRow {
                    section: text(name),
                    offset,
                    r#type: "RELATIVE".into(),
                    type_number: 0,
                    symbol: 0,
                    symbol_name: None,
                    addend: None,
                });
                let rows = relocations
                    .iter()
                    .map(move |row| one(elf, name, symbols, row));
                Ok(rows.chain(packed.map(Ok)))
            });
            let (rows, error) = match rows {
                Ok(rows) => (Some(rows), None),
                Err(error) => (None, Some(Err(error))),
            };
            rows.into_iter().flatten().chain(error)
        })
}

fn one<'d>(
    elf: &Elf<'_>,
    section: &'d [u8],
    symbols: Option<Symbols<'d>>,
    relocation: Relocation,
) -> Result<RelocationRow<'d>, Malformed> {
    let symbol = symbols
        .filter(|_| relocation.symbol != 0)
        .and_then(|symbols| Some((symbols, symbols.get(relocation.symbol.into())?)));
    let symbol_name = symbol
        .map(|(symbols, symbol)| symbols.name(&symbol))
        .transpose()?;
    Ok(RelocationRow {
        section: text(section),
        offset: relocation.offset,
        r#type: relocations::type_of(elf, relocation.kind),
        type_number: relocation.kind,
        symbol: relocation.symbol,
        symbol_name: symbol_name.map(text),
        addend: relocation.addend,
    })
}

#[derive(Serialize)]
struct NoteRow<'d> {
    section: Option<Cow<'d, str>>,
    owner: Cow<'d, str>,
    r#type: u32,
    type_name: Option<&'static str>,
    description: String,
    meaning: String,
}

fn all_notes<'d>(elf: &Elf<'d>) -> Result<Vec<NoteRow<'d>>, impl Display + use<>> {
    let mut rows = Vec::new();
    for (place, notes) in elf.notes() {
        let section = match place {
            crate::elf::NotePlace::Section(section) => Some(text(elf.section_name(&section)?)),
            crate::elf::NotePlace::Segment(_) => None,
        };
        for note in notes? {
            let note = note?;
            rows.push(NoteRow {
                section: section.clone(),
                owner: text(note.owner),
                r#type: note.kind,
                type_name: crate::elf::names::note_type(note.owner, note.kind),
                description: hexadecimal(note.description),
                meaning: meaning(elf, &note)?.trim().to_owned(),
            });
        }
    }
    Ok::<_, Malformed>(rows)
}

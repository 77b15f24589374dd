//! Mach-O files.

use std::borrow::Cow;

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};

use super::{Each, endian, text};
use crate::bytes::Malformed;
use crate::macho::{Fat, Macho};
use crate::report::text::macho::{
    command_name, cpu, file_type, flags, protection, symbol_binding, symbol_kind, uuid_text,
};

pub(super) struct Dump<'a, 'd>(pub(super) &'a Macho<'d>);

impl Serialize for Dump<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(file) = self;
        let header = file.header();
        let parts = Parts::read(file).map_err(S::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", "Mach-O")?;
        map.serialize_entry("size", &file.file().len())?;
        map.serialize_entry("class", if file.layout().wide { "64" } else { "32" })?;
        map.serialize_entry("endian", endian(file.layout().endian))?;
        map.serialize_entry("type", &file_type(header.kind))?;
        map.serialize_entry("machine", &cpu(header.cpu))?;
        map.serialize_entry("cpu_type", &header.cpu)?;
        map.serialize_entry("cpu_subtype", &header.cpu_subtype)?;
        map.serialize_entry("flags", &header.flags)?;
        map.serialize_entry("flag_names", &flags(header.flags))?;
        map.serialize_entry("uuid", &parts.uuid)?;
        map.serialize_entry("entry_offset", &parts.entry)?;
        map.serialize_entry("entry", &parts.entry)?;
        map.serialize_entry("load_commands", &parts.commands)?;
        map.serialize_entry("libraries", &parts.libraries)?;
        let needed: Vec<_> = parts
            .libraries
            .iter()
            .map(|library| &library.name)
            .collect();
        map.serialize_entry("needed", &needed)?;
        map.serialize_entry("segments", &parts.segments)?;
        map.serialize_entry("sections", &parts.sections)?;
        map.serialize_entry("symbols", &Each(|| symbols(file)))?;
        map.end()
    }
}

#[derive(Serialize)]
struct LoadCommand<'d> {
    index: u32,
    name: String,
    command: u32,
    offset: u64,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Cow<'d, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sdk: Option<String>,
}

#[derive(Serialize)]
struct Library<'d> {
    name: Cow<'d, str>,
    timestamp: u32,
    current_version: String,
    compatibility_version: String,
}

#[derive(Serialize)]
struct Segment {
    name: String,
    address: u64,
    size: u64,
    offset: u64,
    file_size: u64,
    protection: String,
    maximum_protection: String,
    flags: u32,
}

#[derive(Serialize)]
struct Section {
    index: usize,
    name: String,
    segment: String,
    address: u64,
    size: u64,
    offset: u32,
    alignment: u32,
    flags: u32,
    relocations: u32,
}

/// All but the symbols; the load commands justify each of these.
struct Parts<'d> {
    uuid: Option<String>,
    entry: Option<u64>,
    commands: Vec<LoadCommand<'d>>,
    libraries: Vec<Library<'d>>,
    segments: Vec<Segment>,
    sections: Vec<Section>,
}

impl<'d> Parts<'d> {
    fn read(file: &Macho<'d>) -> Result<Self, Malformed> {
        let segments = file.segments()?;
        let sections = segments
            .iter()
            .flat_map(|segment| &segment.sections)
            .enumerate();
        let sections = sections.map(|(place, section)| Section {
            index: place + 1,
            name: text(section.name()).into_owned(),
            segment: text(section.segment()).into_owned(),
            address: section.address,
            size: section.size,
            offset: section.offset,
            alignment: section.alignment,
            flags: section.flags,
            relocations: section.relocations,
        });
        Ok(Self {
            uuid: file.uuid()?.map(uuid_text),
            entry: file.entry_offset()?,
            commands: commands(file)?,
            libraries: file.libraries()?.iter().map(library).collect(),
            sections: sections.collect(),
            segments: segments.iter().map(segment).collect(),
        })
    }
}

fn library<'d>(library: &crate::macho::Dylib<'d>) -> Library<'d> {
    Library {
        name: text(library.name),
        timestamp: library.timestamp,
        current_version: library.current_version.to_string(),
        compatibility_version: library.compatibility_version.to_string(),
    }
}

fn segment(segment: &crate::macho::Segment) -> Segment {
    Segment {
        name: text(segment.name()).into_owned(),
        address: segment.address,
        size: segment.size,
        offset: segment.offset,
        file_size: segment.file_size,
        protection: protection(segment.protection),
        maximum_protection: protection(segment.maximum_protection),
        flags: segment.flags,
    }
}

fn commands<'d>(file: &Macho<'d>) -> Result<Vec<LoadCommand<'d>>, Malformed> {
    let rows = file.commands().map(|command| {
        let command = command?;
        let library = command.library()?.map(|library| library.name);
        let build = command.build_version()?;
        Ok(LoadCommand {
            index: command.number,
            name: command_name(&command),
            command: command.kind,
            offset: command.bytes.base(),
            size: command.bytes.len(),
            path: library.or(command.path()?).map(text),
            platform: build.map(|build| build.platform),
            minimum_system: build.map(|build| build.minimum.to_string()),
            sdk: build.map(|build| build.sdk.to_string()),
        })
    });
    rows.collect()
}

#[derive(Serialize)]
struct Symbol<'d> {
    index: u64,
    name: Cow<'d, str>,
    value: u64,
    r#type: &'static str,
    binding: &'static str,
    section: u8,
    description: u16,
}

fn symbols<'d>(file: &Macho<'d>) -> impl Iterator<Item = Result<Symbol<'d>, Malformed>> + use<'d> {
    let (table, error) = match file.symbols() {
        Ok(table) => (table, None),
        Err(error) => (None, Some(Err(error))),
    };
    let rows = table.into_iter().flat_map(|table| {
        (0..).zip(table.iter()).map(move |(index, symbol)| {
            Ok(Symbol {
                index,
                name: text(table.name(&symbol)?),
                value: symbol.value,
                r#type: symbol_kind(&symbol),
                binding: symbol_binding(&symbol),
                section: symbol.section,
                description: symbol.description,
            })
        })
    });
    rows.chain(error)
}

pub(super) struct FatDump<'a, 'd>(pub(super) &'a Fat<'d>);

#[derive(Serialize)]
struct Member<'a> {
    machine: String,
    cpu_type: u32,
    cpu_subtype: u32,
    offset: u64,
    size: u64,
    alignment: u32,
    file: MemberFile<'a>,
}

struct MemberFile<'a>(Macho<'a>);

impl Serialize for MemberFile<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Dump(&self.0).serialize(serializer)
    }
}

impl Serialize for FatDump<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(fat) = self;
        let members = Each(|| {
            fat.members().iter().map(|member| {
                Ok(Member {
                    machine: cpu(member.cpu),
                    cpu_type: member.cpu,
                    cpu_subtype: member.cpu_subtype,
                    offset: member.offset,
                    size: member.size,
                    alignment: member.alignment,
                    file: MemberFile(fat.open(&member)?),
                })
            })
        });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", "Mach-O fat")?;
        map.serialize_entry("members", &members)?;
        map.end()
    }
}

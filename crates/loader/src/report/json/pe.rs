//! PE files.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::text;
use crate::bytes::Malformed;
use crate::pe::{Exports, Import, Library, Pe, Target, names};
use crate::report::text::pe::{machine, permissions};

pub(super) struct Dump<'a, 'd> {
    pe: &'a Pe<'d>,
    imports: Vec<Library<'d>>,
    exports: Option<Exports<'d>>,
}

impl<'a, 'd> Dump<'a, 'd> {
    pub(super) fn new(pe: &'a Pe<'d>) -> Result<Self, Malformed> {
        Ok(Self {
            pe,
            imports: pe.imports()?,
            exports: pe.exports()?,
        })
    }
}

impl Serialize for Dump<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let header = self.pe.header();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format", "PE")?;
        map.serialize_entry("class", if header.wide { "PE32+" } else { "PE32" })?;
        map.serialize_entry("endian", "little")?;
        map.serialize_entry("machine", &machine(header.machine))?;
        map.serialize_entry("machine_number", &header.machine)?;
        map.serialize_entry("timestamp", &header.timestamp)?;
        map.serialize_entry("characteristics", &header.characteristics)?;
        map.serialize_entry("entry", &header.entry)?;
        map.serialize_entry("image_base", &header.image_base)?;
        map.serialize_entry("image_size", &header.image_size)?;
        map.serialize_entry("section_alignment", &header.section_alignment)?;
        map.serialize_entry("file_alignment", &header.file_alignment)?;
        map.serialize_entry("subsystem", &header.subsystem)?;
        map.serialize_entry("subsystem_name", &names::subsystem(header.subsystem))?;
        map.serialize_entry("dll_characteristics", &header.dll_characteristics)?;
        map.serialize_entry("directories", &self.directories())?;
        map.serialize_entry("sections", &self.sections())?;
        let imports: Vec<_> = self.imports.iter().map(LibraryRow::new).collect();
        let needed: Vec<_> = imports.iter().map(|library| &library.library).collect();
        map.serialize_entry("needed", &needed)?;
        map.serialize_entry("imports", &imports)?;
        map.serialize_entry("exports", &self.exports())?;
        map.end()
    }
}

#[derive(Serialize)]
struct DirectoryRow {
    name: &'static str,
    address: u32,
    size: u32,
}

#[derive(Serialize)]
struct Section {
    index: usize,
    name: String,
    address: u32,
    virtual_size: u32,
    size: u32,
    offset: u32,
    flags: u32,
    permissions: String,
}

#[derive(Serialize)]
struct LibraryRow<'d> {
    library: Cow<'d, str>,
    imports: Vec<ImportRow<'d>>,
}

#[derive(Serialize)]
struct ImportRow<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'d, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordinal: Option<u16>,
    slot: u32,
}

#[derive(Serialize)]
struct ExportRow<'d> {
    ordinal: u32,
    address: u32,
    name: Option<Cow<'d, str>>,
    forwarder: Option<Cow<'d, str>>,
}

impl<'d> LibraryRow<'d> {
    fn new(library: &Library<'d>) -> Self {
        Self {
            library: text(library.name),
            imports: library.imports.iter().map(ImportRow::new).collect(),
        }
    }
}

impl<'d> ImportRow<'d> {
    fn new(import: &Import<'d>) -> Self {
        let (name, hint, ordinal) = match import.target {
            Target::Name { name, hint } => (Some(text(name)), Some(hint), None),
            Target::Ordinal(number) => (None, None, Some(number)),
        };
        Self {
            name,
            hint,
            ordinal,
            slot: import.slot,
        }
    }
}

impl<'d> Dump<'_, 'd> {
    fn directories(&self) -> Vec<DirectoryRow> {
        let rows = names::DIRECTORIES.iter().zip(self.pe.directories().iter());
        let rows = rows.filter(|(_, directory)| directory.address != 0);
        rows.map(|(name, directory)| DirectoryRow {
            name,
            address: directory.address,
            size: directory.size,
        })
        .collect()
    }

    fn sections(&self) -> Vec<Section> {
        let rows = self.pe.sections().iter().enumerate();
        rows.map(|(place, section)| Section {
            index: place + 1,
            name: text(&self.pe.section_name(&section)).into_owned(),
            address: section.address,
            virtual_size: section.size,
            size: section.file_size,
            offset: section.offset,
            flags: section.characteristics,
            permissions: permissions(section.characteristics),
        })
        .collect()
    }

    fn exports(&self) -> Vec<ExportRow<'d>> {
        let all = self.exports.iter().flat_map(|exports| &exports.exports);
        all.map(|export| ExportRow {
            ordinal: export.ordinal,
            address: export.address,
            name: export.name.map(text),
            forwarder: export.forwarder.map(text),
        })
        .collect()
    }
}

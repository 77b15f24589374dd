//! Segments and the sections in them.

use crate::bytes::{Fields, Layout, Record};

/// What a load command maps (`segment_command_64`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// `segname`, filled up with zeroes.
    pub name: [u8; 16],
    /// `vmaddr`: where it goes in memory.
    pub address: u64,
    /// `vmsize`: how many bytes it has there.
    pub size: u64,
    /// `fileoff`: where it is in the file.
    pub offset: u64,
    /// `filesize`: how many bytes come from the file.
    pub file_size: u64,
    /// `maxprot`: the most that may be allowed; read 1, write 2, execute 4.
    pub maximum_protection: u32,
    /// `initprot`: what is allowed at the start.
    pub protection: u32,
    /// `flags`: `SG_` bits.
    pub flags: u32,
    /// What is in it.
    pub sections: Vec<Section>,
}

impl Segment {
    /// All but the sections, and how many those are.
    pub(super) fn decode(fields: &mut Fields<'_>) -> (Self, u32) {
        let name = fields.array();
        let (address, size) = (fields.word(), fields.word());
        let (offset, file_size) = (fields.word(), fields.word());
        let (maximum_protection, protection) = (fields.u32(), fields.u32());
        let (count, flags) = (fields.u32(), fields.u32());
        let sections = Vec::new();
        let segment = Self {
            name,
            address,
            size,
            offset,
            file_size,
            maximum_protection,
            protection,
            flags,
            sections,
        };
        (segment, count)
    }

    /// Its name without the zeroes.
    pub fn name(&self) -> &[u8] {
        until_zero(&self.name)
    }
}

/// A part of a segment (`section_64`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// `sectname`, filled up with zeroes.
    pub name: [u8; 16],
    /// `segname`: the segment that it is in, or in an object file will be in.
    pub segment: [u8; 16],
    /// `addr`.
    pub address: u64,
    /// `size`.
    pub size: u64,
    /// `offset` in the file.
    pub offset: u32,
    /// `align`: the power of two.
    pub alignment: u32,
    /// `reloff`: where its relocations are in the file.
    pub relocations_offset: u32,
    /// `nreloc`: how many they are.
    pub relocations: u32,
    /// `flags`: the type in the lowest byte, attributes above.
    pub flags: u32,
}

impl Section {
    /// Its name without the zeroes.
    pub fn name(&self) -> &[u8] {
        until_zero(&self.name)
    }

    /// The name of its segment without the zeroes.
    pub fn segment(&self) -> &[u8] {
        until_zero(&self.segment)
    }
}

impl Record for Section {
    const NAME: &'static str = "section";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 80 } else { 68 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            name: fields.array(),
            segment: fields.array(),
            address: fields.word(),
            size: fields.word(),
            offset: fields.u32(),
            alignment: fields.u32(),
            relocations_offset: fields.u32(),
            relocations: fields.u32(),
            flags: fields.u32(),
        }
    }
}

fn until_zero(name: &[u8; 16]) -> &[u8] {
    name.split(|byte| *byte == 0).next().unwrap_or_default()
}

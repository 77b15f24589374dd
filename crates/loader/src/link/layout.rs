//! Where each section goes, and what each name means.

use std::collections::BTreeMap;

use super::error::LinkError;
use super::input::{Group, Object};
use super::relocate::{Hole, fill};
use crate::elf::section::SHT_NOBITS;
use crate::elf::symbol::{SHN_ABS, SHN_UNDEF, STB_LOCAL, STB_WEAK, Symbol};

/// As most linkers on 64-bit Linux: low enough for 32-bit addresses, away from null.
pub(super) const BASE: u64 = 0x40_0000;
/// The largest page of arm64, so that no page has to be two things.
pub(super) const PAGE: u64 = 0x1_0000;

/// Segments under construction.
///
/// Invariant: `places` has each section of a segment once, within the bytes of that segment.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) segments: Vec<Segment>,
    /// By object and section: the segment, and the distance from its beginning.
    places: BTreeMap<(usize, u64), (usize, u64)>,
}

#[derive(Debug)]
pub(super) struct Segment {
    pub(super) group: Group,
    pub(super) address: u64,
    pub(super) bytes: Vec<u8>,
}

/// Larger programs are not for this linker; it also bounds what a hostile object can make it allocate.
const LARGEST: u64 = 1 << 28;

impl Layout {
    pub(super) fn new(objects: &[Object<'_>]) -> Result<Self, LinkError> {
        let mut layout = Layout {
            segments: Vec::new(),
            places: BTreeMap::new(),
        };
        // The page at BASE has the file's header.
        let mut address = BASE + PAGE;
        for group in [Group::Code, Group::Constants, Group::Data] {
            let bytes = layout.collect(objects, group)?;
            let end = address + bytes.len() as u64;
            layout.segments.push(Segment {
                group,
                address,
                bytes,
            });
            address = end.next_multiple_of(PAGE).max(address + PAGE);
        }
        Ok(layout)
    }

    /// The sections of one kind, one after the other.
    fn collect(&mut self, objects: &[Object<'_>], group: Group) -> Result<Vec<u8>, LinkError> {
        let mut bytes: Vec<u8> = Vec::new();
        for object in objects {
            for (number, section) in (0..).zip(object.elf.sections().iter()) {
                if object.group(&section)? != Some(group) {
                    continue;
                }
                let too_large = || LinkError::Section {
                    object: object.number,
                    name: format!("number {number}, too large"),
                };
                let align = section.alignment.clamp(1, PAGE);
                let start = (bytes.len() as u64).next_multiple_of(align);
                let end = start.checked_add(section.size).filter(|end| *end < LARGEST);
                let end = end.ok_or_else(too_large)?;
                bytes.resize(start as usize, 0);
                if section.kind != SHT_NOBITS {
                    let data = object.elf.data(&section);
                    let data = data.map_err(|error| object.malformed(error))?;
                    bytes.extend_from_slice(data.as_slice());
                }
                bytes.resize(end as usize, 0);
                self.places
                    .insert((object.number, number), (group as usize, start));
            }
        }
        Ok(bytes)
    }

    /// The address of each global name.
    pub(super) fn resolve(
        &self,
        objects: &[Object<'_>],
    ) -> Result<BTreeMap<String, u64>, LinkError> {
        let mut found: BTreeMap<String, (usize, bool, u64)> = BTreeMap::new();
        for object in objects {
            for symbol in object.symbols.iter().flat_map(|symbols| symbols.iter()) {
                let is_global = symbol.binding() != STB_LOCAL && symbol.section != SHN_UNDEF;
                let Some(address) = self.address(object, &symbol).filter(|_| is_global) else {
                    continue;
                };
                let name = name(object, &symbol)?;
                let weak = symbol.binding() == STB_WEAK;
                match found.get(&name) {
                    Some((first, false, _)) if !weak => {
                        let (first, second) = (*first, object.number);
                        return Err(LinkError::Twice {
                            name,
                            first,
                            second,
                        });
                    }
                    Some(_) if weak => {}
                    _ => {
                        found.insert(name, (object.number, weak, address));
                    }
                }
            }
        }
        Ok(found
            .into_iter()
            .map(|(name, (_, _, address))| (name, address))
            .collect())
    }

    /// Where the object's own symbol is; none if it is elsewhere.
    fn address(&self, object: &Object<'_>, symbol: &Symbol) -> Option<u64> {
        if symbol.section == SHN_ABS {
            return Some(symbol.value);
        }
        let (segment, start) = self.places.get(&(object.number, symbol.section.into()))?;
        Some((self.segments[*segment].address + start).wrapping_add(symbol.value))
    }

    /// Fills the holes of an object's sections.
    pub(super) fn relocate(
        &mut self,
        object: &Object<'_>,
        globals: &BTreeMap<String, u64>,
    ) -> Result<(), LinkError> {
        for (section, relocations) in object.elf.relocation_sections() {
            // A table for a section that is left out, such as debug information.
            let Some(&place) = self.places.get(&(object.number, section.info.into())) else {
                continue;
            };
            let relocations = relocations.map_err(|error| object.malformed(error))?;
            for relocation in relocations.iter() {
                let target = self.target(object, relocation.symbol, globals)?;
                let (segment, start) = place;
                let hole = Hole {
                    kind: relocation.kind,
                    place: (self.segments[segment].address + start).wrapping_add(relocation.offset),
                    target: target.wrapping_add_signed(relocation.addend.unwrap_or_default()),
                };
                let at = start.saturating_add(relocation.offset);
                let bytes = &mut self.segments[segment].bytes;
                let bytes = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at..));
                let offset = relocation.offset;
                let bytes = bytes.ok_or(LinkError::Outside { offset })?;
                fill(object.machine(), hole, bytes)?;
            }
        }
        Ok(())
    }

    fn target(
        &self,
        object: &Object<'_>,
        number: u32,
        globals: &BTreeMap<String, u64>,
    ) -> Result<u64, LinkError> {
        let symbols = object.symbols.as_ref();
        let symbol = symbols.and_then(|symbols| symbols.get(number.into()));
        let symbol = symbol.ok_or_else(|| LinkError::Undefined {
            name: format!("symbol {number} of object {}", object.number),
        })?;
        if symbol.binding() == STB_LOCAL
            && let Some(address) = self.address(object, &symbol)
        {
            return Ok(address);
        }
        let name = name(object, &symbol)?;
        match globals.get(&name) {
            Some(address) => Ok(*address),
            None if symbol.binding() == STB_WEAK => Ok(0),
            None => Err(LinkError::Undefined { name }),
        }
    }
}

fn name(object: &Object<'_>, symbol: &Symbol) -> Result<String, LinkError> {
    let name = object.symbols.as_ref().map(|symbols| symbols.name(symbol));
    let name = name.transpose().map_err(|error| object.malformed(error))?;
    Ok(String::from_utf8_lossy(name.unwrap_or_default()).into_owned())
}

//! An object file as the linker sees it.

use super::error::LinkError;
use crate::bytes::Malformed;
use crate::elf::section::{SHF_ALLOC, SHF_EXECINSTR, SHF_TLS, SHF_WRITE, SHT_NOTE, Section};
use crate::elf::symbol::Symbols;
use crate::elf::{ET_REL, Elf, Machine};

/// Sections that go into one segment, in the order of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Code,
    Constants,
    Data,
}

pub(super) struct Object<'d> {
    pub(super) number: usize,
    pub(super) elf: Elf<'d>,
    pub(super) symbols: Option<Symbols<'d>>,
}

impl<'d> Object<'d> {
    pub(super) fn parse(number: usize, bytes: &'d [u8]) -> Result<Self, LinkError> {
        let malformed = |error: Malformed| LinkError::Malformed {
            object: number,
            error,
        };
        let elf = Elf::parse(bytes).map_err(malformed)?;
        let known = matches!(elf.header().machine, Machine::X86_64 | Machine::AARCH64);
        if !known || elf.header().kind != ET_REL || !elf.layout().wide {
            return Err(LinkError::Machine { object: number });
        }
        let symbols = elf.symbols().map_err(malformed)?;
        Ok(Object {
            number,
            elf,
            symbols,
        })
    }

    pub(super) fn machine(&self) -> Machine {
        self.elf.header().machine
    }

    pub(super) fn malformed(&self, error: Malformed) -> LinkError {
        LinkError::Malformed {
            object: self.number,
            error,
        }
    }

    /// The segment that a section goes to; none for those that are not needed at run time.
    pub(super) fn group(&self, section: &Section) -> Result<Option<Group>, LinkError> {
        let name = self
            .elf
            .section_name(section)
            .map_err(|error| self.malformed(error))?;
        let has = |flag| section.flags & flag != 0;
        if !has(SHF_ALLOC) || section.kind == SHT_NOTE || name == b".eh_frame" {
            return Ok(None);
        }
        if has(SHF_TLS) || has(SHF_WRITE) && has(SHF_EXECINSTR) {
            return Err(LinkError::Section {
                object: self.number,
                name: String::from_utf8_lossy(name).into_owned(),
            });
        }
        Ok(Some(match (has(SHF_EXECINSTR), has(SHF_WRITE)) {
            (true, _) => Group::Code,
            (_, true) => Group::Data,
            _ => Group::Constants,
        }))
    }
}

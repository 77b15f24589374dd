//! What exec needs of an ELF file: header and segments. As for the kernel, sections do not matter,
//! so a file without a sound section table still runs.

use std::path::Path;

use super::error::ExecError;
use super::plan::{Load, Protection};
use crate::bytes::{Bytes, Malformed, Table};
use crate::elf::segment::{PF_R, PF_W, PF_X, PT_GNU_STACK, PT_INTERP, PT_LOAD, Segment};
use crate::elf::{ET_DYN, ET_EXEC, Header as ElfHeader, Machine};

#[cfg(target_arch = "x86_64")]
const HERE: (Machine, &str) = (Machine::X86_64, "x86-64");
#[cfg(target_arch = "aarch64")]
const HERE: (Machine, &str) = (Machine::AARCH64, "arm64");

#[derive(Debug)]
pub(super) struct Header {
    /// It runs only at the addresses that it was linked for.
    pub(super) fixed: bool,
    /// The linked address of the first instruction.
    pub(super) entry: u64,
    /// Where in the file the program headers are; the size of one; how many.
    pub(super) table: u64,
    pub(super) entry_size: u64,
    pub(super) segment_count: u64,
    pub(super) loads: Vec<Load>,
    /// Where in the file the dynamic linker's path is, and its size.
    pub(super) interpreter: Option<(u64, u64)>,
    pub(super) executable_stack: bool,
}

impl Header {
    /// Reads the beginning of the file in `path`.
    pub(super) fn parse(path: &Path, start: &[u8]) -> Result<Self, ExecError> {
        let broken = |why: String| ExecError::Format {
            path: path.to_owned(),
            why,
        };
        let malformed = |error: Malformed| broken(error.to_string());
        let bytes = Bytes::new(start);
        let header =
            ElfHeader::parse(bytes).map_err(|error| broken(format!("no ELF file: {error}")))?;
        if header.machine != HERE.0 || !header.layout().wide {
            return Err(ExecError::Machine {
                path: path.to_owned(),
                machine: name(header.machine),
                here: HERE.1,
            });
        }
        if !matches!(header.kind, ET_EXEC | ET_DYN) {
            return Err(broken(
                "an ELF file, but no program: it has yet to be linked".to_owned(),
            ));
        }
        let (count, size) = (header.segment_count.into(), header.segment_size.into());
        let layout = header.layout();
        let segments: Table<'_, Segment> =
            Table::at(bytes, header.segments_offset, count, size, layout).map_err(malformed)?;
        Ok(Self::from_parts(&header, &segments))
    }

    fn from_parts(header: &ElfHeader, segments: &Table<'_, Segment>) -> Self {
        let first = |kind| segments.iter().find(move |segment| segment.kind == kind);
        let loads = segments.iter().filter(|segment| segment.kind == PT_LOAD);
        Header {
            fixed: header.kind == ET_EXEC,
            entry: header.entry,
            table: header.segments_offset,
            entry_size: header.segment_size.into(),
            segment_count: segments.len(),
            loads: loads.map(|segment| load(&segment)).collect(),
            interpreter: first(PT_INTERP).map(|found| (found.offset, found.file_size)),
            executable_stack: first(PT_GNU_STACK).is_some_and(|found| found.flags & PF_X != 0),
        }
    }
}

fn load(segment: &Segment) -> Load {
    Load {
        offset: segment.offset,
        address: segment.virtual_address,
        file_size: segment.file_size,
        memory_size: segment.memory_size,
        align: segment.alignment,
        protection: Protection {
            read: segment.flags & PF_R != 0,
            write: segment.flags & PF_W != 0,
            execute: segment.flags & PF_X != 0,
        },
    }
}

fn name(machine: Machine) -> String {
    match machine.name() {
        Some(name) => name.to_owned(),
        None => format!("machine {}", machine.0),
    }
}

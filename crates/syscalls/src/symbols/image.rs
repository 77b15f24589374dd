//! An executable or library as a file: where its segments want to be, and what it tells about
//! addresses.
//!
//! All addresses here are those that the linker wrote into the file. Where the kernel or the dynamic
//! linker put it, differs by one number, the *load bias*: nought for a program that is not
//! position-independent, anything for all others.

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use framehop::ModuleSectionInfo;
use gimli::LittleEndian;
use object::{Object, ObjectSection, ObjectSegment};

use super::debug::DebugInformation;
use super::section::{self, Bytes};
use super::table::SymbolTable;
use crate::event::Frame;

/// An ELF file, read once.
pub(super) struct Image {
    bytes: Bytes,
    /// The program's first instruction (`e_entry`).
    pub(super) entry: u64,
    /// The lowest address at which anything of the file is to be.
    base: u64,
    /// Those that can be executed.
    segments: Vec<Segment>,
    // Both are made when first asked for: many files are mapped and never called.
    symbols: OnceCell<SymbolTable>,
    debug: OnceCell<Option<DebugInformation>>,
}

/// A part of the file that is mapped (`PT_LOAD`).
struct Segment {
    address: u64,
    in_file: Range<u64>,
}

impl Image {
    /// Reads an ELF file.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        // A device like /dev/zero can be mapped too, and has no end.
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Self::parse(fs::read(path)?)
    }

    /// Takes a file's bytes; the kernel's vDSO has no file.
    pub(super) fn parse(bytes: Vec<u8>) -> io::Result<Self> {
        let bytes = Bytes::new(Rc::from(bytes), LittleEndian);
        let file = object::File::parse(bytes.bytes())
            .ok()
            .filter(|file| file.is_64() && file.is_little_endian())
            .ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "no program of this machine")
            })?;
        let executable = file.segments().filter(|s| s.permissions().executable());
        Ok(Self {
            entry: file.entry(),
            base: file.segments().map(|s| s.address()).min().unwrap_or(0),
            segments: executable.map(|s| Segment::new(&s)).collect(),
            symbols: OnceCell::new(),
            debug: OnceCell::new(),
            bytes,
        })
    }

    /// The load bias, when the code at `offset` of the file is mapped at `start`.
    pub(super) fn bias(&self, start: u64, offset: u64) -> Option<u64> {
        // A mapping begins at a page's border, so up to a page before its segment.
        let segment = self.segments.iter().find(|s| offset < s.in_file.end)?;
        let address = segment
            .address
            .wrapping_add(offset)
            .wrapping_sub(segment.in_file.start);
        Some(start.wrapping_sub(address))
    }

    /// Where the file's lowest address is, given the load bias.
    pub(super) fn start(&self, bias: u64) -> u64 {
        bias.wrapping_add(self.base)
    }

    /// The functions.
    pub(super) fn symbols(&self) -> &SymbolTable {
        self.symbols.get_or_init(|| {
            self.file()
                .map_or_else(SymbolTable::default, |f| SymbolTable::of(&f))
        })
    }

    /// Which functions `address` is in, innermost first, with their lines as far as known. More than
    /// one when the compiler inlined; `address` and `module` are left to the caller.
    pub(super) fn frames(&self, address: u64) -> Vec<Frame> {
        let debug = self
            .debug
            .get_or_init(|| DebugInformation::of(&self.file()?, &self.bytes));
        let mut frames = debug.as_ref().map_or_else(Vec::new, |d| d.frames(address));
        if frames.is_empty() {
            frames.push(Frame::default());
        }
        if let Some(outermost) = frames.last_mut() {
            self.complete(outermost, address);
        }
        frames
    }

    /// A function that is not inlined has a symbol: its name where there is no debug information, and
    /// its whole path where there are only line tables.
    fn complete(&self, frame: &mut Frame, address: u64) {
        let is_path = |name: &String| name.contains("::");
        if !frame.function.as_ref().is_some_and(is_path) {
            let linked = self.symbols().name_at(address);
            let linked = linked.filter(|name| frame.function.is_none() || is_path(name));
            frame.function = linked.or(frame.function.take());
        }
    }

    /// The `length` bytes at `address`, or less if the segment ends before.
    pub(super) fn code(&self, address: u64, length: u64) -> &[u8] {
        let Some(segment) = self.segments.iter().find(|s| s.contains(address)) else {
            return &[];
        };
        let start = segment.in_file.start + (address - segment.address);
        let end = start.saturating_add(length).min(segment.in_file.end);
        self.bytes
            .bytes()
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    fn file(&self) -> Option<object::File<'_>> {
        object::File::parse(self.bytes.bytes()).ok()
    }
}

impl Segment {
    fn new<'a>(segment: &impl ObjectSegment<'a>) -> Self {
        let (offset, size) = segment.file_range();
        Self {
            address: segment.address(),
            in_file: offset..offset.saturating_add(size),
        }
    }

    fn contains(&self, address: u64) -> bool {
        address >= self.address && address - self.address < self.in_file.end - self.in_file.start
    }
}

/// What framehop wants to know: the unwind tables, and where they are to be.
impl ModuleSectionInfo<Bytes> for &Image {
    fn base_svma(&self) -> u64 {
        self.base
    }

    fn section_svma_range(&mut self, name: &[u8]) -> Option<Range<u64>> {
        let file = self.file()?;
        let section = file.section_by_name_bytes(name)?;
        Some(section.address()..section.address().checked_add(section.size())?)
    }

    fn section_data(&mut self, name: &[u8]) -> Option<Bytes> {
        section::bytes(&self.file()?.section_by_name_bytes(name)?, &self.bytes)
    }
}

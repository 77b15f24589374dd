//! Load commands.

use std::fmt;

use crate::bytes::{Bytes, Fields, Layout, Malformed, Reason, Strings, Table, What};

use super::{Segment, Symbols, names};

/// One load command.
#[derive(Debug, Clone, Copy)]
pub struct Command<'d> {
    /// Its place among all, from 0 on.
    pub number: u32,
    /// `cmd`: an `LC_` constant.
    pub kind: u32,
    /// All of it, with the eight bytes of its kind and size.
    pub bytes: Bytes<'d>,
    layout: Layout,
}

/// The load commands of a file.
#[derive(Debug, Clone)]
pub struct Commands<'d> {
    rest: Bytes<'d>,
    next: u32,
    count: u32,
    layout: Layout,
}

impl<'d> Commands<'d> {
    pub(super) fn new(bytes: Bytes<'d>, count: u32, layout: Layout) -> Self {
        Self {
            rest: bytes,
            next: 0,
            count,
            layout,
        }
    }

    fn read(&mut self) -> Result<Command<'d>, Malformed> {
        let what = What::nth("load command", self.next.into());
        let mut fields = self.rest.fields(0, 8, self.layout, what)?;
        let (kind, size) = (fields.u32(), u64::from(fields.u32()));
        if size < 8 {
            let reason = Reason::EntrySize { size, least: 8 };
            return Err(self.rest.malformed(0, what, reason));
        }
        let command = Command {
            number: self.next,
            kind,
            bytes: self.rest.slice(0, size, what)?,
            layout: self.layout,
        };
        self.rest = self.rest.from(size, what)?;
        Ok(command)
    }
}

impl<'d> Iterator for Commands<'d> {
    type Item = Result<Command<'d>, Malformed>;

    /// The next one; nothing comes after an error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.count {
            return None;
        }
        let command = self.read();
        self.next = if command.is_ok() {
            self.next + 1
        } else {
            self.count
        };
        Some(command)
    }
}

/// A version of three numbers in one: sixteen bits, eight and eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub u32);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        write!(
            formatter,
            "{}.{}.{}",
            number >> 16,
            number >> 8 & 0xff,
            number & 0xff
        )
    }
}

/// A library, as one that is needed or as what the file itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dylib<'d> {
    /// The path by which it is found; may start with `@rpath`.
    pub name: &'d [u8],
    /// When it was built, in seconds since 1970; most linkers write 2.
    pub timestamp: u32,
    /// What it was when this file was linked.
    pub current_version: Version,
    /// The oldest version that it can stand in for.
    pub compatibility_version: Version,
}

/// For which system the file was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildVersion {
    /// `PLATFORM_`: macOS is 1.
    pub platform: u32,
    /// The oldest system that can run it.
    pub minimum: Version,
    /// Whose headers it was built with.
    pub sdk: Version,
}

impl<'d> Command<'d> {
    /// The name of its kind, without `LC_`.
    pub fn name(&self) -> Option<&'static str> {
        names::command(self.kind)
    }

    fn what(&self) -> What {
        What::nth("load command", self.number.into())
    }

    /// The fields behind kind and size, of which there have to be `size` bytes.
    fn fields(&self, size: u64) -> Result<Fields<'d>, Malformed> {
        self.bytes.fields(8, size, self.layout, self.what())
    }

    /// The string that starts at the offset which is the first field.
    ///
    /// # Errors
    ///
    /// It does not lie in the command.
    fn string(&self) -> Result<&'d [u8], Malformed> {
        let start = u64::from(self.fields(4)?.u32());
        let rest = self.bytes.from(start, self.what())?;
        // The padding need not have a zero if the string fills the command.
        match Strings::new(rest).get(0) {
            Ok(string) => Ok(string),
            Err(_) => Ok(rest.as_slice()),
        }
    }

    /// The segment that it maps.
    pub(super) fn segment(&self) -> Result<Option<Segment>, Malformed> {
        let wide = match self.kind {
            LC_SEGMENT => false,
            LC_SEGMENT_64 => true,
            _ => return Ok(None),
        };
        let layout = Layout {
            wide,
            ..self.layout
        };
        let size = if wide { 64 } else { 48 };
        let mut fields = self.bytes.fields(8, size, layout, self.what())?;
        let (mut segment, count) = Segment::decode(&mut fields);
        let stride = if wide { 80 } else { 68 };
        let sections = Table::at(self.bytes, 8 + size, count.into(), stride, layout)?;
        segment.sections = sections.iter().collect();
        Ok(Some(segment))
    }

    /// The library that it loads, or that it says the file is.
    ///
    /// # Errors
    ///
    /// The command is too short.
    pub fn library(&self) -> Result<Option<Dylib<'d>>, Malformed> {
        if self.kind != LC_ID_DYLIB && !NEEDED.contains(&self.kind) {
            return Ok(None);
        }
        let mut fields = self.fields(16)?;
        fields.u32();
        Ok(Some(Dylib {
            name: self.string()?,
            timestamp: fields.u32(),
            current_version: Version(fields.u32()),
            compatibility_version: Version(fields.u32()),
        }))
    }

    pub(super) fn needed_library(&self) -> Result<Option<Dylib<'d>>, Malformed> {
        if self.kind == LC_ID_DYLIB {
            return Ok(None);
        }
        self.library()
    }

    /// The path in it: of the dynamic linker, or where to look for libraries.
    ///
    /// # Errors
    ///
    /// The command is too short.
    pub fn path(&self) -> Result<Option<&'d [u8]>, Malformed> {
        match self.kind {
            LC_LOAD_DYLINKER | LC_ID_DYLINKER | LC_DYLD_ENVIRONMENT | LC_RPATH => {
                self.string().map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The build's number.
    ///
    /// # Errors
    ///
    /// The command is too short.
    pub fn uuid(&self) -> Result<Option<[u8; 16]>, Malformed> {
        match self.kind {
            LC_UUID => Ok(Some(self.fields(16)?.array())),
            _ => Ok(None),
        }
    }

    /// Where the program starts in the file.
    ///
    /// # Errors
    ///
    /// The command is too short.
    pub fn entry_offset(&self) -> Result<Option<u64>, Malformed> {
        match self.kind {
            LC_MAIN => Ok(Some(self.fields(16)?.u64())),
            _ => Ok(None),
        }
    }

    /// The system that the file was built for.
    ///
    /// # Errors
    ///
    /// The command is too short.
    pub fn build_version(&self) -> Result<Option<BuildVersion>, Malformed> {
        let platform = match self.kind {
            LC_BUILD_VERSION => None,
            LC_VERSION_MIN_MACOSX => Some(1),
            LC_VERSION_MIN_IPHONEOS => Some(2),
            _ => return Ok(None),
        };
        let mut fields = self.fields(if platform.is_some() { 8 } else { 12 })?;
        Ok(Some(BuildVersion {
            platform: platform.unwrap_or_else(|| fields.u32()),
            minimum: Version(fields.u32()),
            sdk: Version(fields.u32()),
        }))
    }

    pub(super) fn symbols(&self, file: Bytes<'d>) -> Result<Option<Symbols<'d>>, Malformed> {
        if self.kind != LC_SYMTAB {
            return Ok(None);
        }
        let mut fields = self.fields(16)?;
        let (offset, count) = (u64::from(fields.u32()), u64::from(fields.u32()));
        let (strings, size) = (u64::from(fields.u32()), u64::from(fields.u32()));
        let stride = if self.layout.wide { 16 } else { 12 };
        Ok(Some(Symbols {
            table: Table::at(file, offset, count, stride, self.layout)?,
            strings: Strings::new(file.slice(strings, size, What::the("string table"))?),
        }))
    }
}

/// Maps a segment with four-byte addresses.
const LC_SEGMENT: u32 = 0x1;
/// Where the symbols are.
const LC_SYMTAB: u32 = 0x2;
/// Loads a library.
const LC_LOAD_DYLIB: u32 = 0xc;
/// What this library is called.
const LC_ID_DYLIB: u32 = 0xd;
const LC_LOAD_DYLINKER: u32 = 0xe;
const LC_ID_DYLINKER: u32 = 0xf;
/// Maps a segment with eight-byte addresses.
const LC_SEGMENT_64: u32 = 0x19;
const LC_UUID: u32 = 0x1b;
const LC_VERSION_MIN_MACOSX: u32 = 0x24;
const LC_VERSION_MIN_IPHONEOS: u32 = 0x25;
const LC_DYLD_ENVIRONMENT: u32 = 0x27;
const LC_BUILD_VERSION: u32 = 0x32;
/// Where to look for libraries whose names start with `@rpath`.
const LC_RPATH: u32 = 0x8000_001c;
/// Where the program starts.
const LC_MAIN: u32 = 0x8000_0028;

/// Weak, re-exported, lazy and upward libraries are loaded too.
const NEEDED: [u32; 5] = [LC_LOAD_DYLIB, 0x8000_0018, 0x8000_001f, 0x20, 0x8000_0023];

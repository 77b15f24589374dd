//! Mach-O, the format of programs, libraries and object files on macOS.
//!
//! There is one table of contents, the *load commands*: map this segment, load that library, here are
//! the symbols, start there. Sections are parts of segments. A *fat* file is several Mach-O files for
//! several processors behind one list.
//!
//! Where it is defined: `mach-o/loader.h`, `mach-o/fat.h` and `mach-o/nlist.h` of Apple's SDK.

mod command;
mod fat;
pub mod names;
mod relocation;
mod segment;
mod symbol;

pub use command::{BuildVersion, Command, Commands, Dylib, Version};
pub use fat::{Fat, Member};
pub use relocation::Relocation;
pub use segment::{Section, Segment};
pub use symbol::{Symbol, Symbols};

use crate::bytes::{Bytes, Endian, Layout, Malformed, Reason, What};

const HEADER: What = What::the("Mach-O header");

/// Whether a file that starts so is a Mach-O file for one processor.
pub fn is_magic(magic: [u8; 4]) -> bool {
    layout(magic).is_some()
}

/// Whether a file that starts so is a list of Mach-O files.
pub fn is_fat_magic(magic: [u8; 4]) -> bool {
    matches!(magic, [0xca, 0xfe, 0xba, 0xbe | 0xbf])
}

fn layout(magic: [u8; 4]) -> Option<Layout> {
    let (endian, wide) = match magic {
        [0xfe, 0xed, 0xfa, 0xce] => (Endian::Big, false),
        [0xfe, 0xed, 0xfa, 0xcf] => (Endian::Big, true),
        [0xce, 0xfa, 0xed, 0xfe] => (Endian::Little, false),
        [0xcf, 0xfa, 0xed, 0xfe] => (Endian::Little, true),
        _ => return None,
    };
    Some(Layout { endian, wide })
}

/// The Mach-O header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// `cputype`: whose instructions these are.
    pub cpu: u32,
    /// `cpusubtype`: which of that family's.
    pub cpu_subtype: u32,
    /// `filetype`: program, library, object file …
    pub kind: u32,
    /// `ncmds`: how many load commands there are.
    pub commands: u32,
    /// `sizeofcmds`: how many bytes they have.
    pub commands_size: u32,
    /// `flags`: `MH_` bits.
    pub flags: u32,
}

/// A Mach-O file for one processor. All load commands are in the file.
#[derive(Debug, Clone, Copy)]
pub struct Macho<'d> {
    file: Bytes<'d>,
    header: Header,
    layout: Layout,
    commands: Bytes<'d>,
}

impl<'d> Macho<'d> {
    /// Reads the header of `file`, which may be a member of a fat file.
    ///
    /// # Errors
    ///
    /// It is not a Mach-O file, or its load commands are not all there.
    pub fn parse(file: Bytes<'d>) -> Result<Self, Malformed> {
        let magic = file.as_slice().first_chunk().copied();
        let Some(layout) = magic.and_then(layout) else {
            let reason = Reason::Other("it does not start with a Mach-O magic number");
            return Err(file.malformed(0, HEADER, reason));
        };
        let size = if layout.wide { 32 } else { 28 };
        let mut fields = file.fields(4, size - 4, layout, HEADER)?;
        let header = Header {
            cpu: fields.u32(),
            cpu_subtype: fields.u32(),
            kind: fields.u32(),
            commands: fields.u32(),
            commands_size: fields.u32(),
            flags: fields.u32(),
        };
        let commands = file.slice(
            size,
            header.commands_size.into(),
            What::the("load commands"),
        )?;
        Ok(Self {
            file,
            header,
            layout,
            commands,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How numbers are stored in this file.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The whole file.
    pub fn file(&self) -> Bytes<'d> {
        self.file
    }

    /// The load commands, in order.
    pub fn commands(&self) -> Commands<'d> {
        Commands::new(self.commands, self.header.commands, self.layout)
    }

    /// All segments with their sections.
    ///
    /// # Errors
    ///
    /// A load command is too short for what it says.
    pub fn segments(&self) -> Result<Vec<Segment>, Malformed> {
        self.collect(|command| command.segment())
    }

    /// The libraries that have to be loaded too.
    ///
    /// # Errors
    ///
    /// A load command is too short for what it says.
    pub fn libraries(&self) -> Result<Vec<Dylib<'d>>, Malformed> {
        self.collect(|command| command.needed_library())
    }

    /// The symbols; [`None`] if the file is stripped of all.
    ///
    /// # Errors
    ///
    /// The table or its strings are not all in the file.
    pub fn symbols(&self) -> Result<Option<Symbols<'d>>, Malformed> {
        for command in self.commands() {
            if let Some(symbols) = command?.symbols(self.file)? {
                return Ok(Some(symbols));
            }
        }
        Ok(None)
    }

    /// A number that no other build has.
    ///
    /// # Errors
    ///
    /// A load command is too short for what it says.
    pub fn uuid(&self) -> Result<Option<[u8; 16]>, Malformed> {
        Ok(self.collect(|command| command.uuid())?.first().copied())
    }

    /// Where the program starts, as an offset in the file (`LC_MAIN`).
    ///
    /// # Errors
    ///
    /// A load command is too short for what it says.
    pub fn entry_offset(&self) -> Result<Option<u64>, Malformed> {
        Ok(self
            .collect(|command| command.entry_offset())?
            .first()
            .copied())
    }

    fn collect<T>(
        &self,
        what: impl Fn(&Command<'d>) -> Result<Option<T>, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let found = self.commands().map(|command| what(&command?));
        found.filter_map(Result::transpose).collect()
    }
}

//! Whichever of the formats a file is.

use crate::bytes::{Bytes, Malformed, Reason, What};
use crate::elf::{self, Elf};
use crate::macho::{self, Fat, Macho};
use crate::pe::{self, Pe};

/// An executable file, library or object file.
#[derive(Debug, Clone)]
pub enum Image<'d> {
    /// Linux and most Unixes.
    Elf(Elf<'d>),
    /// macOS.
    Macho(Macho<'d>),
    /// macOS, for several processors.
    Fat(Fat<'d>),
    /// Windows.
    Pe(Pe<'d>),
}

impl<'d> Image<'d> {
    /// Reads a file of a format that its first bytes tell.
    ///
    /// # Errors
    ///
    /// It is of none of them, or breaks its own.
    pub fn parse(file: &'d [u8]) -> Result<Self, Malformed> {
        match Format::of(file) {
            Some(Format::Elf) => Elf::parse(file).map(Self::Elf),
            Some(Format::Macho) => Macho::parse(Bytes::new(file)).map(Self::Macho),
            Some(Format::Fat) => Fat::parse(file).map(Self::Fat),
            Some(Format::Pe) => Pe::parse(file).map(Self::Pe),
            None => {
                let reason = Reason::Other("it is neither ELF nor Mach-O nor PE");
                Err(Bytes::new(file).malformed(0, What::the("file"), reason))
            }
        }
    }

    /// What the file is of.
    pub fn format(&self) -> Format {
        match self {
            Self::Elf(_) => Format::Elf,
            Self::Macho(_) => Format::Macho,
            Self::Fat(_) => Format::Fat,
            Self::Pe(_) => Format::Pe,
        }
    }
}

/// A format of executables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Executable and Linkable Format.
    Elf,
    /// Mach object.
    Macho,
    /// Several Mach objects in one file.
    Fat,
    /// Portable Executable.
    Pe,
}

impl Format {
    /// What the first bytes say; [`None`] if no format that we know.
    ///
    /// Java's class files start as fat Mach-O files do. Their next four bytes are a version, which is at
    /// least 45, where a fat file has the number of its members.
    pub fn of(file: &[u8]) -> Option<Self> {
        let magic: [u8; 4] = *file.first_chunk()?;
        match magic {
            elf::MAGIC => Some(Self::Elf),
            magic if macho::is_magic(magic) => Some(Self::Macho),
            magic if macho::is_fat_magic(magic) => {
                let count = file
                    .get(4..8)?
                    .first_chunk()
                    .map(|count| u32::from_be_bytes(*count));
                (count? < 45).then_some(Self::Fat)
            }
            [b'M', b'Z', ..] => pe::has_signature(file).then_some(Self::Pe),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::Macho => "Mach-O",
            Self::Fat => "Mach-O fat",
            Self::Pe => "PE",
        }
    }
}

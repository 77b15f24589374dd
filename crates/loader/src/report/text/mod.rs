//! Reports for people, one for each part of a file.

pub(super) mod elf;
pub(super) mod macho;
pub(super) mod pe;
mod printable;

use std::io::Write;

use super::Failure;
use crate::image::Image;

pub(super) use elf::hexadecimal;
pub use printable::Printable;

/// A part of a file that can be shown by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The header of the file.
    Headers,
    /// The table of sections.
    Sections,
    /// What is mapped into memory.
    Segments,
    /// Names for addresses, with their versions.
    Symbols,
    /// What is asked of the dynamic linker: libraries, versions, flags.
    Dynamic,
    /// Places that have to be filled in.
    Relocations,
    /// What the tools wrote about themselves.
    Notes,
}

/// Writes one part of a file as text.
///
/// # Errors
///
/// The part breaks the format, or `out` fails.
pub fn write(image: &Image<'_>, part: Part, out: &mut dyn Write) -> Result<(), Failure> {
    match image {
        Image::Elf(file) => elf::write(file, part, out),
        Image::Macho(file) => macho::write(file, part, out),
        Image::Fat(file) => macho::write_fat(file, part, out),
        Image::Pe(file) => pe::write(file, part, out),
    }
}

//! All of a file as one JSON object.
//!
//! Of every file: `format` (`ELF`, `Mach-O`, `Mach-O fat` or `PE`), `size` in bytes, `machine`, `endian`,
//! `entry`, and arrays `sections` and `segments`, `needed` (names of libraries) and `symbols`.
//!
//! | format | more |
//! |---|---|
//! | ELF | `class`, `type`, `header` (each field by its name), `interpreter`, `dynamic` (`tag`, `value`, and the string as `name`), `soname`, `runpath`, `symbols`, `dynamic_symbols`, `versions`, `relocations`, `notes`, `build_id` |
//! | Mach-O | `type`, `load_commands`, `libraries`, `rpaths`, `uuid`, `entry_offset` |
//! | Mach-O fat | `members`, each with `machine`, `offset`, `size` and the Mach-O file as `file` |
//! | PE | `image_base`, `subsystem`, `imports` (`library`, `imports` with `name` and `hint` or `ordinal`), `exports` |
//!
//! Numbers are numbers; names come from the format's documents, and a number without a name is written in
//! hexadecimal. Names in files are bytes; what is not UTF-8 in them is replaced. The arrays of symbols and
//! relocations are written as they are read.

mod elf;
mod macho;
mod pe;

use std::borrow::Cow;
use std::io::Write;

use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};

use super::Failure;
use crate::bytes::{Endian, Malformed};
use crate::image::Image;

/// Writes all of a file.
///
/// # Errors
///
/// A part breaks the format, or `out` fails.
pub fn write(image: &Image<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let written = match image {
        Image::Elf(file) => serde_json::to_writer(out, &elf::Dump::new(file)?),
        Image::Macho(file) => serde_json::to_writer(out, &macho::Dump(file)),
        Image::Fat(file) => serde_json::to_writer(out, &macho::FatDump(file)),
        Image::Pe(file) => serde_json::to_writer(out, &pe::Dump::new(file)?),
    };
    written.map_err(|error| match error.io_error_kind() {
        Some(kind) => Failure::Output(kind.into()),
        None => Failure::Late(error),
    })
}

/// A name from a file.
fn text(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name)
}

fn hexadecimal(bytes: &[u8]) -> String {
    crate::report::text::hexadecimal(bytes, "")
}

fn endian(endian: Endian) -> &'static str {
    match endian {
        Endian::Little => "little",
        Endian::Big => "big",
    }
}

/// An array whose elements are made while it is written.
struct Each<F>(F);

impl<F, I, T> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item = Result<T, Malformed>>,
    T: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(None)?;
        for element in (self.0)() {
            array.serialize_element(&element.map_err(S::Error::custom)?)?;
        }
        array.end()
    }
}

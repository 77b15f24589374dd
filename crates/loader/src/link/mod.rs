//! Relocatable objects made into a program: a small static linker.
//!
//! A compiler does not know where its code will lie, nor where the functions of other files are. It
//! leaves a hole for each such address, and a *relocation* that says how to fill it: what kind of
//! number, of which symbol, plus how much. [`link`] does what is then left to do:
//!
//! 1. *layout*: sections of one kind, from all objects, one after the other, at addresses;
//! 2. *resolution*: for each undefined name the one global definition;
//! 3. *relocation*: the holes are filled ([`fill`]);
//! 4. an ELF file with one segment for each kind.
//!
//! It knows what `cc -c -ffreestanding` makes of plain C on x86-64 and arm64. Left out is what only
//! shared libraries, threads and exceptions need: offset tables, thread-local storage, unwind tables.

mod error;
mod image;
mod input;
mod layout;
mod relocate;

pub use error::LinkError;
pub use relocate::{Hole, fill};

use input::Object;
use layout::Layout;

/// Links `objects`, the contents of `.o` files, to a program for Linux that begins at the symbol `entry`.
/// Returns the bytes of the executable.
///
/// # Errors
///
/// An object is malformed or for another machine than the first; a name has no definition or two; a
/// relocation is of a kind that is not known here, or its value does not fit its hole.
pub fn link(objects: &[&[u8]], entry: &str) -> Result<Vec<u8>, LinkError> {
    let parsed = objects.iter().enumerate();
    let parsed = parsed.map(|(number, bytes)| Object::parse(number, bytes));
    let objects = parsed.collect::<Result<Vec<_>, _>>()?;
    let machine = objects.first().ok_or(LinkError::Nothing)?.machine();
    if let Some(other) = objects.iter().find(|object| object.machine() != machine) {
        return Err(LinkError::Machine {
            object: other.number,
        });
    }
    let mut layout = Layout::new(&objects)?;
    let symbols = layout.resolve(&objects)?;
    for object in &objects {
        layout.relocate(object, &symbols)?;
    }
    let entry = symbols.get(entry).ok_or_else(|| LinkError::Undefined {
        name: entry.to_owned(),
    })?;
    Ok(image::write(machine, *entry, &layout))
}

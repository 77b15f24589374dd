//! What a file imports: for each library a list of names or numbers, ended by a zero.

use crate::bytes::{Fields, Layout, Malformed, Reason, Record, Table, What};

use super::{LITTLE, Pe};

/// A library and what is imported of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library<'d> {
    /// The name of its file.
    pub name: &'d [u8],
    /// What is imported of it.
    pub imports: Vec<Import<'d>>,
}

/// One function or variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Import<'d> {
    /// How the library is asked for it.
    pub target: Target<'d>,
    /// The relative virtual address where its address will be stored.
    pub slot: u32,
}

/// How an import is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'d> {
    /// By its name, which is probably this entry of the library's sorted list.
    Name {
        /// The name.
        name: &'d [u8],
        /// Where to look first.
        hint: u16,
    },
    /// By its number.
    Ordinal(u16),
}

/// `IMAGE_IMPORT_DESCRIPTOR`.
struct Descriptor {
    look_up: u32,
    name: u32,
    slots: u32,
}

impl Record for Descriptor {
    const NAME: &'static str = "import descriptor";

    fn size(_: Layout) -> u64 {
        20
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        let look_up = fields.u32();
        fields.u64();
        Self {
            look_up,
            name: fields.u32(),
            slots: fields.u32(),
        }
    }
}

/// An entry of a list of imports.
struct Thunk(u64);

impl Record for Thunk {
    const NAME: &'static str = "import";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 8 } else { 4 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self(fields.word())
    }
}

pub(super) fn read<'d>(pe: &Pe<'d>) -> Result<Vec<Library<'d>>, Malformed> {
    let Some(directory) = pe.directory(1) else {
        return Ok(Vec::new());
    };
    let bytes = pe.at(directory.address, What::the("import table"))?;
    let descriptors: Table<'_, Descriptor> = Table::new(bytes, 20, LITTLE)?;
    let layout = Layout {
        wide: pe.header.wide,
        ..LITTLE
    };
    // Lists that lie over each other would let a small file name any number of imports.
    let mut left = pe.file.len() / Thunk::size(layout);
    let mut libraries = Vec::new();
    for (number, descriptor) in (0..).zip(&descriptors) {
        if descriptor.name == 0 || descriptor.slots == 0 {
            break;
        }
        let what = What::nth("imported library", number);
        let name = pe.string(descriptor.name, what)?;
        let imports = list(pe, &descriptor, layout, &mut left)?;
        libraries.push(Library { name, imports });
    }
    Ok(libraries)
}

fn list<'d>(
    pe: &Pe<'d>,
    descriptor: &Descriptor,
    layout: Layout,
    left: &mut u64,
) -> Result<Vec<Import<'d>>, Malformed> {
    let start = if descriptor.look_up == 0 {
        descriptor.slots
    } else {
        descriptor.look_up
    };
    let bytes = pe.at(start, What::the("list of imports"))?;
    let size = Thunk::size(layout);
    let thunks: Table<'_, Thunk> = Table::new(bytes, size, layout)?;
    let mut imports = Vec::new();
    for (number, Thunk(thunk)) in (0..).zip(&thunks) {
        if thunk == 0 {
            break;
        }
        *left = left.checked_sub(1).ok_or_else(|| {
            thunks.malformed(
                number,
                Reason::Other("lists of imports lie over each other"),
            )
        })?;
        let slot = u32::try_from(number * size).unwrap_or(u32::MAX);
        imports.push(Import {
            target: target(pe, thunk, layout, What::nth(Thunk::NAME, number))?,
            slot: descriptor.slots.saturating_add(slot),
        });
    }
    Ok(imports)
}

/// The highest bit says that the lowest sixteen are a number and not the place of a name.
fn target<'d>(
    pe: &Pe<'d>,
    thunk: u64,
    layout: Layout,
    what: What,
) -> Result<Target<'d>, Malformed> {
    let highest = if layout.wide { 1 << 63 } else { 1 << 31 };
    if thunk & highest != 0 {
        return Ok(Target::Ordinal(thunk as u16));
    }
    let place = (thunk & 0x7fff_ffff) as u32;
    let hint = pe.at(place, what)?.fields(0, 2, LITTLE, what)?.u16();
    let name = pe.string(place.saturating_add(2), what)?;
    Ok(Target::Name { name, hint })
}

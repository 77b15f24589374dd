//! Notes: what a tool wanted to say to another tool.

use crate::bytes::{Bytes, Fields, Layout, Malformed, What};

/// One note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'d> {
    /// Who says it, without the zero at the end: `GNU`, `stapsdt`, `Go` …
    pub owner: &'d [u8],
    /// What it means; each owner numbers its own.
    pub kind: u32,
    /// What it says.
    pub description: &'d [u8],
}

/// The owner of the GNU tools' notes.
pub const GNU: &[u8] = b"GNU";
/// The oldest kernel that can run it.
pub const NT_GNU_ABI_TAG: u32 = 1;
/// A number that no other build has.
pub const NT_GNU_BUILD_ID: u32 = 3;
/// What the code is prepared for.
pub const NT_GNU_PROPERTY_TYPE_0: u32 = 5;

/// The notes of a section or segment, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Notes<'d> {
    rest: Bytes<'d>,
    layout: Layout,
    alignment: u64,
}

impl<'d> Notes<'d> {
    /// The notes in `bytes`, whose parts are aligned to 4 bytes, or to 8 if `alignment` says so.
    pub(super) fn new(bytes: Bytes<'d>, layout: Layout, alignment: u64) -> Self {
        Self {
            rest: bytes,
            layout,
            alignment: if alignment == 8 { 8 } else { 4 },
        }
    }

    fn read(&mut self) -> Result<Note<'d>, Malformed> {
        const NOTE: What = What::the("note");
        let mut fields = self.rest.fields(0, 12, self.layout, NOTE)?;
        let (name_size, size) = (u64::from(fields.u32()), u64::from(fields.u32()));
        let kind = fields.u32();
        let name = self
            .rest
            .slice(12, name_size, What::the("owner of a note"))?;
        let start = (12 + name_size).next_multiple_of(self.alignment);
        let text = self.rest.slice(start, size, What::the("text of a note"))?;
        let end = (start + size).next_multiple_of(self.alignment);
        // The last one need not be padded.
        self.rest = self.rest.from(end.min(self.rest.len()), NOTE)?;
        Ok(Note {
            owner: until_zero(name.as_slice()),
            kind,
            description: text.as_slice(),
        })
    }
}

impl<'d> Iterator for Notes<'d> {
    type Item = Result<Note<'d>, Malformed>;

    /// The next one; nothing comes after an error.
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let note = self.read();
        if note.is_err() {
            self.rest = Bytes::new(&[]);
        }
        Some(note)
    }
}

fn until_zero(name: &[u8]) -> &[u8] {
    name.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// One GNU property: what all code of this file is prepared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property<'d> {
    /// `pr_type`.
    pub kind: u32,
    /// `pr_data`.
    pub data: &'d [u8],
}

/// The properties that a note of type [`NT_GNU_PROPERTY_TYPE_0`] holds.
///
/// # Errors
///
/// One of them is longer than the note.
pub fn properties<'d>(note: &Note<'d>, layout: Layout) -> Result<Vec<Property<'d>>, Malformed> {
    let mut rest = Bytes::new(note.description);
    let mut found = Vec::new();
    let alignment = if layout.wide { 8 } else { 4 };
    while !rest.is_empty() {
        let what = What::nth("GNU property", found.len() as u64);
        let mut fields = rest.fields(0, 8, layout, what)?;
        let (kind, size) = (fields.u32(), u64::from(fields.u32()));
        let data = rest.slice(8, size, what)?.as_slice();
        found.push(Property { kind, data });
        let end = (8 + size).next_multiple_of(alignment);
        rest = rest.from(end.min(rest.len()), what)?;
    }
    Ok(found)
}

/// A word of a note, such as the parts of an ABI tag; [`None`] past its end.
pub fn word(note: &Note<'_>, number: usize, layout: Layout) -> Option<u32> {
    let start = number.checked_mul(4)?;
    let bytes = note.description.get(start..start.checked_add(4)?)?;
    Some(Fields::new(bytes, layout).u32())
}

//! Relocations: places that somebody has to fill in once addresses are known.

use std::slice::ChunksExact;

use crate::bytes::{Bytes, Endian, Fields, Layout, Malformed, Record, Table};

use super::{Header, Machine};

/// One place to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relocation {
    /// `r_offset`: an address; in a relocatable file, an offset in the section that is changed.
    pub offset: u64,
    /// `r_info`: symbol and type.
    pub info: u64,
    /// The number of the symbol whose address is wanted, or 0.
    pub symbol: u32,
    /// An `R_` constant of the machine: what to compute and how wide. On 64-bit MIPS three of them, a byte
    /// each, to be done one after the other.
    pub kind: u32,
    /// `r_addend`: what to add; [`None`] if it stands at the place itself (`REL`).
    pub addend: Option<i64>,
}

/// An entry without an addend (`Elf64_Rel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rel {
    offset: u64,
    info: u64,
}

impl Record for Rel {
    const NAME: &'static str = "relocation";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 16 } else { 8 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            offset: fields.word(),
            info: fields.word(),
        }
    }
}

/// An entry with an addend (`Elf64_Rela`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rela {
    rel: Rel,
    addend: i64,
}

impl Record for Rela {
    const NAME: &'static str = "relocation";

    fn size(layout: Layout) -> u64 {
        if layout.wide { 24 } else { 12 }
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        Self {
            rel: Rel::decode(fields),
            addend: fields.signed_word(),
        }
    }
}

/// A table of relocations, in any of the three forms.
#[derive(Debug, Clone, Copy)]
pub struct Relocations<'d> {
    form: Form<'d>,
    layout: Layout,
    machine: Machine,
}

#[derive(Debug, Clone, Copy)]
enum Form<'d> {
    Rel(Table<'d, Rel>),
    Rela(Table<'d, Rela>),
    Relr(Bytes<'d>),
}

impl<'d> Relocations<'d> {
    pub(super) fn rel(bytes: Bytes<'d>, header: &Header) -> Result<Self, Malformed> {
        let layout = header.layout();
        let table = Table::new(bytes, Rel::size(layout), layout)?;
        Ok(Self::new(Form::Rel(table), header))
    }

    pub(super) fn rela(bytes: Bytes<'d>, header: &Header) -> Result<Self, Malformed> {
        let layout = header.layout();
        let table = Table::new(bytes, Rela::size(layout), layout)?;
        Ok(Self::new(Form::Rela(table), header))
    }

    pub(super) fn relr(bytes: Bytes<'d>, header: &Header) -> Self {
        Self::new(Form::Relr(bytes), header)
    }

    fn new(form: Form<'d>, header: &Header) -> Self {
        Self {
            form,
            layout: header.layout(),
            machine: header.machine,
        }
    }

    /// How many entries the table has; for a packed one, words and not places.
    pub fn len(&self) -> u64 {
        match &self.form {
            Form::Rel(table) => table.len(),
            Form::Rela(table) => table.len(),
            Form::Relr(bytes) => bytes.len() / word_size(self.layout) as u64,
        }
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether addends stand in the table.
    pub fn has_addends(&self) -> bool {
        matches!(self.form, Form::Rela(_))
    }

    /// The places of a packed table (`RELR`), which are all relative; [`None`] for the other forms.
    pub fn packed(&self) -> Option<Packed<'d>> {
        match self.form {
            Form::Relr(bytes) => Some(Packed::new(bytes, self.layout)),
            _ => None,
        }
    }

    /// The entries; none for a packed table, whose entries are only places.
    pub fn iter(&self) -> impl Iterator<Item = Relocation> + use<'d> {
        let (layout, machine) = (self.layout, self.machine);
        let (rel, rela) = match self.form {
            Form::Rel(table) => (Some(table), None),
            Form::Rela(table) => (None, Some(table)),
            Form::Relr(_) => (None, None),
        };
        let without = rel
            .into_iter()
            .flat_map(|table| table.iter().map(|rel| (rel, None)));
        let with = rela.into_iter().flat_map(|table| table.iter());
        let with = with.map(|rela| (rela.rel, Some(rela.addend)));
        without
            .chain(with)
            .map(move |(rel, addend)| relocation(rel, addend, layout, machine))
    }
}

fn relocation(rel: Rel, addend: Option<i64>, layout: Layout, machine: Machine) -> Relocation {
    let info = in_order(rel.info, layout, machine);
    let (symbol, kind) = split(info, layout);
    Relocation {
        offset: rel.offset,
        info,
        symbol,
        kind,
        addend,
    }
}

/// Little-endian 64-bit MIPS alone does not keep the two halves as one number of eight bytes: the symbol is
/// a number of four, and behind it are four types of one byte each, the first of them last.
fn in_order(info: u64, layout: Layout, machine: Machine) -> u64 {
    if machine == Machine::MIPS && layout.wide && layout.endian == Endian::Little {
        info << 32 | u64::from(((info >> 32) as u32).swap_bytes())
    } else {
        info
    }
}

/// Symbol and type share a word.
fn split(info: u64, layout: Layout) -> (u32, u32) {
    if layout.wide {
        ((info >> 32) as u32, info as u32)
    } else {
        (info as u32 >> 8, info as u32 & 0xff)
    }
}

fn word_size(layout: Layout) -> usize {
    if layout.wide { 8 } else { 4 }
}

/// The places of a `RELR` table: an even word is a place; an odd one is a map of the words after the
/// last place, one bit each.
#[derive(Debug, Clone)]
pub struct Packed<'d> {
    words: ChunksExact<'d, u8>,
    layout: Layout,
    /// Where the next map starts.
    next: u64,
    /// What is left of the current map, and where its first bit points.
    map: u64,
    at: u64,
}

impl<'d> Packed<'d> {
    fn new(bytes: Bytes<'d>, layout: Layout) -> Self {
        Self {
            words: bytes.as_slice().chunks_exact(word_size(layout)),
            layout,
            next: 0,
            map: 0,
            at: 0,
        }
    }
}

impl Iterator for Packed<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let size = word_size(self.layout) as u64;
        loop {
            if self.map != 0 {
                let skipped = u64::from(self.map.trailing_zeros());
                let place = self.at.wrapping_add(skipped * size);
                self.map &= self.map - 1;
                return Some(place);
            }
            let word = Fields::new(self.words.next()?, self.layout).word();
            if word & 1 == 0 {
                self.next = word.wrapping_add(size);
                return Some(word);
            }
            (self.map, self.at) = (word >> 1, self.next);
            self.next = self.next.wrapping_add((size * 8 - 1) * size);
        }
    }
}

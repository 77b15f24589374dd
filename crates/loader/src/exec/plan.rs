//! Which pages of a file go where: `PT_LOAD` entries turned into maps.

use super::error::PlanError;

/// A `PT_LOAD` program header: bytes of the file that belong at an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Where its bytes begin in the file.
    pub offset: u64,
    /// The address it was linked for.
    pub address: u64,
    /// So many bytes come from the file.
    pub file_size: u64,
    /// So many it has in memory: the rest is zeros (`.bss`).
    pub memory_size: u64,
    /// Address and offset are the same modulo this power of two.
    pub align: u64,
    /// What the program may do there.
    pub protection: Protection,
}

/// What may be done with a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// `PROT_READ`
    pub read: bool,
    /// `PROT_WRITE`
    pub write: bool,
    /// `PROT_EXEC`
    pub execute: bool,
}

/// One `mmap(2)`: whole pages, from the file or of zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The linked address of its first page.
    pub address: u64,
    /// In bytes, whole pages.
    pub length: u64,
    /// Where in the file its first page is; without one the pages are zeros.
    pub offset: Option<u64>,
    /// So many bytes at its end come after the segment's end in the file, and have to be cleared:
    /// they are the beginning of `.bss`, and the file has something else there.
    pub clear: u64,
    /// What the pages are for in the end.
    pub protection: Protection,
}

/// How a program's segments become pages.
///
/// Invariants: pieces lie within `start..end`, in rising order and apart from each other; all their
/// addresses and offsets are whole pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The lowest linked address, a whole page.
    pub start: u64,
    /// Behind the highest, a whole page.
    pub end: u64,
    /// What `start` has to be aligned to when the program may lie anywhere.
    pub align: u64,
    /// In the order of their addresses.
    pub pieces: Vec<Piece>,
}

impl Plan {
    /// Plans for pages of `page` bytes, a power of two, and a file of `file_length` bytes.
    ///
    /// Two segments that share a page of memory are refused: with other permissions for each, one
    /// of them would not get its own. The link editor keeps them apart.
    ///
    /// # Errors
    ///
    /// The first entry that cannot be mapped, and why.
    pub fn new(loads: &[Load], page: u64, file_length: u64) -> Result<Self, PlanError> {
        let mut plan = Plan {
            start: 0,
            end: 0,
            align: page,
            pieces: Vec::new(),
        };
        for (index, load) in loads.iter().enumerate() {
            if load.memory_size == 0 {
                continue;
            }
            let span = Span::of(load, page, file_length).map_err(|why| why.at(index))?;
            if plan.pieces.is_empty() {
                plan.start = span.start;
            } else if span.start < plan.end {
                return Err(PlanError::Overlap { index });
            }
            plan.end = span.end;
            plan.align = plan.align.max(load.align);
            plan.pieces.extend(span.file_piece(load, page));
            plan.pieces.extend(span.zero_piece(load));
        }
        match plan.pieces.is_empty() {
            true => Err(PlanError::Nothing),
            false => Ok(plan),
        }
    }

    /// How much room the program takes, in bytes.
    pub fn length(&self) -> u64 {
        self.end - self.start
    }

    /// The linked address of the byte at `offset` of the file, if it is mapped.
    pub fn address_of(&self, offset: u64) -> Option<u64> {
        self.pieces.iter().find_map(|piece| {
            let within = offset.checked_sub(piece.offset?)?;
            (within < piece.length - piece.clear).then(|| piece.address + within)
        })
    }

    /// Whether this linked address may be run.
    pub fn is_code(&self, address: u64) -> bool {
        self.pieces.iter().any(|piece| {
            piece.protection.execute
                && (piece.address..piece.address + piece.length).contains(&address)
        })
    }
}

/// What is wrong with one entry, which does not know its number.
pub(super) enum Fault {
    Align,
    Congruence,
    Sizes,
    PastTheEnd,
    Address,
}

impl Fault {
    fn at(self, index: usize) -> PlanError {
        match self {
            Fault::Align => PlanError::Align { index },
            Fault::Congruence => PlanError::Congruence { index },
            Fault::Sizes => PlanError::Sizes { index },
            Fault::PastTheEnd => PlanError::PastTheEnd { index },
            Fault::Address => PlanError::Address { index },
        }
    }
}

/// The pages of one segment: those up to `middle` have bytes of the file, the rest are zeros.
struct Span {
    start: u64,
    middle: u64,
    end: u64,
}

/// User space ends below this on every 64-bit Linux; sums of such addresses do not overflow.
const HIGHEST: u64 = 1 << 56;

impl Span {
    fn of(load: &Load, page: u64, file_length: u64) -> Result<Self, Fault> {
        if load.align > 1 && !load.align.is_power_of_two() || load.align > HIGHEST {
            return Err(Fault::Align);
        }
        if load.file_size > load.memory_size {
            return Err(Fault::Sizes);
        }
        let in_file = load.offset.checked_add(load.file_size);
        if in_file.is_none_or(|end| end > file_length) {
            return Err(Fault::PastTheEnd);
        }
        let end = load.address.checked_add(load.memory_size);
        let end = end.filter(|end| *end < HIGHEST).ok_or(Fault::Address)?;
        if load.file_size > 0 && load.address % page != load.offset % page {
            return Err(Fault::Congruence);
        }
        let start = load.address / page * page;
        let middle = match load.file_size {
            0 => start,
            size => (load.address + size).next_multiple_of(page),
        };
        let end = end.next_multiple_of(page);
        Ok(Span { start, middle, end })
    }

    fn file_piece(&self, load: &Load, page: u64) -> Option<Piece> {
        if self.middle == self.start {
            return None;
        }
        // As the kernel does it: only what the program can write is known to want zeros.
        let has_bss = load.memory_size > load.file_size && load.protection.write;
        let clear = match has_bss {
            true => self.middle - (load.address + load.file_size),
            false => 0,
        };
        Some(Piece {
            address: self.start,
            length: self.middle - self.start,
            offset: Some(load.offset / page * page),
            clear,
            protection: load.protection,
        })
    }

    fn zero_piece(&self, load: &Load) -> Option<Piece> {
        (self.end > self.middle).then_some(Piece {
            address: self.middle,
            length: self.end - self.middle,
            offset: None,
            clear: 0,
            protection: load.protection,
        })
    }
}

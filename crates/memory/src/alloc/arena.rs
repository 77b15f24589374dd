//! What the first four stages have in common.

use std::alloc::Layout;
use std::ops::Range;

/// Memory that is handed out in blocks and taken back.
///
/// Whatever the stage, these hold, and one set of property tests asserts them of all four:
///
/// - No two blocks in use overlap, and each lies within the arena.
/// - A block's address is a multiple of its layout's alignment.
/// - A block's bytes stay as they were written until it is freed.
/// - Once every block is freed, the whole arena is available again.
/// - A request that cannot be met is an error, and changes nothing.
pub trait Arena {
    /// Hands out a block for `layout`. Its bytes are whatever they were before.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when no free piece is large enough.
    fn allocate(&mut self, layout: Layout) -> Result<Block, Exhausted>;

    /// Takes a block back. It is moved in, so that nobody can free it twice.
    ///
    /// # Panics
    ///
    /// May panic when the block is another arena's.
    fn free(&mut self, block: Block);

    /// All of the memory, bookkeeping included.
    fn memory(&self) -> &[u8];

    /// All of the memory, to write to. Whoever writes outside of their blocks spoils the arena, which
    /// then may hand out nonsense or panic, and no more than that.
    fn memory_mut(&mut self) -> &mut [u8];

    /// How the memory is used, from its start to its end, without gaps.
    fn extents(&self) -> Vec<Extent>;

    /// The bytes of a block.
    fn bytes(&self, block: &Block) -> &[u8] {
        &self.memory()[block.range()]
    }

    /// The bytes of a block, to write to.
    fn bytes_mut(&mut self, block: &Block) -> &mut [u8] {
        &mut self.memory_mut()[block.range()]
    }

    /// Sums of [`extents`](Self::extents).
    fn report(&self) -> Report {
        Report::of(&self.extents())
    }
}

/// A piece of an arena, owned by whoever has this.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a block that is dropped and not freed stays in use for ever"]
pub struct Block {
    offset: usize,
    len: usize,
}

impl Block {
    pub(super) fn new(offset: usize, len: usize) -> Self {
        Block { offset, len }
    }

    /// Where it begins, in bytes from the arena's start.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// As many bytes as were asked for.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "empty only if so asked for")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Its place in [`Arena::memory`].
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len
    }
}

/// No free piece is large enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no free piece of {} bytes aligned to {}", .0.size(), .0.align())]
pub struct Exhausted(pub Layout);

/// Bytes with one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Where they begin, in bytes from the arena's start.
    pub offset: usize,
    /// How many.
    pub len: usize,
    /// What for.
    pub usage: Use,
}

/// What bytes are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Can be handed out.
    Free,
    /// Belongs to a block, of which the first `asked` bytes were asked for.
    Block {
        /// In bytes; the rest of the extent is lost to rounding.
        asked: usize,
    },
    /// The allocator's own notes, and what alignment skipped.
    Overhead,
}

/// Where an arena's bytes went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Asked for by owners of blocks.
    pub asked: usize,
    /// In blocks beyond what was asked for.
    pub rounding: usize,
    /// The allocator's own.
    pub overhead: usize,
    /// Free, in all.
    pub free: usize,
    /// The longest run of free bytes.
    pub largest_free: usize,
    /// How many runs of free bytes there are.
    pub pieces: usize,
}

impl Report {
    fn of(extents: &[Extent]) -> Self {
        let mut report = Report::default();
        let mut run = 0;
        for extent in extents {
            let is_free = extent.usage == Use::Free;
            report.pieces += usize::from(is_free && run == 0);
            run = if is_free { run + extent.len } else { 0 };
            report.largest_free = report.largest_free.max(run);
            match extent.usage {
                Use::Free => report.free += extent.len,
                Use::Block { asked } => {
                    report.asked += asked;
                    report.rounding += extent.len - asked;
                }
                Use::Overhead => report.overhead += extent.len,
            }
        }
        report
    }

    /// The share of a block's bytes that nobody asked for, 0 to 1.
    #[must_use]
    pub fn internal_fragmentation(&self) -> f64 {
        share(
            self.rounding + self.overhead,
            self.asked + self.rounding + self.overhead,
        )
    }

    /// The share of free bytes that are not in the largest piece, 0 to 1.
    #[must_use]
    pub fn external_fragmentation(&self) -> f64 {
        share(self.free - self.largest_free, self.free)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// How many bytes to skip from `offset` until the address is a multiple of `align`. It is the address
/// that must be aligned: memory that was given to us may begin anywhere.
pub(super) fn padding(memory: &[u8], offset: usize, align: usize) -> usize {
    let address = memory.as_ptr().addr() + offset;
    address.next_multiple_of(align) - address
}

//! Stage 3, buddies: every block is a power of two, and at a multiple of its own size.
//!
//! A block of 2ᵏ can only have come of a block of 2ᵏ⁺¹, split in the middle; the other half is its
//! *buddy*, and its offset differs in one bit: `offset ^ size`. So merging needs no tags and no search:
//! compute the buddy, see whether it is free and whole, and go on one size up (Knowlton, 1965).
//! Linux hands out page frames so (`/proc/buddyinfo`). The price is that 33 bytes take 64.
//!
//! Where the memory's length is no power of two, it is several trees side by side, each at a multiple of
//! its size: a buddy that would be beyond the end is never free.
//!
//! # Invariants
//!
//! - `free[k]` has the offsets of free blocks of `LEAST << k` bytes; each is a multiple of that size.
//! - A block and its buddy are never both free: they would have merged.
//! - `used` has every block handed out with its size class, and overlaps with no free block.
//!
//! The sets are beside the memory and not in it, as the kernel has them in `struct page`: a free page
//! need not be touched.

use std::alloc::Layout;
use std::collections::{BTreeMap, BTreeSet};

use super::arena::{Arena, Block, Exhausted, Extent, Use, padding};

/// The smallest block.
const LEAST: usize = 16;
/// The memory's start is skipped to a multiple of this, or of the memory's length if that is less, so
/// that blocks are aligned in address and not only in offset.
const ALIGNED: usize = 4096;

/// Powers of two that split and merge.
#[derive(Debug)]
pub struct Buddy<'a> {
    memory: &'a mut [u8],
    /// Where offset 0 of the trees is.
    start: usize,
    /// Free blocks by size class.
    free: Vec<BTreeSet<usize>>,
    /// Blocks in use: their size class, and what was asked for.
    used: BTreeMap<usize, (usize, usize)>,
}

impl<'a> Buddy<'a> {
    /// All of `memory` is free, from the first page boundary in it and in multiples of 16 bytes.
    #[must_use]
    pub fn new(memory: &'a mut [u8]) -> Self {
        let align = (memory.len() + 1).next_power_of_two() / 2;
        let start = padding(memory, 0, align.clamp(LEAST, ALIGNED)).min(memory.len());
        let usable = (memory.len() - start) / LEAST * LEAST;
        let classes = (usize::BITS - (usable / LEAST).leading_zeros()) as usize;
        let mut buddy = Buddy {
            memory,
            start,
            free: vec![BTreeSet::new(); classes],
            used: BTreeMap::new(),
        };
        let mut at = 0;
        for class in (0..classes)
            .rev()
            .filter(|class| usable & (LEAST << class) != 0)
        {
            buddy.free[class].insert(at);
            at += LEAST << class;
        }
        buddy
    }

    /// The smallest size class for `layout`. A block's address is a multiple of its size as far as the
    /// memory's start is, so a request with a large alignment takes a large block.
    fn class(layout: Layout) -> Option<usize> {
        let size = layout.size().max(layout.align()).max(LEAST);
        let size = size.checked_next_power_of_two()?;
        Some((size / LEAST).trailing_zeros() as usize)
    }

    /// A free block that is aligned in address: beyond [`ALIGNED`] not every offset is.
    fn take(&mut self, layout: Layout) -> Option<(usize, usize)> {
        let wanted = Self::class(layout)?;
        let (memory, start) = (&*self.memory, self.start);
        let aligned = |at: usize| padding(memory, start + at, layout.align()) == 0;
        (wanted..self.free.len()).find_map(|class| {
            let mut free = self.free[class].iter().copied();
            Some((class, free.find(|&at| aligned(at))?))
        })
    }
}

impl Arena for Buddy<'_> {
    fn allocate(&mut self, layout: Layout) -> Result<Block, Exhausted> {
        let (mut class, at) = self.take(layout).ok_or(Exhausted(layout))?;
        self.free[class].remove(&at);
        while class > Self::class(layout).unwrap_or(class) {
            class -= 1;
            self.free[class].insert(at + (LEAST << class));
        }
        self.used.insert(at, (class, layout.size()));
        Ok(Block::new(self.start + at, layout.size()))
    }

    fn free(&mut self, block: Block) {
        let mut at = block.offset() - self.start;
        let (mut class, _) = self.used.remove(&at).expect("the block is ours");
        while self.free[class].remove(&(at ^ (LEAST << class))) {
            at &= !(LEAST << class);
            class += 1;
        }
        self.free[class].insert(at);
    }

    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn memory_mut(&mut self) -> &mut [u8] {
        self.memory
    }

    fn extents(&self) -> Vec<Extent> {
        let extent = |at: usize, class: usize, usage| Extent {
            offset: self.start + at,
            len: LEAST << class,
            usage,
        };
        let used = self.used.iter();
        let used = used.map(|(&at, &(class, asked))| extent(at, class, Use::Block { asked }));
        let free = self.free.iter().enumerate();
        let free = free.flat_map(|(class, set)| set.iter().map(move |&at| (at, class)));
        let mut extents: Vec<_> = free
            .map(|(at, class)| extent(at, class, Use::Free))
            .collect();
        extents.extend(used);
        extents.sort_by_key(|extent| extent.offset);
        let end = extents
            .last()
            .map_or(self.start, |last| last.offset + last.len);
        let edges = [(0, self.start), (end, self.memory.len() - end)];
        for (index, (offset, len)) in edges.into_iter().enumerate() {
            let usage = Use::Overhead;
            let at = if index == 0 { 0 } else { extents.len() };
            if len > 0 {
                extents.insert(at, Extent { offset, len, usage });
            }
        }
        extents
    }
}

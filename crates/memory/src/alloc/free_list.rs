//! Stage 2, a free list: blocks lie side by side, each between two tags, and neighbours that are free
//! become one.
//!
//! ```text
//! | size|used | asked | bytes of the block …  | size|used | size|free |  …   | size|free |
//!   header                                      footer      header           footer
//! ```
//!
//! The tags are in the memory itself (Knuth's *boundary tags*, 1962): from a block's header its right
//! neighbour's header follows, and just left of it stands its left neighbour's footer. So freeing looks at two
//! neighbours and nothing else. To find a fit, blocks are walked from the start and the first that is
//! large enough is taken (*first fit*). Best fit walks them all, and leaves splinters that fit nothing.
//!
//! # Invariants
//!
//! - The blocks, free and used, cover the usable memory without a gap.
//! - Sizes are multiples of [`UNIT`]; header and footer of a block are equal.
//! - No two neighbours are both free: `free` has merged them.

use std::alloc::Layout;

use super::arena::{Arena, Block, Exhausted, Extent, Use, padding};

/// Blocks begin and end at multiples of it: room for a header.
const UNIT: usize = 16;
/// What a block needs besides its bytes: a header of 16 and a footer of 8, rounded up.
const TAGS: usize = 24;
const USED: u64 = 1;

/// First fit, with boundary tags.
#[derive(Debug)]
pub struct FreeList<'a> {
    memory: &'a mut [u8],
    /// The first block's header, at an address that is a multiple of [`UNIT`].
    start: usize,
    /// The end of the last block.
    end: usize,
}

/// A block's tag, read.
#[derive(Debug, Clone, Copy)]
struct Tag {
    /// Tags included.
    size: usize,
    used: bool,
}

impl<'a> FreeList<'a> {
    /// All of `memory` is one free block, but for its tags.
    #[must_use]
    pub fn new(memory: &'a mut [u8]) -> Self {
        let start = padding(memory, 0, UNIT).min(memory.len());
        let size = (memory.len() - start) / UNIT * UNIT;
        let end = start + if size < 2 * UNIT { 0 } else { size };
        let mut list = FreeList { memory, start, end };
        if end > start {
            list.write(start, size, false);
        }
        list
    }

    /// The offsets of all headers with their tags.
    fn blocks(&self) -> impl Iterator<Item = (usize, Tag)> {
        let mut at = self.start;
        std::iter::from_fn(move || {
            let here = (at < self.end).then(|| (at, self.tag(at)))?;
            at += here.1.size;
            Some(here)
        })
    }

    /// Where a block for `layout` would begin if the free block at `at` were cut for it. What is left of
    /// it, for alignment's sake, must be nothing or large enough to be a block.
    fn fit(&self, at: usize, tag: Tag, layout: Layout) -> Option<(usize, usize)> {
        let size = layout
            .size()
            .checked_add(TAGS)?
            .checked_next_multiple_of(UNIT)?;
        let mut header = at + padding(self.memory, at + UNIT, layout.align().max(UNIT));
        if header != at && header - at < 2 * UNIT {
            header += layout.align().max(2 * UNIT);
        }
        let end = header.checked_add(size)?;
        (!tag.used && end <= at + tag.size).then_some((header, size))
    }

    /// Cuts the free block at `at`: what is left of `header`, a used block, and what is right of it.
    fn cut(&mut self, at: usize, tag: Tag, header: usize, mut size: usize) {
        let end = at + tag.size;
        if header > at {
            self.write(at, header - at, false);
        }
        if end - header - size < 2 * UNIT {
            size = end - header;
        } else {
            self.write(header + size, end - header - size, false);
        }
        self.write(header, size, true);
    }

    fn tag(&self, at: usize) -> Tag {
        let word = self.word(at);
        Tag {
            size: usize::try_from(word & !USED).expect("a size is a usize"),
            used: word & USED != 0,
        }
    }

    fn write(&mut self, at: usize, size: usize, used: bool) {
        let word = size as u64 | u64::from(used);
        self.set_word(at, word);
        self.set_word(at + size - 8, word);
    }

    fn word(&self, at: usize) -> u64 {
        let bytes = self.memory[at..at + 8].first_chunk().expect("eight bytes");
        u64::from_ne_bytes(*bytes)
    }

    fn set_word(&mut self, at: usize, word: u64) {
        self.memory[at..at + 8].copy_from_slice(&word.to_ne_bytes());
    }
}

impl Arena for FreeList<'_> {
    fn allocate(&mut self, layout: Layout) -> Result<Block, Exhausted> {
        let found = self.blocks().find_map(|(at, tag)| {
            let (header, size) = self.fit(at, tag, layout)?;
            Some((at, tag, header, size))
        });
        let (at, tag, header, size) = found.ok_or(Exhausted(layout))?;
        self.cut(at, tag, header, size);
        self.set_word(header + 8, layout.size() as u64);
        Ok(Block::new(header + UNIT, layout.size()))
    }

    fn free(&mut self, block: Block) {
        let mut at = block.offset() - UNIT;
        let mut size = self.tag(at).size;
        assert!(self.tag(at).used, "the block is ours");
        if at + size < self.end {
            let right = self.tag(at + size);
            size += if right.used { 0 } else { right.size };
        }
        if at > self.start {
            let left = self.tag(at - 8);
            if !left.used {
                at -= left.size;
                size += left.size;
            }
        }
        self.write(at, size, false);
    }

    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn memory_mut(&mut self) -> &mut [u8] {
        self.memory
    }

    fn extents(&self) -> Vec<Extent> {
        let mut extents = Vec::new();
        let mut push = |offset, len, usage| {
            if len > 0 {
                extents.push(Extent { offset, len, usage });
            }
        };
        push(0, self.start, Use::Overhead);
        for (at, tag) in self.blocks() {
            push(at, UNIT, Use::Overhead);
            let usage = if tag.used {
                let asked = usize::try_from(self.word(at + 8)).expect("a size is a usize");
                Use::Block { asked }
            } else {
                Use::Free
            };
            push(at + UNIT, tag.size - TAGS, usage);
            push(at + tag.size - 8, 8, Use::Overhead);
        }
        push(self.end, self.memory.len() - self.end, Use::Overhead);
        extents
    }
}

//! Stage 1, a bump: everything below a mark is used, everything above is free.
//!
//! To allocate is to move the mark up. The last block can be freed by moving it back; any other is
//! only counted, and when the count of blocks falls to zero the mark returns to the start. That is
//! enough for whoever frees everything together: a request's memory, a compiler pass, a frame of a game.
//!
//! # Invariants
//!
//! - Blocks lie below `mark`; nothing above it was handed out since it last passed there.
//! - `blocks` has the blocks in use, in the order of their offsets.
//! - No block in use means that `mark` is 0.

use std::alloc::Layout;

use super::arena::{Arena, Block, Exhausted, Extent, Use, padding};

/// The next block begins where the last one ended.
#[derive(Debug)]
pub struct Bump<'a> {
    memory: &'a mut [u8],
    /// Where free memory begins.
    mark: usize,
    /// Blocks in use, as offset and length. A real bump has a count here: this is for pictures.
    blocks: Vec<(usize, usize)>,
}

impl<'a> Bump<'a> {
    /// All of `memory` is free.
    #[must_use]
    pub fn new(memory: &'a mut [u8]) -> Self {
        Bump {
            memory,
            mark: 0,
            blocks: Vec::new(),
        }
    }
}

impl Arena for Bump<'_> {
    fn allocate(&mut self, layout: Layout) -> Result<Block, Exhausted> {
        let offset = self.mark + padding(self.memory, self.mark, layout.align());
        let end = offset.checked_add(layout.size());
        let end = end.filter(|&end| end <= self.memory.len());
        self.mark = end.ok_or(Exhausted(layout))?;
        self.blocks.push((offset, layout.size()));
        Ok(Block::new(offset, layout.size()))
    }

    fn free(&mut self, block: Block) {
        let known = self
            .blocks
            .iter()
            .rposition(|&known| known == (block.offset(), block.len()))
            .expect("the block is ours");
        self.blocks.remove(known);
        // The last in order, not whichever ends at the mark: an empty block may lie there, too.
        let last = known == self.blocks.len();
        if self.blocks.is_empty() {
            self.mark = 0;
        } else if last {
            self.mark = block.offset();
        }
    }

    fn memory(&self) -> &[u8] {
        self.memory
    }

    fn memory_mut(&mut self) -> &mut [u8] {
        self.memory
    }

    fn extents(&self) -> Vec<Extent> {
        let mut extents = Vec::new();
        let mut at = 0;
        let mut push = |until: usize, usage| {
            if until > at {
                extents.push(Extent {
                    offset: at,
                    len: until - at,
                    usage,
                });
                at = until;
            }
        };
        for &(offset, len) in &self.blocks {
            push(offset, Use::Overhead);
            push(offset + len, Use::Block { asked: len });
        }
        push(self.mark, Use::Overhead);
        push(self.memory.len(), Use::Free);
        extents
    }
}

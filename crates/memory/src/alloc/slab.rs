//! Stage 4, slabs: the memory is cut into slabs, each slab into slots of one size, and one bit says of each
//! slot whether it is used.
//!
//! Programs ask for few sizes and for many blocks of each (Bonwick, 1994). In a slab there is nothing
//! to merge and nothing to search: a free slot is the first zero of a bitmap, and any free slot is as good as
//! another. A slab whose last slot is freed forgets its size and serves any. A request beyond the
//! largest slot takes a run of whole slabs.
//!
//! # Invariants
//!
//! - A slab is free, or has slots of one class, at least one of them used, or is part of a run.
//! - A slot is used when its bit is set; bits beyond the last slot are always set.
//! - Slots begin at multiples of their size from the slab's start, which is at a multiple of
//!   [`SLAB`] in address.

use std::alloc::Layout;

use super::arena::{Arena, Block, Exhausted, Extent, Use, padding};

/// Bytes in a slab.
const SLAB: usize = 2048;
/// Slot sizes. With 32 bytes as the smallest, one `u64` has the bits of all slots of a slab.
const CLASSES: [usize; 9] = [32, 48, 64, 96, 128, 192, 256, 512, 1024];

/// Slots of few sizes.
#[derive(Debug)]
pub struct Slab<'a> {
    memory: &'a mut [u8],
    /// Where the first slab begins.
    start: usize,
    slabs: Vec<State>,
}

#[derive(Debug, Clone)]
enum State {
    Free,
    Slots {
        /// Bytes in a slot.
        size: usize,
        /// Bit i: slot i is used.
        used: u64,
        /// What was asked for, for pictures.
        asked: Vec<usize>,
    },
    /// The first slab of a block of so many slabs.
    Run {
        slabs: usize,
        asked: usize,
    },
    /// Another slab of it.
    Rest,
}

impl<'a> Slab<'a> {
    /// All of `memory` is free, in whole slabs of 2048 bytes.
    #[must_use]
    pub fn new(memory: &'a mut [u8]) -> Self {
        let start = padding(memory, 0, SLAB).min(memory.len());
        let slabs = (memory.len() - start) / SLAB;
        Slab {
            memory,
            start,
            slabs: vec![State::Free; slabs],
        }
    }

    /// The smallest slot whose size is a multiple of the alignment: then every slot is aligned.
    fn class(layout: Layout) -> Option<usize> {
        let fits = |&size: &usize| size >= layout.size() && size.is_multiple_of(layout.align());
        CLASSES.into_iter().find(fits)
    }

    fn allocate_slot(&mut self, size: usize, layout: Layout) -> Option<Block> {
        let has_room = |state: &State| matches!(state, State::Slots { size: s, used, .. } if *s == size && *used != u64::MAX);
        let index = self.slabs.iter().position(has_room).or_else(|| {
            let index = self.slabs.iter().position(|s| matches!(s, State::Free))?;
            let slots = SLAB / size;
            self.slabs[index] = State::Slots {
                size,
                used: u64::MAX.checked_shl(slots as u32).unwrap_or(0),
                asked: vec![0; slots],
            };
            Some(index)
        })?;
        let State::Slots { used, asked, .. } = &mut self.slabs[index] else {
            unreachable!("a slab with room has slots");
        };
        let slot = used.trailing_ones() as usize;
        *used |= 1 << slot;
        asked[slot] = layout.size();
        let offset = self.start + index * SLAB + slot * size;
        Some(Block::new(offset, layout.size()))
    }

    fn allocate_run(&mut self, layout: Layout) -> Option<Block> {
        let wanted = layout.size().div_ceil(SLAB).max(1);
        let first = (0..self.slabs.len().checked_sub(wanted - 1)?).find(|&first| {
            let run = &self.slabs[first..first + wanted];
            let offset = self.start + first * SLAB;
            padding(self.memory, offset, layout.align()) == 0
                && run.iter().all(|slab| matches!(slab, State::Free))
        })?;
        self.slabs[first..first + wanted].fill(State::Rest);
        self.slabs[first] = State::Run {
            slabs: wanted,
            asked: layout.size(),
        };
        Some(Block::new(self.start + first * SLAB, layout.size()))
    }
}

impl Arena for Slab<'_> {
    fn allocate(&mut self, layout: Layout) -> Result<Block, Exhausted> {
        let block = match Self::class(layout) {
            Some(size) => self.allocate_slot(size, layout),
            None => self.allocate_run(layout),
        };
        block.ok_or(Exhausted(layout))
    }

    fn free(&mut self, block: Block) {
        let index = (block.offset() - self.start) / SLAB;
        match &mut self.slabs[index] {
            State::Slots { size, used, .. } => {
                let slot = (block.offset() - self.start) % SLAB / *size;
                assert!(*used >> slot & 1 == 1, "the block is ours");
                *used &= !(1 << slot);
                let none = u64::MAX.checked_shl((SLAB / *size) as u32).unwrap_or(0);
                if *used == none {
                    self.slabs[index] = State::Free;
                }
            }
            State::Run { slabs, .. } => {
                let run = index..index + *slabs;
                self.slabs[run].fill(State::Free);
            }
            State::Free | State::Rest => panic!("the block is not ours"),
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
        let mut push = |offset, len, usage| {
            if len > 0 {
                extents.push(Extent { offset, len, usage });
            }
        };
        push(0, self.start, Use::Overhead);
        for (index, slab) in self.slabs.iter().enumerate() {
            let at = self.start + index * SLAB;
            match slab {
                State::Free => push(at, SLAB, Use::Free),
                State::Slots { size, used, asked } => {
                    for (slot, &asked) in asked.iter().enumerate() {
                        let in_use = used >> slot & 1 == 1;
                        let usage = if in_use {
                            Use::Block { asked }
                        } else {
                            Use::Free
                        };
                        push(at + slot * size, *size, usage);
                    }
                    let slots = asked.len() * size;
                    push(at + slots, SLAB - slots, Use::Overhead);
                }
                State::Run { slabs, asked } => push(at, slabs * SLAB, Use::Block { asked: *asked }),
                State::Rest => {}
            }
        }
        let end = self.start + self.slabs.len() * SLAB;
        push(end, self.memory.len() - end, Use::Overhead);
        extents
    }
}

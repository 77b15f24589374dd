//! One workload for every stage, so that their heaps can be looked at side by side.
//!
//! Sizes are those of most programs: many small, few large. Blocks live for a random time, so that holes of
//! all sizes come to be.
//!
//! Sound: blocks of [`ThreadCaching`] are freed once, with the layout that they were allocated with.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::time::{Duration, Instant};

use super::{Arena, ThreadCaching};

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Allocate a block with this layout.
    Allocate(Layout),
    /// Free one of the blocks in use: the one with this number, modulo how many there are. The last
    /// takes its number.
    Free(usize),
}

/// How it went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Blocks that were handed out.
    pub allocated: usize,
    /// Requests that could not be met.
    pub refused: usize,
    /// Time in the allocator, and in this workload's own bookkeeping.
    pub took: Duration,
}

/// So many steps, the same for the same seed. The blocks in use grow to some forty KiB and stay there.
#[must_use]
pub fn steps(count: usize, seed: u64) -> Vec<Step> {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 24) as usize
    };
    let mut live: usize = 0;
    let step = |_| {
        let grow = if live < 300 { 75 } else { 50 };
        if live > 0 && next() % 100 >= grow {
            live -= 1;
            return Step::Free(next());
        }
        live += 1;
        let most = [32, 64, 128, 256, 1024][next() % 5];
        let layout = Layout::from_size_align(1 + next() % most, 8 << (next() % 2));
        Step::Allocate(layout.expect("a small size"))
    };
    (0..count).map(step).collect()
}

/// Does the steps; blocks that are left stay in use, for a picture.
pub fn run(arena: &mut impl Arena, steps: &[Step]) -> Outcome {
    let mut blocks = Vec::with_capacity(steps.len());
    perform(steps, |step| match step {
        Step::Allocate(layout) => arena
            .allocate(layout)
            .map(|block| blocks.push(block))
            .is_ok(),
        Step::Free(_) if blocks.is_empty() => false,
        Step::Free(which) => {
            arena.free(blocks.swap_remove(which % blocks.len()));
            true
        }
    })
}

/// The same on [`ThreadCaching`]. Calls `look` before the blocks that are left are freed.
pub fn run_caching(steps: &[Step], look: impl FnOnce()) -> Outcome {
    let mut blocks: Vec<(*mut u8, Layout)> = Vec::with_capacity(steps.len());
    let free = |(block, layout)| {
        // SAFETY: in the list once, with its layout.
        unsafe { ThreadCaching.dealloc(block, layout) };
    };
    let outcome = perform(steps, |step| match step {
        Step::Allocate(layout) => {
            // SAFETY: the layout has a size.
            let block = unsafe { ThreadCaching.alloc(layout) };
            if !block.is_null() {
                blocks.push((block, layout));
            }
            !block.is_null()
        }
        Step::Free(_) if blocks.is_empty() => false,
        Step::Free(which) => {
            free(blocks.swap_remove(which % blocks.len()));
            true
        }
    });
    look();
    blocks.into_iter().for_each(free);
    outcome
}

fn perform(steps: &[Step], mut perform: impl FnMut(Step) -> bool) -> Outcome {
    let mut outcome = Outcome::default();
    let start = Instant::now();
    for &step in steps {
        let done = perform(step);
        if matches!(step, Step::Allocate(_)) {
            outcome.allocated += usize::from(done);
            outcome.refused += usize::from(!done);
        }
    }
    outcome.took = start.elapsed();
    outcome
}

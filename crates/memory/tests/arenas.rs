//! The first four stages, by one set of properties.

mod common;

use std::alloc::Layout;

use common::cases;
use memory::alloc::{Arena, Block, Buddy, Bump, FreeList, Slab, Use};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Allocate(usize, u32),
    /// The block with this number, modulo those in use.
    Free(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0usize..600, 0u32..8).prop_map(|(size, log)| Step::Allocate(size, log)),
        1 => (600usize..5000, 0u32..13).prop_map(|(size, log)| Step::Allocate(size, log)),
        4 => any::<usize>().prop_map(Step::Free),
    ];
    prop::collection::vec(step, 0..200)
}

/// Runs the steps and asserts what [`Arena`] promises after each.
fn behaves(mut arena: impl Arena, steps: &[Step]) {
    let untouched = arena.extents();
    let mut live: Vec<(Block, u8)> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Allocate(size, log) => {
                let layout = Layout::from_size_align(size, 1 << log).unwrap();
                let before = arena.extents();
                let Ok(block) = arena.allocate(layout) else {
                    assert_eq!(arena.extents(), before, "a failure changes nothing");
                    continue;
                };
                assert_eq!(block.len(), size);
                let address = arena.bytes(&block).as_ptr().addr();
                assert_eq!(address % layout.align(), 0, "{layout:?}");
                let stamp = number as u8;
                arena.bytes_mut(&block).fill(stamp);
                live.push((block, stamp));
            }
            Step::Free(_) if live.is_empty() => {}
            Step::Free(which) => {
                let (block, _) = live.swap_remove(which % live.len());
                arena.free(block);
            }
        }
        check(&arena, &live);
    }
    for (block, _) in live {
        arena.free(block);
    }
    assert_eq!(arena.extents(), untouched, "all freed, all available");
}

fn check(arena: &impl Arena, live: &[(Block, u8)]) {
    let mut ranges: Vec<_> = live.iter().map(|(block, _)| block.range()).collect();
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    assert!(
        ranges.windows(2).all(|pair| pair[0].end <= pair[1].start),
        "no two blocks overlap"
    );
    for (block, stamp) in live {
        assert!(arena.bytes(block).iter().all(|byte| byte == stamp));
    }
    let mut at = 0;
    for extent in arena.extents() {
        assert_eq!(extent.offset, at, "extents leave no gap");
        at += extent.len;
        if let Use::Block { asked } = extent.usage {
            assert!(asked <= extent.len);
        }
    }
    assert_eq!(at, arena.memory().len());
    let asked: usize = live.iter().map(|(block, _)| block.len()).sum();
    assert_eq!(arena.report().asked, asked);
}

/// Allocates until it fails, frees all, and can do the same again.
fn exhausts(mut arena: impl Arena, size: usize) {
    let layout = Layout::from_size_align(size, 16).unwrap();
    let mut counts = Vec::new();
    for _ in 0..3 {
        let mut blocks = Vec::new();
        while let Ok(block) = arena.allocate(layout) {
            blocks.push(block);
        }
        counts.push(blocks.len());
        blocks.into_iter().for_each(|block| arena.free(block));
    }
    assert!(counts[0] > 0 && counts.iter().all(|&count| count == counts[0]));
}

/// The block before an empty one ends at the mark as well, and is not the last.
#[test]
fn an_empty_block_keeps_the_mark_of_a_bump() {
    let steps = [
        Step::Allocate(58, 0),
        Step::Allocate(0, 0),
        Step::Free(0),
        Step::Allocate(1, 0),
    ];
    behaves(Bump::new(&mut [0; 496]), &steps);
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn bump_behaves(steps in steps(), skip in 0usize..64, len in 0usize..40_000) {
        behaves(Bump::new(&mut vec![0; len + skip][skip..]), &steps);
    }

    #[test]
    fn free_list_behaves(steps in steps(), skip in 0usize..64, len in 0usize..40_000) {
        behaves(FreeList::new(&mut vec![0; len + skip][skip..]), &steps);
    }

    #[test]
    fn buddy_behaves(steps in steps(), skip in 0usize..64, len in 0usize..40_000) {
        behaves(Buddy::new(&mut vec![0; len + skip][skip..]), &steps);
    }

    #[test]
    fn slab_behaves(steps in steps(), skip in 0usize..64, len in 0usize..40_000) {
        behaves(Slab::new(&mut vec![0; len + skip][skip..]), &steps);
    }

    #[test]
    fn each_is_exhausted_and_recovers(size in 1usize..3000) {
        let mut memory = vec![0; 32 << 10];
        exhausts(Bump::new(&mut memory), size);
        exhausts(FreeList::new(&mut memory), size);
        exhausts(Buddy::new(&mut memory), size);
        exhausts(Slab::new(&mut memory), size);
    }
}

#[test]
fn absurd_requests_are_errors() {
    let mut memory = vec![0; 4096];
    let huge = Layout::from_size_align(isize::MAX as usize - 4096, 4096).unwrap();
    assert!(Bump::new(&mut memory).allocate(huge).is_err());
    assert!(FreeList::new(&mut memory).allocate(huge).is_err());
    assert!(Buddy::new(&mut memory).allocate(huge).is_err());
    assert!(Slab::new(&mut memory).allocate(huge).is_err());
}

#[test]
fn neighbours_coalesce_whatever_the_order() {
    let layout = Layout::from_size_align(1000, 16).unwrap();
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut memory = vec![0; 4096];
        let mut list = FreeList::new(&mut memory);
        let largest = list.report().largest_free;
        let mut blocks = [(); 3].map(|()| Some(list.allocate(layout).unwrap()));
        for index in order {
            list.free(blocks[index].take().unwrap());
        }
        assert_eq!(list.report().largest_free, largest);
    }
}

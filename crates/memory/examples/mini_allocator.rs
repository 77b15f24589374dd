//! A bump only moves on; a free list reuses any hole, and joins holes that touch.
//!
//! Both manage the same 1024 bytes. Three blocks are allocated, and freed out of order. The bump can
//! take back nothing but its last block, until all are freed. The free list takes each back, and
//! when neighbours are free they become one piece: else there would soon be room enough in all and
//! nowhere for a large block (external fragmentation).

use std::alloc::Layout;

use memory::alloc::{Arena, Block, Bump, FreeList, arena_picture};

fn main() {
    let mut memory = [0; 1024];
    println!("bump: # block, . free, : overhead");
    let largest = play(&mut Bump::new(&mut memory));
    assert!(
        largest[1] == largest[0] && largest[2] == largest[0],
        "the last block is in the way"
    );

    println!("free list:");
    let largest = play(&mut FreeList::new(&mut memory));
    assert!(
        largest[1] > 256 && largest[1] < 2 * 256,
        "a hole for one block"
    );
    assert!(largest[2] > 2 * 256, "two holes joined");
}

/// The largest free piece with three blocks allocated, with the first freed, and with the second freed.
fn play(arena: &mut impl Arena) -> [usize; 3] {
    let untouched = arena.report().free;
    let layout = Layout::from_size_align(256, 16).expect("a power of two");
    let mut allocate = |stamp| {
        let block = arena.allocate(layout).expect("there is room for three");
        arena.bytes_mut(&block).fill(stamp);
        block
    };
    let [a, b, c] = [1, 2, 3].map(&mut allocate);
    check(arena, &[&a, &b, &c]);
    let full = look(arena);
    arena.free(a);
    let one = look(arena);
    arena.free(b);
    let two = look(arena);
    assert!(
        arena.bytes(&c).iter().all(|&byte| byte == 3),
        "the contents survive"
    );

    let too_large = Layout::from_size_align(2000, 16).expect("a power of two");
    assert!(arena.allocate(too_large).is_err(), "an error, and no crash");
    arena.free(c);
    assert_eq!(arena.report().free, untouched, "all freed, all available");
    [full, one, two]
}

fn check(arena: &impl Arena, blocks: &[&Block]) {
    for pair in blocks.windows(2) {
        assert!(pair[0].range().end <= pair[1].range().start, "no overlap");
    }
    for block in blocks {
        assert!(
            arena.bytes(block).as_ptr().addr().is_multiple_of(16),
            "aligned"
        );
    }
}

/// Draws the heap, and gives the size of the largest free piece.
fn look(arena: &impl Arena) -> usize {
    for line in arena_picture(&arena.extents(), 64, 1) {
        println!("  {line}");
    }
    arena.report().largest_free
}

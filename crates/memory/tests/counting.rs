//! The counting allocator under this very test program.

mod common;

use std::alloc::{GlobalAlloc, Layout};
use std::sync::Barrier;
use std::thread;

use common::cases;
use memory::counting::{Counting, Counts, Scope, count};
use proptest::prelude::*;

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

#[test]
fn a_block_comes_and_goes() {
    let (got, block) = count(|| Box::new([0u8; 100]));
    let (back, ()) = count(|| drop(block));
    assert_eq!((got.allocations, got.bytes, got.frees), (1, 100, 0));
    assert_eq!(
        (back.frees, back.bytes_freed, back.allocations),
        (1, 100, 0)
    );
}

#[test]
fn zeroed_blocks_count_too() {
    let (counts, zeros) = count(|| vec![0u8; 1000]);
    assert_eq!((counts.allocations, counts.bytes), (1, 1000));
    assert!(zeros.iter().all(|&byte| byte == 0));
}

#[test]
fn scopes_may_overlap() {
    let outer = Scope::start();
    let first = Box::new(1u64);
    let inner = Scope::start();
    let second = Box::new(2u64);
    assert_eq!((outer.counts().live(), inner.counts().live()), (2, 1));
    drop(first);
    assert_eq!((outer.counts().live(), inner.counts().live()), (1, 0));
    assert_eq!(inner.counts().live_bytes(), 0);
    drop(second);
    assert_eq!(
        inner.counts().live(),
        -1,
        "the first was freed within, and made outside"
    );
}

#[test]
fn other_threads_do_not_count() {
    const THREADS: usize = 4;
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 1..=THREADS {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                for _ in 0..1000 {
                    let (counts, _) = count(|| vec![0u8; 10 * number]);
                    assert_eq!(counts.allocations, 1);
                    assert_eq!(counts.bytes, 10 * number as u64);
                }
            });
        }
    });
}

#[test]
fn a_block_that_moves_to_another_thread_is_freed_there() {
    let (here, block) = count(|| Box::new(0u64));
    let there = thread::spawn(move || count(|| drop(block)).0);
    let there = there.join().unwrap();
    assert_eq!((here.live(), there.live()), (1, -1));
}

#[test]
fn a_failed_request_is_not_counted() {
    /// Refuses everything.
    struct Nothing;

    #[allow(unsafe_code)]
    // SAFETY: null is always an answer.
    unsafe impl GlobalAlloc for Nothing {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            std::ptr::null_mut()
        }
        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }
    let allocator = Counting::over(Nothing);
    let layout = Layout::new::<u64>();
    #[allow(unsafe_code)]
    // SAFETY: the layout has a size.
    let (counts, block) = count(|| unsafe { allocator.alloc(layout) });
    assert!(block.is_null());
    assert_eq!(counts, Counts::default());
}

proptest! {
    #![proptest_config(cases(256))]

    /// Whatever is done with vectors, the bytes that are live are the capacities.
    #[test]
    fn live_bytes_are_capacities(lengths in prop::collection::vec((0..4usize, 0..2000usize), 1..40)) {
        let mut vectors: [Vec<u8>; 4] = [const { Vec::new() }; 4];
        let scope = Scope::start();
        let mut outcome = Ok(());
        for (which, length) in lengths {
            let vector = &mut vectors[which];
            vector.resize(length, 1);
            if length % 3 == 0 {
                vector.shrink_to_fit();
            }
            let counts = scope.counts();
            let capacity: usize = vectors.iter().map(Vec::capacity).sum();
            let blocks = vectors.iter().filter(|vector| vector.capacity() > 0).count();
            if (counts.live_bytes(), counts.live()) != (capacity as i64, blocks as i64) {
                outcome = Err((counts, capacity, blocks));
            }
        }
        prop_assert_eq!(outcome, Ok(()));
    }
}

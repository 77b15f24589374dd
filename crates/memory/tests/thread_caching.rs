//! This whole program runs on the allocator of stage 5, the test harness included.

// The raw allocator calls keep to the contract of `GlobalAlloc`: each says how.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;

use memory::alloc::ThreadCaching;
use memory::alloc::caching::{flush, statistics};

#[global_allocator]
static ALLOCATOR: ThreadCaching = ThreadCaching;

#[test]
fn real_work_comes_out_right() {
    let workers: Vec<_> = (0..4u64)
        .map(|seed| {
            thread::spawn(move || {
                let mut words: Vec<String> = (0..20_000u64)
                    .map(|n| format!("{:x}", (n + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
                    .collect();
                words.sort();
                let count = words.len();
                let map: HashMap<String, usize> = words
                    .into_iter()
                    .enumerate()
                    .map(|(n, word)| (word, n))
                    .collect();
                assert_eq!(map.len(), count);
                map.values().sum::<usize>()
            })
        })
        .collect();
    for worker in workers {
        assert_eq!(worker.join().unwrap(), 19_999 * 20_000 / 2);
    }
}

#[test]
fn every_alignment_and_size_is_met() {
    for log in 0..=21 {
        for size in [
            1,
            15,
            16,
            17,
            100,
            129,
            1000,
            4096,
            5000,
            32 << 10,
            100_000,
            1 << 20,
            3 << 20,
        ] {
            let layout = Layout::from_size_align(size, 1 << log).unwrap();
            // SAFETY: the layout has a size.
            let block = unsafe { ALLOCATOR.alloc(layout) };
            assert!(!block.is_null());
            assert_eq!(block.addr() % layout.align(), 0, "{layout:?}");
            // SAFETY: the block has so many bytes.
            unsafe { block.write_bytes(0xa5, size) };
            // SAFETY: as it was allocated, and once.
            unsafe { ALLOCATOR.dealloc(block, layout) };
        }
    }
}

#[test]
fn zeroed_blocks_are_zero_after_dirty_ones() {
    for size in [16, 100, 5000, 40_000, 100_000, 1 << 20, 2 << 20] {
        drop(vec![0xffu8; size]);
        let zeros = vec![0u8; size];
        assert!(zeros.iter().all(|&byte| byte == 0), "{size}");
    }
}

#[test]
fn contents_survive_every_way_of_growing_and_shrinking() {
    let mut vector: Vec<u32> = Vec::new();
    for n in 0..1_500_000 {
        vector.push(n);
    }
    while vector.len() > 1 {
        vector.truncate(vector.len() * 2 / 3);
        vector.shrink_to_fit();
        assert!(vector.iter().copied().eq(0..vector.len() as u32));
    }
}

#[test]
fn a_block_grows_in_place_within_its_class() {
    let mut text = String::with_capacity(130);
    let before = text.as_ptr();
    text.reserve_exact(144);
    assert_eq!(text.as_ptr(), before);
    text.reserve_exact(145);
    assert_eq!(text.capacity(), 145);
}

#[test]
fn blocks_are_freed_by_other_threads() {
    const ROUNDS: usize = 20_000;
    let (to_left, left) = mpsc::sync_channel::<Box<[usize]>>(64);
    let (to_right, right) = mpsc::sync_channel::<Box<[usize]>>(64);
    let worker = |out: mpsc::SyncSender<Box<[usize]>>, inbox: mpsc::Receiver<Box<[usize]>>| {
        move || {
            for n in 0..ROUNDS {
                out.send(vec![n; 1 + n % 150].into()).unwrap();
                let block = inbox.recv().unwrap();
                assert!(block.len() == 1 + n % 150 && block.iter().all(|&word| word == n));
            }
        }
    };
    let pair = [
        thread::spawn(worker(to_left, right)),
        thread::spawn(worker(to_right, left)),
    ];
    for thread in pair {
        thread.join().unwrap();
    }
}

/// Its destructor allocates at the thread's end, after the cache may have gone.
struct Last(String);

impl Drop for Last {
    fn drop(&mut self) {
        let copies = vec![self.0.clone(); 100];
        assert!(copies.iter().all(|copy| *copy == self.0));
    }
}

thread_local! {
    static LAST: Last = Last("at the end of the thread".to_owned());
}

#[test]
fn memory_levels_off_over_many_threads() {
    let round = || {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                thread::spawn(|| {
                    LAST.with(|last| assert!(!last.0.is_empty()));
                    let blocks: Vec<Vec<u8>> = (0..2000).map(|n| vec![1; n]).collect();
                    blocks.iter().map(Vec::len).sum::<usize>()
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| assert!(thread.join().is_ok()));
    };
    (0..3).for_each(|_| round());
    flush();
    let before = statistics().spans;
    (0..20).for_each(|_| round());
    flush();
    // Other tests run at the same time: twenty rounds have no more than a leak would show.
    let after = statistics().spans;
    assert!(after < before + (64 << 20), "{before} bytes, then {after}");
}

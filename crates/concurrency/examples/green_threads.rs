//! A thousand stacks share one thread of the system, and each finds its registers as it left them.
//!
//! A green thread is a stack, and a place on it where the registers were pushed when it was left. To go from
//! one to another is some twenty instructions: push six registers, change the stack pointer, pop six
//! others, return. (On arm64 it is twenty registers.) No system call, and no compiler that has to know
//! where a thread may be left: it may be in the middle of any depth of calls, as below.
//!
//! ```syscalls
//! mmap(NULL, *, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0) = *
//! write(1, "1000 threads*"..., *) = *
//! !clone
//! !clone3
//! ```

use std::collections::HashSet;
use std::hint::black_box;
use std::thread::{self, ThreadId};

use concurrency::green::{self, JoinHandle, current, spawn, yield_now};

const THREADS: u64 = 1000;

/// Numbers of both kinds, each from the last, and a pause at each step: in whichever registers the compiler
/// keeps them, somebody else uses the same registers meanwhile.
fn compute(seed: u64, pause: fn()) -> (u64, f64) {
    let (mut x, mut y) = (seed | 1, 0.1 + seed as f64 / 1e4);
    for _ in 0..100 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        y = 3.9 * y * (1.0 - y);
        deep(5, pause);
    }
    (x, y)
}

/// Pauses below five calls, none of which is asynchronous.
#[inline(never)]
fn deep(calls: u32, pause: fn()) {
    match black_box(calls) {
        0 => pause(),
        calls => deep(calls - 1, pause),
    }
    black_box(());
}

/// What it has computed, where it ran, and where on its stack a variable of its was.
fn work(seed: u64) -> ((u64, f64), ThreadId, usize) {
    let local = black_box(seed);
    let place = (&raw const local).addr();
    let result = compute(seed, yield_now);
    assert!(current().is_on_stack(place));
    (result, thread::current().id(), place)
}

fn main() -> Result<(), green::RunError> {
    let done = green::run(|| {
        let threads: Vec<JoinHandle<_>> = (0..THREADS).map(|n| spawn(move || work(n))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.collect::<Vec<_>>()
    })?;

    let places: HashSet<_> = done.iter().map(|(_, _, place)| place).collect();
    let ids: HashSet<_> = done.iter().map(|(_, id, _)| *id).collect();
    println!("{THREADS} threads, {} stacks, {ids:?}", places.len());
    assert_eq!(places.len() as u64, THREADS);
    assert_eq!(ids, HashSet::from([thread::current().id()]));

    let alone = (0..THREADS).map(|seed| compute(seed, || ()));
    assert!(alone.eq(done.iter().map(|(result, _, _)| *result)));
    println!("after 100 switches each, all have the numbers that they have alone");
    Ok(())
}

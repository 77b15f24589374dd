//! An atomic addition needs no lock: a hundred threads add one each, and the sum is a hundred.
//!
//! One instruction (`lock xadd` on x86, `ldadd` on arm64) loads, adds and stores, and no other
//! processor comes between. It serves one word; what spans two words needs a lock. It is faster
//! than a lock, by how much is printed, but both pay when many threads want the same word: its
//! cache line travels from core to core.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use concurrency::sync::Mutex;

fn time(mut operation: impl FnMut()) -> Duration {
    let start = Instant::now();
    (0..200_000).for_each(|_| operation());
    start.elapsed() / 200_000
}

fn main() {
    let sum = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| sum.fetch_add(1, Ordering::Relaxed));
        }
    });
    println!("the sum is {}", sum.load(Ordering::Relaxed));
    assert_eq!(sum.load(Ordering::Relaxed), 100);

    let locked = Mutex::new(0u64);
    let atomic = time(|| {
        sum.fetch_add(1, Ordering::Relaxed);
    });
    let mutex = time(|| *locked.lock() += 1);
    println!("alone: {atomic:?} an atomic addition, {mutex:?} one under a lock");
    assert_eq!(sum.into_inner() - 100, locked.into_inner());
}

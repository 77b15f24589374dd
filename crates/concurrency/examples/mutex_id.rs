//! Ids that are given out under a lock are all different, whoever asks.
//!
//! `id += 1` is a load, an addition and a store; two threads that load before either stores get the
//! same number. The lock makes the three steps one. In Rust the number is *inside* the lock, so
//! forgetting to take it is a compile error, and not an error that shows once a week.

use std::collections::HashSet;
use std::thread;

use concurrency::sync::Mutex;

static LAST_ID: Mutex<u32> = Mutex::new(0);

fn new_id() -> u32 {
    let mut last = LAST_ID.lock();
    *last += 1;
    *last
}

fn main() {
    let threads: Vec<_> = (0..10)
        .map(|_| thread::spawn(|| (0..1_000).map(|_| new_id()).collect::<Vec<u32>>()))
        .collect();
    let ids: HashSet<u32> = threads
        .into_iter()
        .flat_map(|thread| thread.join().expect("it does not panic"))
        .collect();
    println!("{} ids, the last is {}", ids.len(), LAST_ID.lock());
    assert_eq!(ids.len(), 10_000, "all different");
    assert_eq!(*LAST_ID.lock(), 10_000);
}

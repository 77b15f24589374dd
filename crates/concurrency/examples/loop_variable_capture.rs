//! Workers that share the loop's variable see its last value; each needs its own.
//!
//! Before Go 1.22 a loop had *one* variable, and `go func() { fmt.Println(i) }()` in it printed "2
//! 2 2" more often than "0 1 2". In Rust each turn has a new one, and a closure that outlives the
//! turn has to take it along with `move`: without it, error E0373 (in the documentation of
//! `concurrency::sync::refused`). The bug can still be built, with a variable that is shared on
//! purpose.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

fn sorted(threads: Vec<thread::JoinHandle<u32>>) -> Vec<u32> {
    let values = threads.into_iter().map(|thread| thread.join());
    let mut values: Vec<_> = values
        .map(|value| value.expect("it does not panic"))
        .collect();
    values.sort_unstable();
    values
}

fn main() {
    let shared = Arc::new(AtomicU32::new(0));
    let loop_is_over = Arc::new(Barrier::new(4));
    let mut threads = Vec::new();
    for i in 0..3 {
        shared.store(i, Ordering::Relaxed);
        let (shared, loop_is_over) = (Arc::clone(&shared), Arc::clone(&loop_is_over));
        threads.push(thread::spawn(move || {
            loop_is_over.wait();
            shared.load(Ordering::Relaxed)
        }));
    }
    loop_is_over.wait();
    let values = sorted(threads);
    println!("one variable for all: {values:?}");
    assert_eq!(values, [2, 2, 2]);

    let values = sorted((0..3).map(|i| thread::spawn(move || i)).collect());
    println!("one for each turn:    {values:?}");
    assert_eq!(values, [0, 1, 2]);
}

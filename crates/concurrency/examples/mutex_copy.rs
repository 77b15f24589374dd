//! A lock cannot be copied: a copy would be a second lock, with a second value.
//!
//! In Go a struct with a mutex that is passed by value *is* copied, state and all, and each caller
//! locks its own. The compiler says nothing; `go vet` has a check for it, copylocks. A Rust lock is
//! neither `Copy` nor `Clone` (error E0599, in the documentation of `concurrency::sync::Mutex`): it
//! is shared by reference or in an `Arc`. Below is what Go's copy does, made by hand.

use std::sync::Arc;
use std::thread;

use concurrency::sync::Mutex;

fn main() {
    let original = Mutex::new(0);
    let copied: Vec<Mutex<u32>> = (0..4).map(|_| Mutex::new(*original.lock())).collect();
    thread::scope(|scope| {
        for own_lock in &copied {
            scope.spawn(|| *own_lock.lock() += 1);
        }
    });
    println!("each with a copy: {}", original.lock());
    assert_eq!(*original.lock(), 0, "they counted elsewhere");

    let shared = Arc::new(original);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || *shared.lock() += 1)
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().expect("it does not panic"));
    println!("all with one:     {}", shared.lock());
    assert_eq!(*shared.lock(), 4);
}

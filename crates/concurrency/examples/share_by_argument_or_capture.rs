//! A worker gets a value as an argument or captures it; in Rust either is a copy or a move.
//!
//! A Go closure captures the *variable*: what the caller assigns later is what the goroutine sees,
//! if it comes late enough. A `move` closure takes the value as it is at that moment, and a closure
//! that borrows keeps the caller from changing it. Who wants to share one variable has to say so
//! with an `Arc` and a lock or an atomic; then Rust too prints the 0.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use channels::channel;

fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    let argument = thread::spawn(|| square(10)).join().expect("no panic");
    println!("argument 10: {argument}");
    assert_eq!(argument, 100);

    // Both threads look only when the caller has changed its variables.
    let (changed_tx, changed) = channel::<()>(0);
    let mut c = 20;
    let shared = Arc::new(AtomicU32::new(c));
    let copy = {
        let changed = changed.clone();
        thread::spawn(move || {
            let _closed = changed.recv();
            square(c)
        })
    };
    let variable = Arc::clone(&shared);
    let late = thread::spawn(move || {
        let _closed = changed.recv();
        square(variable.load(Ordering::Relaxed))
    });
    c = 0;
    shared.store(c, Ordering::Relaxed);
    drop(changed_tx);

    let (copied, late) = (
        copy.join().expect("no panic"),
        late.join().expect("no panic"),
    );
    println!("c = {c} after the start: captured by move {copied}, by sharing {late}");
    assert_eq!((copied, late), (400, 0));
}

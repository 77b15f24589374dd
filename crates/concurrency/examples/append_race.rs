//! Appending to one list from many workers loses elements, unless the list is locked.
//!
//! Go's `append` reads the length, writes behind it and sets the length: two goroutines that read
//! the same length write to the same place. Rust does not let two threads have the list (error
//! E0499, in the documentation of `concurrency::sync::refused`). Here are Go's three steps, made by
//! hand of atomics, with both workers held up after the first.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use concurrency::sync::Mutex;

#[derive(Default)]
struct Slice {
    elements: [AtomicUsize; 8],
    length: AtomicUsize,
}

impl Slice {
    fn append(&self, element: usize, after_reading: impl FnOnce()) {
        let length = self.length.load(Ordering::Relaxed);
        after_reading();
        self.elements[length].store(element, Ordering::Relaxed);
        self.length.store(length + 1, Ordering::Relaxed);
    }
}

fn main() {
    let (slice, all_have_read) = (Slice::default(), Barrier::new(5));
    thread::scope(|scope| {
        for n in 1..=5 {
            let (slice, all_have_read) = (&slice, &all_have_read);
            scope.spawn(move || {
                slice.append(2 * n, || {
                    all_have_read.wait();
                });
            });
        }
    });
    println!(
        "five appended, there are {:?}: {:?}",
        slice.length, slice.elements
    );
    assert!(slice.length.into_inner() < 5);

    let list = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for n in 1..=5 {
            let list = &list;
            scope.spawn(move || list.lock().push(2 * n));
        }
    });
    println!("five under a lock, there are {}", list.lock().len());
    assert_eq!(list.lock().len(), 5);
}

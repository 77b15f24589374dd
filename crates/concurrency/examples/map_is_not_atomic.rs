//! A plain map is for one thread at a time: Rust refuses two, and behind a lock the count is exact.
//!
//! An insertion may move the whole map to a larger place, while another thread reads the old one.
//! Go's runtime notices some of this and ends the program: "concurrent map writes". Rust does not
//! compile it: two threads that insert would each need the map for themselves (error E0499; the
//! documentation of `concurrency::sync::refused` has the program). What is left is to put it behind
//! a lock.

use std::collections::HashMap;
use std::thread;

use concurrency::sync::Mutex;

fn main() {
    let words = ["one", "two", "two", "three", "three", "three"];
    let counts = Mutex::new(HashMap::new());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for word in words {
                    *counts.lock().entry(word).or_insert(0) += 1;
                }
            });
        }
    });
    let counts = counts.into_inner();
    println!("{counts:?}");
    assert_eq!(counts["one"], 8);
    assert_eq!(counts["two"], 16);
    assert_eq!(counts["three"], 24);
}

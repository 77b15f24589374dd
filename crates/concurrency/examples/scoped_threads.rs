//! Threads of a scope may borrow from its function, for the scope ends after all of them.
//!
//! `thread::spawn` asks for `'static`: its thread may outlive whoever started it. `thread::scope`
//! waits for all threads that were started in it, so they may use what lives outside: some by `&`,
//! one by `&mut`. It is Go's wait group, which cannot be forgotten or miscounted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

fn main() {
    let words = vec!["borrowed", "and", "not", "moved"];
    let mut halves = [0, 0];
    let ended = AtomicUsize::new(0);

    thread::scope(|scope| {
        let (left, right) = words.split_at(2);
        let [left_length, right_length] = &mut halves;
        for (part, length) in [(left, left_length), (right, right_length)] {
            let ended = &ended;
            scope.spawn(move || {
                *length = part.iter().map(|word| word.len()).sum();
                ended.fetch_add(1, Ordering::Relaxed);
            });
        }
    });

    println!("{words:?} have {halves:?} letters");
    assert_eq!(ended.into_inner(), 2, "the scope waited");
    assert_eq!(halves, [11, 8], "what they wrote is here");
}

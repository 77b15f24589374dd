//! A wait group counts what has begun, and who waits goes on when all is done.
//!
//! `add` before the start, `done` at the end, `wait` for zero. `add` within the thread would be too
//! late: `wait` might look before it. Rust's `join` and `thread::scope` do the counting themselves;
//! a wait group is for where there are no handles. Counting below zero is a mistake of the program,
//! and panics, as it does in Go.

use std::panic::catch_unwind;
use std::thread;

use concurrency::sync::{Mutex, WaitGroup};

static GROUP: WaitGroup = WaitGroup::new();
static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn main() {
    GROUP.wait();
    println!("nothing to wait for: back at once");

    GROUP.add(3);
    for number in 1..=3 {
        thread::spawn(move || {
            LINES.lock().push(format!("work {number}"));
            GROUP.done();
        });
    }
    GROUP.wait();
    LINES.lock().push("done".to_owned());
    let lines = LINES.lock();
    println!("{lines:?}");
    assert_eq!(lines.len(), 4);
    assert_eq!(lines.last().map(String::as_str), Some("done"));

    std::panic::set_hook(Box::new(|panic| println!("{panic}")));
    assert!(catch_unwind(|| GROUP.done()).is_err(), "one too many");
}

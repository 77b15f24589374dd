//! Applies a function to a list on a fixed number of threads; results stand in the order of the list.
//!
//! `map` starts `workers` threads, which call `function` for each item, as many at the same time as
//! there are threads and items. Whichever call ends first: result number n belongs to item number n.
//!
//! The version below starts a thread for each item, and takes the results as they come.
//!
//! Checked: the order, how many calls run at once, and on Linux how many threads are made.
//!
//! Lesson: concurrency/finish-order-start-order

use std::sync::mpsc;
use std::thread;

/// What `function` gives for each of `items`.
pub fn map<T: Send, R: Send>(
    items: Vec<T>,
    workers: usize,
    function: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let _ = workers;
    let (results, collected) = mpsc::channel();
    let function = &function;
    thread::scope(|scope| {
        for item in items {
            let results = results.clone();
            scope.spawn(move || results.send(function(item)));
        }
        drop(results);
        collected.into_iter().collect()
    })
}

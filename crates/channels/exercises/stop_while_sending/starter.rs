//! Stops a worker that is in the middle of a send which nobody receives.
//!
//! `work` starts a thread that sends the squares 0, 1, 4, 9 … until `stop` closes. It may be waiting in
//! a send at that time, for a receiver that is there and does not receive: also then it has to end.
//! Its result is how many squares were received.
//!
//! Checked: stops while it waits, and between two receives.
//!
//! Lesson: channels/select-send

use std::thread::{self, JoinHandle};

use channels::{Receiver, TryRecvError, channel};

/// The squares, and the thread that sends them.
pub fn work(stop: Receiver<()>) -> (Receiver<u64>, JoinHandle<u64>) {
    let (tx, rx) = channel(0);
    let worker = thread::spawn(move || {
        let mut n = 0;
        while stop.try_recv() != Err(TryRecvError::Closed) && tx.send(n * n).is_ok() {
            n += 1;
        }
        n
    });
    (rx, worker)
}

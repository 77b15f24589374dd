//! Ends a generator when nobody listens any more.
//!
//! `numbers` starts a thread that sends 0, 1, 2 and so on. When the receiver is dropped, the thread has
//! to end by itself, without a panic; its result is how many numbers were received.
//!
//! Checked: the thread's end and its result, also when nothing was received at all.
//!
//! Lesson: channels/stop-a-generator

use std::thread::{self, JoinHandle};

use channels::{Receiver, channel};

/// The numbers, and the thread that sends them.
pub fn numbers() -> (Receiver<u64>, JoinHandle<u64>) {
    let (tx, rx) = channel(0);
    let generator = thread::spawn(move || {
        for n in 0.. {
            tx.send(n).unwrap();
        }
        unreachable!("there are more numbers than time")
    });
    (rx, generator)
}

//! A send fails when the last receiver is gone. That is no failure of the generator: it is how the
//! other side says that it has enough.

use std::thread::{self, JoinHandle};

use channels::{Receiver, channel};

/// The numbers, and the thread that sends them.
pub fn numbers() -> (Receiver<u64>, JoinHandle<u64>) {
    let (tx, rx) = channel(0);
    let generator = thread::spawn(move || {
        for n in 0.. {
            if tx.send(n).is_err() {
                return n;
            }
        }
        unreachable!("there are more numbers than time")
    });
    (rx, generator)
}

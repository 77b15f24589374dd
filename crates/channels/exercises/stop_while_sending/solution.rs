//! Whatever may wait has to wait for `stop` as well: `select!` offers the next square and listens at once.
//! Looking at `stop` before the send is looking too early.

use std::thread::{self, JoinHandle};

use channels::{Receiver, channel, select};

/// The squares, and the thread that sends them.
pub fn work(stop: Receiver<()>) -> (Receiver<u64>, JoinHandle<u64>) {
    let (tx, rx) = channel(0);
    let worker = thread::spawn(move || {
        let mut n = 0;
        loop {
            select! {
                recv(stop) -> _closed => return n,
                send(tx, n * n) -> sent => match sent {
                    Ok(()) => n += 1,
                    Err(_) => return n,
                },
            }
        }
    });
    (rx, worker)
}

//! Each forwarder owns a sender, and the channel closes when the last is dropped: that counts the
//! sources by itself. Go needs a `WaitGroup` for it, since `close` is an act there and not an end.

use std::thread;

use channels::{Receiver, channel};

/// All values of `sources`, as they come.
pub fn merge(sources: Vec<Receiver<u32>>) -> Receiver<u32> {
    let (tx, rx) = channel(0);
    for source in sources {
        let tx = tx.clone();
        thread::spawn(move || {
            for value in source {
                if tx.send(value).is_err() {
                    return;
                }
            }
        });
    }
    rx
}

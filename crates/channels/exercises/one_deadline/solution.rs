//! The deadline is a point in time, made once. A timeout made anew for each value says only that no
//! silence was longer.

use std::time::{Duration, Instant};

use channels::Receiver;

/// What comes on `source` within `duration`.
pub fn collect(source: &Receiver<u32>, duration: Duration) -> Vec<u32> {
    let deadline = Instant::now() + duration;
    let mut values = Vec::new();
    while let Ok(value) = source.recv_deadline(deadline) {
        values.push(value);
        // A value that is there is received even after the deadline.
        if Instant::now() >= deadline {
            break;
        }
    }
    values
}

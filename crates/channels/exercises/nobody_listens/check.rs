//! A generator whose receiver is gone ends, and says how many numbers were taken.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::exercise::numbers;

const PATIENCE: Duration = Duration::from_secs(4);

pub fn main() {
    let (rx, generator) = numbers();
    let taken: Vec<u64> = rx.iter().take(5).collect();
    assert_eq!(taken, [0, 1, 2, 3, 4], "the numbers come from 0 on");
    drop(rx);
    assert_eq!(
        end_of(generator),
        5,
        "the thread's result is how many numbers were received"
    );
    println!("✓ it ends after five numbers");

    let (rx, generator) = numbers();
    drop(rx);
    assert_eq!(end_of(generator), 0, "nobody received anything");
    println!("✓ it ends when nobody ever listens");
}

/// The thread's result, if it comes in time.
fn end_of(thread: JoinHandle<u64>) -> u64 {
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || tell.send(thread.join()));
    heard
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| {
            panic!("the receiver is gone, and {PATIENCE:?} later the thread still runs")
        })
        .expect("the thread has to end without a panic")
}

//! Listens to two channels without asking again and again.
//!
//! `listen` writes down what comes on either channel until `stop` closes. The starter asks the three in
//! turn and sleeps for a millisecond: it is late by up to that, and wakes a thousand times a second for
//! nothing. Wait for all three at once.
//!
//! Checked: what is written down, and the calls: nothing sleeps for a time.
//!
//! Lesson: channels/select-two

use std::thread;
use std::time::Duration;

use channels::{Receiver, TryRecvError};

/// What came, as text, in the order of its coming.
pub fn listen(numbers: &Receiver<u32>, words: &Receiver<&str>, stop: &Receiver<()>) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        if let Ok(number) = numbers.try_recv() {
            heard.push(number.to_string());
        }
        if let Ok(word) = words.try_recv() {
            heard.push(word.to_owned());
        }
        if stop.try_recv() == Err(TryRecvError::Closed) {
            return heard;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

//! A send to a waiting receiver skips the buffer: the value goes straight to the receiver.
//!
//! The receiver left a place for the value in its sudog. Go's `send` finds it at the head of
//! `recvq`, writes the value there (`sendDirect`, onto the other goroutine's stack) and makes the
//! receiver runnable. The value is copied once, and the receiver need not look into the channel
//! again when it runs. In std and crossbeam a buffered send always goes through the buffer: the
//! receiver wakes up and tries again.

use std::thread;

use channels::{Inspection, channel};

fn main() {
    let (tx, rx) = channel(4);
    let receiver = thread::spawn({
        let rx = rx.clone();
        move || rx.recv()
    });
    while rx.inspect().receivers_waiting.is_empty() {
        thread::yield_now();
    }
    show("before the send", &rx.inspect());

    tx.send("hello").expect("somebody receives");

    let after = rx.inspect();
    show("after the send", &after);
    assert_eq!((after.count, after.send_index), (0, 0));
    assert!(after.receivers_waiting.is_empty());
    let received = receiver.join().expect("no panic");
    println!("and the receiver holds {received:?}");
    assert_eq!(received, Ok("hello"));
}

fn show(when: &str, channel: &Inspection) {
    let waiting = channel.receivers_waiting.len();
    println!("{when}: {} in the buffer, {waiting} waiting", channel.count);
}

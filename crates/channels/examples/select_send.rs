//! A `send` arm fires when its value can go: on an unbuffered channel, when a receiver waits.
//!
//! So one `select!` can offer a value and listen to others at the same time, and a generator can
//! stop while nobody wants its next value. As in Go the value is computed before the waiting
//! begins, and it is dropped when another arm wins.
//!
//! crossbeam has the same arm. In tokio one selects over `tx.send(value)`, a future that takes the
//! message with it when it is dropped; `tx.reserve()` waits for a place first and risks nothing.

use std::thread;
use std::time::{Duration, Instant};

use channels::{Sender, channel, select};

fn offer(tx: &Sender<u32>, value: u32) -> &'static str {
    select! {
        send(tx, value) -> result => {
            result.expect("it is open");
            "sent"
        }
        default => "nobody waits",
    }
}

fn main() {
    let (tx, rx) = channel(0);
    let outcome = offer(&tx, 1);
    println!("a receiver exists, but does not wait: {outcome}");
    assert_eq!(outcome, "nobody waits");

    let receiver = thread::spawn(move || rx.recv());
    let deadline = Instant::now() + Duration::from_secs(10);
    while tx.inspect().receivers_waiting.is_empty() {
        assert!(Instant::now() < deadline, "waiting for the receiver");
        thread::sleep(Duration::from_millis(1));
    }
    let outcome = offer(&tx, 2);
    println!("a receiver waits: {outcome}");
    assert_eq!(outcome, "sent");
    let received = receiver.join().expect("the receiver panicked");
    println!("received: {received:?}");
    assert_eq!(received, Ok(2), "the 1 was dropped");
}

//! A function that keeps the sender and returns the receiver is the only place that can send.
//!
//! Go calls this confinement: `func rest() <-chan int` makes a two-way channel, which becomes
//! receive-only for whoever calls it. Here, as in std, tokio and crossbeam, a channel has two types
//! from the start, and the sender is moved into the thread that needs it. So the caller can neither
//! send nor keep the channel open: it closes when the thread lets its sender go. No `defer close`
//! has to be thought of.

use std::thread;

use channels::{Receiver, channel};

fn five_ones() -> Receiver<u32> {
    let (tx, rx) = channel(0);
    thread::spawn(move || {
        for _ in 0..5 {
            tx.send(1).expect("the caller listens");
        }
    });
    rx
}

fn main() {
    let rx = five_ones();
    let values: Vec<u32> = rx.iter().collect();
    println!("received {values:?}, then the channel was closed");
    assert_eq!(values, [1; 5]);
    assert!(rx.is_closed());

    println!("the caller sends: {}", rx.send(1));
    assert_eq!(rx.send(1), "no such method");
}

/// A method that a type has itself comes before a trait's: `rx.send` above would be another one if
/// `Receiver` could send. Without this trait the line does not compile (error E0599).
trait CannotSend {
    fn send(&self, _value: u32) -> &'static str {
        "no such method"
    }
}

impl CannotSend for Receiver<u32> {}

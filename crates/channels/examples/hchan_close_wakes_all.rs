//! Closing a channel wakes everybody who waits for it.
//!
//! A send wakes one; a close empties both queues. The receivers get "closed", and so do the
//! senders, each with its message back (in Go they panic). That is why a channel which is only ever
//! closed makes a good announcement: it reaches all who wait and all who come later. tokio's
//! `Notify` can wake all who wait; for those who come later it has `watch` and `CancellationToken`.

use std::thread;

use channels::{RecvError, SendError, channel};

const EACH: usize = 10;

fn main() {
    let (tx, rx) = channel::<usize>(0);
    let receivers: Vec<_> = (0..EACH)
        .map(|_| {
            let rx = rx.clone();
            thread::spawn(move || rx.recv())
        })
        .collect();
    while rx.inspect().receivers_waiting.len() < EACH {
        thread::yield_now();
    }

    let (full_tx, full_rx) = channel(0);
    let senders: Vec<_> = (0..EACH)
        .map(|n| {
            let tx = full_tx.clone();
            thread::spawn(move || tx.send(n))
        })
        .collect();
    while full_tx.inspect().senders_waiting.len() < EACH {
        thread::yield_now();
    }
    println!("{EACH} threads wait to receive, {EACH} to send");

    tx.close().expect("closed once");
    full_tx.close().expect("closed once");

    assert!(rx.inspect().receivers_waiting.is_empty());
    assert!(full_rx.inspect().senders_waiting.is_empty());
    for receiver in receivers {
        assert_eq!(receiver.join().expect("no panic"), Err(RecvError));
    }
    for (n, sender) in senders.into_iter().enumerate() {
        assert_eq!(sender.join().expect("no panic"), Err(SendError(n)));
    }
    println!("closed: all {} have returned", 2 * EACH);
    assert_eq!(rx.recv(), Err(RecvError), "and later ones do not wait");
}

//! `for value in rx` takes what comes, and ends exactly when the last sender is gone.
//!
//! In Go `for v := range ch` ends when somebody calls `close`. With several senders it has to be
//! one who knows that all others have finished, and forgetting it leaves the loop waiting for ever.
//! A Rust channel counts its senders, and the last to be dropped closes it, also when a thread
//! panics. It is the same in std, crossbeam and tokio (where the loop is `while let Some(value) =
//! rx.recv().await`).
//!
//! The mistake that remains is to keep a sender: the loop then waits for one who says nothing.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use channels::{RecvTimeoutError, Sender, channel};

const SENDERS: u32 = 3;

/// How many senders were about to go.
static LEAVING: AtomicU32 = AtomicU32::new(0);

fn send_some(number: u32, tx: Sender<u32>) {
    for value in 0..=number {
        tx.send(10 * number + value).expect("the loop goes on");
        thread::sleep(Duration::from_millis(5));
    }
    LEAVING.fetch_add(1, Relaxed);
}

fn main() {
    let (tx, rx) = channel(0);
    for number in 0..SENDERS {
        let tx = tx.clone();
        thread::spawn(move || send_some(number, tx));
    }
    drop(tx);

    let mut received = Vec::new();
    for value in rx {
        received.push(value);
    }
    assert_eq!(LEAVING.load(Relaxed), SENDERS, "it left before the last");
    println!("received {received:?}, then the last sender went");
    received.sort_unstable();
    assert_eq!(received, [0, 10, 11, 20, 21, 22]);

    let (tx, rx) = channel::<u32>(0);
    let kept = tx.clone();
    drop(tx);
    let outcome = rx.recv_timeout(Duration::from_millis(20));
    println!("a sender that is kept and silent: {outcome:?}");
    assert_eq!(outcome, Err(RecvTimeoutError::Timeout));
    drop(kept);
    let outcome = rx.recv_timeout(Duration::from_secs(10));
    println!("that sender dropped: {outcome:?}");
    assert_eq!(outcome, Err(RecvTimeoutError::Closed));
}

//! Without a buffer, a receive takes the value out of the waiting sender's hands and wakes it.
//!
//! The first sudog of `sendq` holds the sender's value. Go's `recv` copies it to the receiver
//! (`recvDirect`) and makes the sender runnable: its send is over, and it knows that the value has
//! been taken. std's `sync_channel(0)` and crossbeam's `bounded(0)` meet in the same way; tokio's
//! `mpsc` has no capacity 0.

use std::thread;

use channels::channel;

fn main() {
    let (tx, rx) = channel(0);
    let sender = thread::spawn({
        let tx = tx.clone();
        move || tx.send(vec![1, 2, 3])
    });
    while tx.inspect().senders_waiting.is_empty() {
        thread::yield_now();
    }
    println!(
        "before: {} sender waits",
        tx.inspect().senders_waiting.len()
    );
    assert!(!sender.is_finished());

    // It need not wait: the value is in the queue.
    let value = rx.try_recv().expect("a sender waits");
    println!("received {value:?}");
    assert_eq!(value, [1, 2, 3]);

    let after = tx.inspect();
    println!("after:  {} wait", after.senders_waiting.len());
    assert_eq!((after.count, after.capacity), (0, 0));
    assert!(after.senders_waiting.is_empty());
    assert_eq!(sender.join().expect("no panic"), Ok(()));
}

//! From a full buffer with a waiting sender, a receive takes the head and refills the same place.
//!
//! The receiver must not take the waiting sender's value: older ones are in the buffer. So it takes
//! the oldest and, for the sender, puts the new one at the tail, which in a full ring is the very
//! place that came free. Both indices move on together, the buffer is as full as before, and the
//! sender wakes up with its work done. In std and crossbeam the sender would be woken to try again,
//! and another could be quicker.

use std::thread;

use channels::{Inspection, channel};

fn main() {
    let (tx, rx) = channel(3);
    (1..=3).for_each(|n| tx.send(n).expect("there is room"));
    let late = thread::spawn({
        let tx = tx.clone();
        move || tx.send(4)
    });
    while tx.inspect().senders_waiting.is_empty() {
        thread::yield_now();
    }
    show("before", &rx.inspect());

    assert_eq!(rx.recv(), Ok(1));

    let after = rx.inspect();
    show("after", &after);
    assert_eq!(after.count, 3);
    assert_eq!((after.send_index, after.receive_index), (1, 1));
    assert!(after.senders_waiting.is_empty());
    late.join().expect("no panic").expect("4 is in the buffer");
    drop(tx);
    assert_eq!(rx.iter().collect::<Vec<_>>(), [2, 3, 4]);
}

fn show(when: &str, channel: &Inspection) {
    println!(
        "{when:>6}: count {}, send index {}, receive index {}, {} waiting to send",
        channel.count,
        channel.send_index,
        channel.receive_index,
        channel.senders_waiting.len()
    );
}

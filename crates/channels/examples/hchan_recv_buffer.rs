//! A receive from the buffer takes the value at the receive index and moves it on; nobody waits.
//!
//! `qcount` falls by one, `recvx` goes one place further, and `sendx` stays where it is: senders
//! and receivers chase each other round the ring. When the two meet, it is empty or full; `qcount`
//! says which. In std's ring the indices also count the laps, which tells full from empty; this
//! library does the same.
//!
//! ```syscalls
//! !futex
//! ```

use channels::channel;

fn main() {
    let (tx, rx) = channel(3);
    (1..=3).for_each(|n| tx.send(n).expect("there is room"));
    assert_eq!(
        (rx.inspect().send_index, rx.inspect().receive_index),
        (0, 0)
    );

    for n in 1..=3 {
        let before = rx.inspect();

        assert_eq!(rx.recv(), Ok(n));

        let after = rx.inspect();
        println!(
            "received {n}: count {}, receive index {}",
            after.count, after.receive_index
        );
        assert_eq!(after.count, before.count - 1);
        assert_eq!(after.receive_index, (before.receive_index + 1) % 3);
        assert_eq!(after.send_index, before.send_index);
        assert!(after.receivers_waiting.is_empty());
    }
    assert!(rx.try_recv().is_err(), "now it would have to wait");
}

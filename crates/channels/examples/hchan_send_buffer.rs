//! A send into free space puts the value at the send index and moves it on; nobody waits.
//!
//! `qcount` grows by one, `sendx` goes one place further and from the last place to the first. Go
//! takes the lock, copies and lets the lock go; this library's ring does without the lock. The
//! kernel hears of neither, as the witness shows. std's bounded channel is such a ring too; tokio's
//! is a list of blocks, with a semaphore that counts the room.
//!
//! ```syscalls
//! !futex
//! ```

use channels::channel;

fn main() {
    let (tx, rx) = channel(3);
    for (sent, value) in ["a", "b", "c"].into_iter().enumerate() {
        let before = tx.inspect();
        assert_eq!((before.count, before.send_index), (sent, sent));

        tx.send(value).expect("its receiver is there");

        let after = tx.inspect();
        println!(
            "sent {value}: count {}, send index {}",
            after.count, after.send_index
        );
        assert_eq!(after.count, before.count + 1);
        assert_eq!(after.send_index, (before.send_index + 1) % 3);
        assert!(after.senders_waiting.is_empty());
    }
    assert!(tx.try_send("d").is_err(), "now it would have to wait");
    assert_eq!(rx.iter().take(3).collect::<String>(), "abc");
}

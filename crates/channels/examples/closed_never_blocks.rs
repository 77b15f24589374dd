//! After close the queued values come first, then "closed", at once and as often as one asks.
//!
//! Closing means "nothing more will be sent", not "forget what was sent". And since every receive
//! on a closed channel returns, a close reaches all receivers, present and future ones, where a
//! value reaches one. That makes it a signal to many: Go's done channels and contexts are channels
//! that nobody ever sends on.
//!
//! Go tells the two apart by a second result, `value, ok := <-ch`; without it one gets zero values.
//! In Rust it is a `Result`, in tokio's `mpsc` an `Option`, and nothing can be taken for a value by
//! mistake.
//!
//! One thread that never waits makes no `futex` call.
//!
//! ```syscalls
//! write(1, "3 queued, then closed\n", *)
//! write(1, "1000 receives: closed\n", *)
//! !futex
//! ```

use channels::{CloseError, RecvError, SendError, channel};

fn main() -> Result<(), CloseError> {
    let (tx, rx) = channel(3);
    (1..=3).for_each(|n| tx.send(n).expect("there is room"));
    tx.close()?;
    println!("{} queued, then closed", rx.len());
    assert_eq!(tx.send(4), Err(SendError(4)), "too late, and handed back");

    for n in 1..=3 {
        assert_eq!(rx.recv(), Ok(n));
        println!("received {n}");
    }

    let late_comer = rx.clone();
    for _ in 0..500 {
        assert_eq!(rx.recv(), Err(RecvError));
        assert_eq!(late_comer.recv(), Err(RecvError));
    }
    println!("1000 receives: closed");
    Ok(())
}

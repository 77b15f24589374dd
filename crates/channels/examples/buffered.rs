//! With capacity 2, two sends return at once and the third waits; first in is first out.
//!
//! A buffer lets a sender run ahead of the receivers, and its size says how far. It evens out short
//! differences in speed; if the receiver is slower in the long run, any buffer is full at some
//! time, and then the sender runs at the receiver's speed. That is called back pressure, and it is
//! why a buffer without a limit (std's `mpsc::channel`, tokio's `unbounded_channel`) is a leak that
//! waits for its day. Limited are std's `sync_channel(2)`, crossbeam's `bounded(2)`, tokio's
//! `mpsc::channel(2)` and Go's `make(chan T, 2)`.
//!
//! The program has one thread, so it makes a `futex` call only where it has to sleep.
//!
//! ```syscalls
//! write(1, "two sent: 2 of 2 places taken\n", *)
//! futex(*, FUTEX_WAIT*) = -1 ETIMEDOUT (*)
//! write(1, "a third waits: *", *)
//! futex x1
//! ```

use std::time::Duration;

use channels::{SendError, SendTimeoutError, TrySendError, channel};

fn main() -> Result<(), SendError<char>> {
    let (tx, rx) = channel(2);
    tx.send('a')?;
    tx.send('b')?;
    println!("two sent: {} of {} places taken", tx.len(), tx.capacity());
    assert!(tx.is_full());

    // Nobody receives, so a plain `send` would wait for ever.
    let third = tx.send_timeout('c', Duration::from_millis(20));
    println!("a third waits: {third:?}");
    assert_eq!(third, Err(SendTimeoutError::Timeout('c')));
    assert_eq!(tx.try_send('c'), Err(TrySendError::Full('c')));

    assert_eq!(rx.recv(), Ok('a'));
    tx.send('c')?;
    println!("one received, so there is room for it");

    drop(tx);
    let rest: String = rx.iter().collect();
    println!("the rest: {rest:?}");
    assert_eq!(rest, "bc");
    Ok(())
}

//! A send on an unbuffered channel returns when a receiver has come for the value, not before.
//!
//! With capacity 0 there is nowhere to leave a value, so sender and receiver meet: whoever comes
//! first waits for the other. That makes the channel a means to synchronise, too: after a send each
//! side knows how far the other has come. With a buffer the sender only knows that there was room.
//!
//! std has it as `mpsc::sync_channel(0)`, crossbeam as `bounded(0)`; tokio's `mpsc` has no such
//! channel, and `mpsc::channel(0)` panics. Go's `make(chan T)` is one, and in Go it is the default.

use std::thread;
use std::time::{Duration, Instant};

use channels::{RecvError, SendError, channel};

const RECEIVER_IS_LATE_BY: Duration = Duration::from_millis(100);

fn main() -> Result<(), SendError<&'static str>> {
    let begin = Instant::now();
    let (tx, rx) = channel(0);
    let receiver = thread::spawn(move || {
        thread::sleep(RECEIVER_IS_LATE_BY);
        let came = Instant::now();
        Ok::<_, RecvError>((came, rx.recv()?))
    });
    tx.send("hand to hand")?;
    let sent = Instant::now();

    let (came, value) = receiver.join().unwrap().expect("one value was sent");
    let (came_after, sent_after) = (came - begin, sent - begin);
    println!("no buffer: receiver came after {came_after:?}, send returned after {sent_after:?}");
    assert_eq!(value, "hand to hand");
    assert!(sent >= came, "nobody was there to take it");
    assert!(sent_after >= RECEIVER_IS_LATE_BY);

    let (tx, rx) = channel(1);
    tx.send("left behind")?;
    println!("buffer:    send returned, and {} value waits", rx.len());
    assert_eq!(rx.len(), 1, "nobody has received it");
    assert_eq!(rx.recv(), Ok("left behind"));
    Ok(())
}

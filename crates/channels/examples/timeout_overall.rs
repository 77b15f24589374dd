//! A timeout made once, before the loop, ends the loop in time however many messages come.
//!
//! The timer is made outside, and each round waits for the same one. It does not matter that messages
//! are always ready too: among arms that are ready select chooses at random, so the timer's turn comes
//! within a few rounds. (With `biased;` and the messages first it would never come.)
//!
//! The same in Go: `timeout := time.After(d)` before the `for`. In tokio a `sleep` that is pinned
//! before the loop; made anew inside `select!`, it never ends a busy loop.

use std::thread;
use std::time::{Duration, Instant};

use channels::time::after;
use channels::{SendError, channel, select};

fn main() {
    let (tx, rx) = channel(16);
    let sender = thread::spawn(move || {
        for number in 0_u64.. {
            if let Err(SendError(unsent)) = tx.send(number) {
                return unsent;
            }
        }
        unreachable!("there are more numbers than time");
    });

    let duration = Duration::from_millis(200);
    let begin = Instant::now();
    let timeout = after(duration);
    let mut received = 0_u64;
    loop {
        select! {
            recv(rx) -> number => {
                assert_eq!(number, Ok(received), "always one ready or soon to be");
                received += 1;
            }
            recv(timeout) -> _ => break,
        }
    }
    let elapsed = begin.elapsed();
    println!("{received} messages, and the end after {elapsed:.1?}");
    assert!(received > 16, "the clock was not stopped by silence");
    assert!(elapsed >= duration && elapsed < duration + Duration::from_secs(5));

    drop(rx);
    let unsent = sender.join().expect("the sender does not panic");
    println!("the sender got its message {unsent} back");
    assert!(unsent >= received);
}

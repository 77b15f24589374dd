//! A timeout made inside the loop starts again with each message; a default arm disarms it.
//!
//! The arm `timeout(d)` counts from the moment its select begins. In a loop that is once a message: a
//! stream may go on for ever, if only no gap is longer than `d`. That is what one wants of a
//! connection that must not fall silent. A timeout for the whole conversation is another thing: see
//! the next lesson.
//!
//! With a default arm beside it a select never waits, so nothing can time out in it. In Go, where the
//! timeout is `case <-time.After(d)`, such a loop compiles, makes a timer in each round, never waits
//! for it, and goes round for ever. `select!` does not take the two together; written as in Go, with a
//! timer of its own in each round, it is the same here. tokio: `timeout(d, rx.recv())`.

use std::thread;
use std::time::{Duration, Instant};

use channels::time::Timer;
use channels::{channel, select};

const PATIENCE: Duration = Duration::from_millis(300);

fn main() {
    let begin = Instant::now();
    let (tx, rx) = channel(0);
    let sender = thread::spawn(move || {
        for number in 1..=6 {
            thread::sleep(PATIENCE / 5);
            tx.send(number).expect("main receives them all");
        }
        // The last word is not the end: the channel stays open.
        tx
    });

    let mut last = (0, begin);
    let timed_out = loop {
        select! {
            recv(rx) -> number => last = (number.expect("it stays open"), Instant::now()),
            timeout(PATIENCE) => break Instant::now(),
        }
    };
    let silence = timed_out - last.1;
    println!("message {} at {:.0?}", last.0, last.1 - begin);
    println!(
        "given up at {:.0?}, after {silence:.0?} of silence",
        timed_out - begin
    );
    assert_eq!(last.0, 6, "no gap was longer than the timeout");
    assert!(last.1 - begin > PATIENCE, "but all of them together were");
    assert!(silence >= PATIENCE);

    let begin = Instant::now();
    let mut rounds = 0;
    let gave_up = loop {
        let timer = Timer::new(PATIENCE);
        select! {
            recv(timer.channel()) -> _ => break true,
            default => rounds += 1,
        }
        if begin.elapsed() > PATIENCE {
            break false;
        }
    };
    println!("with a default arm: {rounds} rounds, and each time a new timer");
    assert!(!gave_up && rounds > 1);
    drop(sender.join());
}

//! Collecting ends at its deadline, or with the channel, and loses nothing that came before.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use channels::{SendError, channel};

use super::exercise::collect;

/// Longer than any pause of the sources, also on a machine that has much else to do.
const DURATION: Duration = Duration::from_millis(500);
/// How long the sources talk to whoever does not stop.
const ENOUGH: Duration = Duration::from_secs(3);

pub fn main() {
    let (tx, rx) = channel(2);
    tx.send(1).expect("there is room");
    let begin = Instant::now();
    let values = collect(&rx, DURATION);
    assert_eq!(values, [1], "one value was there, and no other came");
    assert!(
        begin.elapsed() >= DURATION,
        "more could have come: it has to wait for the whole {DURATION:?}"
    );
    println!("✓ silence ends at the deadline");

    tx.send(2).expect("there is room");
    tx.send(3).expect("there is room");
    drop(tx);
    let begin = Instant::now();
    let values = collect(&rx, ENOUGH * 100);
    assert_eq!(values, [2, 3]);
    assert!(
        begin.elapsed() < ENOUGH * 100,
        "the channel is closed: there is nothing to wait for"
    );
    println!("✓ a closed channel ends it at once");

    ends_in_spite_of(0, "always ready");
    ends_in_spite_of(20, "every 20 ms");
    println!("✓ sources that never stop do not keep it");
}

/// From a source that has a value every so many milliseconds.
fn ends_in_spite_of(pause: u64, how_often: &str) {
    let (tx, rx) = channel(4);
    let (tell, heard) = mpsc::channel();
    let talker = thread::spawn(move || {
        let begin = Instant::now();
        let mut value = 0;
        while begin.elapsed() < ENOUGH {
            if let Err(SendError(_)) = tx.send(value) {
                return;
            }
            value += 1;
            thread::sleep(Duration::from_millis(pause));
        }
    });
    thread::spawn(move || tell.send(collect(&rx, DURATION)));
    let values = heard.recv_timeout(ENOUGH - DURATION).unwrap_or_else(|_| {
        panic!("values are {how_often}: it has to end after {DURATION:?}, and did not")
    });
    let expected: Vec<u32> = (0..).take(values.len()).collect();
    assert!(values == expected, "values are lost, or in another order");
    talker.join().expect("the source does not panic");
}

//! A loop round one `select!` merges two channels into one, until it is told to stop.
//!
//! A fixed number of sources needs no thread for each: the arms of one `select!` are enough. In Go
//! the merger often hangs after `close(done)`, in its send to a consumer that has stopped to
//! listen, unless that one drains the result. Here the send is an arm too, and `done` ends that
//! wait as well, at the price of the one value in hand. tokio has its own `select!`, and
//! `StreamExt::merge`.

use std::thread;

use channels::{Receiver, Sender, channel, select};

fn fan_in(done: Receiver<()>, first: Receiver<u64>, second: Receiver<u64>) -> Receiver<u64> {
    let (tx, rx) = channel(0);
    thread::spawn(move || {
        loop {
            let value = select! {
                recv(done) -> _closed => return,
                recv(first) -> value => value,
                recv(second) -> value => value,
            };
            let Ok(value) = value else { return };
            select! {
                recv(done) -> _closed => return,
                send(tx, value) -> sent => if sent.is_err() { return },
            }
        }
    });
    rx
}

/// Sends `value` until nobody listens; its result is how often it was taken.
fn repeat(value: u64, tx: Sender<u64>) -> usize {
    (0..).take_while(|_| tx.send(value).is_ok()).count()
}

fn main() {
    let (done_tx, done) = channel(0);
    let (ones_tx, ones) = channel(0);
    let (twos_tx, twos) = channel(0);
    let sources = [
        thread::spawn(move || repeat(1, ones_tx)),
        thread::spawn(move || repeat(2, twos_tx)),
    ];
    let merged = fan_in(done, ones, twos);

    let (mut from_first, mut from_second) = (0, 0);
    while from_first < 100 || from_second < 100 {
        match merged.recv().expect("the sources never end") {
            1 => from_first += 1,
            _ => from_second += 1,
        }
    }
    println!("{from_first} values of the first, {from_second} of the second source");

    done_tx.close().expect("closed once");
    let left = merged.iter().count();
    println!("after done: {left} more, then the end");

    let taken = sources.map(|source| source.join().expect("no panic"));
    let received = from_first + from_second + left;
    // All that was taken has come, but for the one in hand at the end.
    let in_hand = taken.iter().sum::<usize>() - received;
    assert!(in_hand <= 1, "{taken:?} taken and {received} received");
}

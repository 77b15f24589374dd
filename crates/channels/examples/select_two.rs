//! `select!` receives from whichever channel is ready first: evens here, odds there, then the end.
//!
//! A receive waits for one channel. Who listens to several needs to wait for all of them at once
//! and go on with the one that has something: that is Go's `select`. Its arms can receive, send,
//! give up after a time, or not wait at all.
//!
//! crossbeam's `select!` looks like ours. `tokio::select!` waits for futures of any kind, and drops
//! those that lost: use it in async code, and there use operations that can be dropped without
//! loss, as `recv` of its `mpsc`. std has none: one channel with an enum of messages often does.

use std::thread;

use channels::{channel, select};

fn main() {
    let (even_tx, even_rx) = channel(0);
    let (odd_tx, odd_rx) = channel(0);
    let (quit_tx, quit_rx) = channel::<()>(0);
    let producer = thread::spawn(move || {
        for n in 1..=10 {
            let tx = if n % 2 == 0 { &even_tx } else { &odd_tx };
            tx.send(n).expect("main listens to both");
        }
        quit_tx.close().expect("it was open");
        // Handed on: dropped here they would close their channels, and closed is ready, too.
        (even_tx, odd_tx)
    });

    let (mut evens, mut odds) = (Vec::new(), Vec::new());
    loop {
        select! {
            recv(even_rx) -> n => evens.push(n.expect("open")),
            recv(odd_rx) -> n => odds.push(n.expect("open")),
            recv(quit_rx) -> _closed => break,
        }
    }
    producer.join().expect("the producer panicked");
    println!("even: {evens:?}");
    println!("odd:  {odds:?}");
    assert_eq!(evens, [2, 4, 6, 8, 10]);
    assert_eq!(odds, [1, 3, 5, 7, 9]);
}

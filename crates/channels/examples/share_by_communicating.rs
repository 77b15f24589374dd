//! A channel can guard a counter as a lock does; for a mere counter the lock is shorter.
//!
//! "Do not communicate by sharing memory; share memory by communicating": with a channel, one
//! thread owns the data, and others ask it. In Go the proverb also guards against data races; in
//! Rust neither form has them, since a `Mutex` owns what it guards. So take what says it best: a
//! channel for what moves on from one to the next, a lock (or an atomic) for what stays and is
//! looked at.

use std::sync::Mutex;
use std::thread;

use channels::channel;

const THREADS: u64 = 4;
const EACH: u64 = 1000;

fn count_with_a_lock() -> u64 {
    let counter = Mutex::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..EACH).for_each(|n| *counter.lock().unwrap() += n));
        }
    });
    counter.into_inner().unwrap()
}

fn count_with_a_channel() -> u64 {
    let (tx, rx) = channel(16);
    thread::scope(|scope| {
        let owner = scope.spawn(|| {
            let mut counter = 0;
            for n in rx {
                counter += n;
            }
            counter
        });
        for _ in 0..THREADS {
            let tx = tx.clone();
            scope.spawn(move || (0..EACH).for_each(|n| tx.send(n).unwrap()));
        }
        drop(tx);
        owner.join().unwrap()
    })
}

fn main() {
    let sums = (count_with_a_lock(), count_with_a_channel());
    let lines = (
        lines_of("count_with_a_lock"),
        lines_of("count_with_a_channel"),
    );
    println!("lock:    sum {}, {} lines", sums.0, lines.0);
    println!("channel: sum {}, {} lines", sums.1, lines.1);
    assert_eq!(sums.0, THREADS * EACH * (EACH - 1) / 2);
    assert_eq!(sums.0, sums.1);
    assert!(lines.0 < lines.1);
}

/// How long a function of this file is.
fn lines_of(name: &str) -> usize {
    let source = include_str!("share_by_communicating.rs");
    let start = format!("fn {name}(");
    let body = source.lines().skip_while(|line| !line.starts_with(&start));
    body.take_while(|line| *line != "}").count() + 1
}

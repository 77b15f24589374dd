//! Closing a `done` channel ends a generator that would otherwise send for ever.
//!
//! The generator offers its next value and listens to `done` in one `select!`. Nothing is ever sent
//! on `done`: closing it is the message, and reaches any number of listeners at once. Go does the
//! same with `chan struct{}` and `close(done)`. In Rust dropping the receiver would do, since then
//! `send` fails; a `done` channel stops those too who do not send to you. tokio's
//! `CancellationToken` is this channel under another name.

use std::thread::{self, JoinHandle};

use channels::{Receiver, channel, select};

/// Its result is how many values were taken.
fn generator(done: Receiver<()>) -> (Receiver<u64>, JoinHandle<u64>) {
    let (tx, rx) = channel(0);
    let worker = thread::spawn(move || {
        for n in 0.. {
            select! {
                recv(done) -> _closed => return n,
                send(tx, n) -> result => result.expect("the receiver is there"),
            }
        }
        unreachable!("there are more numbers than time")
    });
    (rx, worker)
}

fn main() {
    let before = threads();
    let (done_tx, done) = channel(0);
    let (numbers, worker) = generator(done);

    let taken: Vec<u64> = numbers.iter().take(5).collect();
    println!("took {taken:?} of an endless row; threads: {}", threads());
    assert_eq!(taken, [0, 1, 2, 3, 4]);
    assert!(!worker.is_finished());

    done_tx.close().expect("nobody else closes it");
    let sent = worker.join().expect("the worker does not panic");
    assert_eq!(sent, 5, "nothing was taken after the five");
    assert!(numbers.recv().is_err(), "its end went with the worker");

    // `join` may return a moment before the kernel has taken the thread off its list.
    while threads() > before {
        thread::yield_now();
    }
    println!("closed `done`; threads: {}, as before", threads());
}

#[cfg(target_os = "linux")]
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").expect("/proc").count()
}

/// Elsewhere the count takes more work; that `join` returned says the same.
#[cfg(not(target_os = "linux"))]
fn threads() -> usize {
    1
}

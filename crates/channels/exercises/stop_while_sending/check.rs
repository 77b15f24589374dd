//! A worker stops when it is told to, also in a send, and counts what was received.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use channels::{Receiver, channel};

use super::exercise::work;

const PATIENCE: Duration = Duration::from_secs(3);

pub fn main() {
    for received in [3, 0] {
        let (stop_tx, stop) = channel(0);
        let (squares, worker) = work(stop);
        for n in 0..received {
            assert_eq!(
                squares.recv_timeout(PATIENCE),
                Ok(n * n),
                "the squares, from 0 on"
            );
        }
        until_it_sends(&squares);
        stop_tx.close().expect("nobody else closes it");
        assert_eq!(
            end_of(worker),
            received,
            "the thread's result is how many squares were received"
        );
        drop(squares);
        println!("✓ stopped in a send, after {received} were received");
    }

    let (_stop_tx, stop) = channel(0);
    let (squares, worker) = work(stop);
    drop(squares);
    assert_eq!(end_of(worker), 0);
    println!("✓ a receiver that is gone ends it too");
}

/// Waits until the worker is in a send that nobody will receive. One that never waits in a send is
/// not waited for long.
fn until_it_sends(squares: &Receiver<u64>) {
    let begin = Instant::now();
    while squares.inspect().senders_waiting.is_empty() && begin.elapsed() < PATIENCE / 2 {
        thread::yield_now();
    }
}

/// The thread's result, if it comes in time.
fn end_of(thread: JoinHandle<u64>) -> u64 {
    let (tell, heard) = mpsc::channel();
    thread::spawn(move || tell.send(thread.join()));
    heard
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| {
            panic!("`stop` is closed, and {PATIENCE:?} later the thread still runs")
        })
        .expect("the thread has to end without a panic")
}

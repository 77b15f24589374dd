//! To receive from a done channel is to wait until somebody else has finished.
//!
//! What the worker did before it sent, the receiver sees after it received: the channel orders the
//! two threads' memory as well (in Go's memory model: a send happens before the receive of its
//! value completes). So not even the flag below needs more than relaxed ordering.
//!
//! No value has to be sent. A worker that owns the sender drops it when it ends, and that closes
//! the channel, also when it panics; Go needs `defer close(done)` for that. For one thread `join`
//! says the same, for many tasks tokio's `JoinSet`, and `tokio::sync::Notify` where no end is
//! meant.
//!
//! ```syscalls
//! write(1, "sub() is running\n", 17) = 17
//! write(1, "sub() is finished\n", 18) = 18
//! write(1, "all tasks are finished\n", 23) = 23
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use channels::{RecvError, channel};

fn sub() {
    println!("sub() is running");
    println!("sub() is finished");
}

fn main() {
    let (done_tx, done_rx) = channel(0);
    thread::spawn(move || {
        sub();
        done_tx.send(()).expect("main waits");
    });
    done_rx.recv().expect("it was sent");
    println!("all tasks are finished");

    for round in 0..500 {
        let finished = Arc::new(AtomicBool::new(false));
        let (done_tx, done_rx) = channel::<()>(0);
        let by_worker = Arc::clone(&finished);
        thread::spawn(move || {
            by_worker.store(true, Relaxed);
            drop(done_tx);
        });
        assert_eq!(done_rx.recv(), Err(RecvError));
        assert!(finished.load(Relaxed), "too early in round {round}");
    }
    println!("500 times more, by dropping the sender");
}

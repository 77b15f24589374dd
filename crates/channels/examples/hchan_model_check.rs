//! A model checker runs every interleaving, and so finds the one that loses a wake-up.
//!
//! A receiver that finds nothing must be in `recvq` before it lets go of the lock under which it
//! looked. The broken one below lets go first. Should the sender come in between, it sees nobody in
//! the queue and puts the value into the buffer; the receiver then queues up and sleeps, and nobody
//! will wake it. That is why Go's `gopark` takes the channel's lock along and releases it only when
//! the goroutine waits. A test would have to run into the gap of some nanoseconds; Go's race
//! detector sees nothing, since every access is locked. loom replaces locks and threads, tries each
//! order, and reports the one in which all threads wait. shuttle tries random ones, for larger
//! programs.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use loom::sync::Mutex;
use loom::thread::{self, Thread};

/// A channel for one value and one receiver.
#[derive(Default)]
struct Mini(Mutex<Hchan>);

#[derive(Default)]
struct Hchan {
    buf: Option<u32>,
    recvq: Option<Thread>,
}

impl Mini {
    fn send(&self, value: u32) {
        let mut c = self.0.lock().unwrap();
        c.buf = Some(value);
        if let Some(receiver) = c.recvq.take() {
            receiver.unpark();
        }
    }

    /// Looks and queues up under one lock.
    fn recv(&self) -> u32 {
        loop {
            let mut c = self.0.lock().unwrap();
            if let Some(value) = c.buf.take() {
                return value;
            }
            c.recvq = Some(thread::current());
            drop(c);
            thread::park();
        }
    }

    /// Looks under one lock and queues up under the next.
    fn recv_with_a_gap(&self) -> u32 {
        loop {
            if let Some(value) = self.0.lock().unwrap().buf.take() {
                return value;
            }
            self.0.lock().unwrap().recvq = Some(thread::current());
            thread::park();
        }
    }
}

/// Runs a sender and a receiver in every interleaving: how many were tried, and what went wrong.
fn explore(recv: fn(&Mini) -> u32) -> (usize, Result<(), String>) {
    let tried = Arc::new(AtomicUsize::new(0));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        let tried = tried.clone();
        loom::model(move || {
            tried.fetch_add(1, Relaxed);
            let channel = Arc::new(Mini::default());
            let sender = thread::spawn({
                let channel = Arc::clone(&channel);
                move || channel.send(7)
            });
            assert_eq!(recv(&channel), 7);
            sender.join().unwrap();
        });
    }));
    let failure = outcome.map_err(|panic| *panic.downcast::<String>().expect("a message"));
    (tried.load(Relaxed), failure)
}

fn main() {
    // The panic is what is looked for: no need for its backtrace.
    panic::set_hook(Box::new(|_| {}));
    let with_a_gap = explore(Mini::recv_with_a_gap);
    let under_one_lock = explore(Mini::recv);
    drop(panic::take_hook());

    let (tried, outcome) = with_a_gap;
    let failure = outcome.expect_err("the lost wake-up is found");
    println!("with a gap:     interleaving {tried} fails: {failure}");
    assert!(failure.starts_with("deadlock"));

    let (tried, outcome) = under_one_lock;
    assert_eq!(outcome, Ok(()));
    println!("under one lock: all {tried} interleavings pass");
    assert!(tried > 1);
}

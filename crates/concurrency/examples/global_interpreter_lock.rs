//! With one lock around all computing, two threads compute one after the other.
//!
//! CPython and Ruby have such a lock around their interpreter: their threads are concurrent, not
//! parallel, and two jobs take twice the time, on however many processors. It is given up while a
//! thread waits for the outside, so *waiting* does overlap: both wait at once below, or the barrier
//! would not open.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use concurrency::sync::{Barrier, Mutex};

static INTERPRETER: Mutex<()> = Mutex::new(());
static COMPUTING: AtomicU32 = AtomicU32::new(0);

/// Computes, in slices, and says how long it computed in all.
fn instructions() -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..20 {
        let _lock = INTERPRETER.lock();
        assert_eq!(COMPUTING.fetch_add(1, Ordering::SeqCst), 0, "alone");
        let start = Instant::now();
        for n in 0..20_000 {
            black_box(n);
        }
        total += start.elapsed();
        COMPUTING.fetch_sub(1, Ordering::SeqCst);
    }
    total
}

fn main() {
    let start = Instant::now();
    let [one, two] = thread::scope(|scope| {
        let threads = [scope.spawn(instructions), scope.spawn(instructions)];
        threads.map(|thread| thread.join().expect("it does not panic"))
    });
    let elapsed = start.elapsed();
    println!("jobs of {one:.1?} and {two:.1?} together took {elapsed:.1?}");
    assert!(elapsed >= one + two, "nothing overlapped");

    let both_wait = Barrier::new(2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                drop(INTERPRETER.lock());
                // A call to the outside, without the lock.
                both_wait.wait();
                drop(INTERPRETER.lock());
            });
        }
    });
    println!("and both waited for the outside at once");
}

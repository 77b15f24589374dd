//! Who passes a gate before and after it is opened, and what those do who wait.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! futex(*, FUTEX_WAIT*, NULL*
//! !sched_yield
//! !clock_nanosleep
//! !nanosleep
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::exercise::Gate;

const THREADS: u32 = 4;

pub fn main() {
    let gate = Arc::new(Gate::default());
    let (begun, passed) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    for _ in 0..THREADS {
        let (gate, begun, passed) = (gate.clone(), begun.clone(), passed.clone());
        thread::spawn(move || {
            begun.fetch_add(1, Ordering::SeqCst);
            gate.pass();
            passed.fetch_add(1, Ordering::SeqCst);
        });
    }
    wait_for_all("begin to wait", &begun);
    thread::park_timeout(Duration::from_millis(200));
    assert_eq!(
        passed.load(Ordering::SeqCst),
        0,
        "the gate is closed, and some have passed"
    );
    println!("✓ nobody passes a closed gate");

    gate.open();
    wait_for_all("pass the open gate", &passed);
    println!("✓ all who wait pass when it opens");

    gate.pass();
    gate.open();
    gate.pass();
    println!("✓ it stays open");
}

/// Waits itself with a limit each time, so that the calls tell it from those who wait at the gate.
fn wait_for_all(what: &str, count: &AtomicU32) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while count.load(Ordering::SeqCst) < THREADS {
        assert!(
            Instant::now() < deadline,
            "of {THREADS} threads only {count:?} {what}"
        );
        thread::park_timeout(Duration::from_millis(1));
    }
}

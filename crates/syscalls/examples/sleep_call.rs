//! `thread::sleep` asks the monotonic clock for a wake-up, and returns at that time or later.
//!
//! The thread leaves the processor and costs nothing until the kernel's timer is due. Then it is
//! only *ready* to run: it goes on when a processor is free, so a sleep is never shorter and often
//! longer than asked. The monotonic clock is asked so that nobody who sets the wall clock can wake
//! the thread too early. A signal that arrives meanwhile ends the call with `EINTR` and the time
//! that is left; std then sleeps for the rest. macOS has `nanosleep` for it.
//!
//! ```syscalls
//! clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=1000000}, *) = 0
//! clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=20000000}, *) = 0
//! clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=0, tv_nsec=150000000}, *) = 0
//! ```

use std::thread;
use std::time::{Duration, Instant};

fn main() {
    for asked in [1, 20, 150].map(Duration::from_millis) {
        let start = Instant::now();
        thread::sleep(asked);
        let slept = start.elapsed();
        println!("asked for {asked:>5?}, woke {:?} later", slept - asked);
        assert!(slept >= asked, "woke after {slept:?}");
    }
}

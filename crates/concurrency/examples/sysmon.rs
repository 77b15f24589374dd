//! sysmon needs no P: it looks around while every P is busy, and less often when nothing happens.
//!
//! Everything else in the scheduler is done by a thread that has a P, between two tasks. If all
//! of them are busy, or stuck in the kernel, somebody else has to notice: a thread of its own, which
//! takes Ps from long system calls, asks long runners to stop, and looks at the network when nobody has.
//!
//! It would be a waste if it looked every 20 microseconds for ever. After 50 rounds with nothing to do
//! it sleeps twice as long each time, up to 10 milliseconds; and it starts again when it had to do
//! something. (The bounds below are wide: on a busy machine the watcher has to wait like anybody.)

use std::thread;
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, Handle, Runtime};

/// How long so many more rounds take.
fn rounds(handle: &Handle, number: u64) -> Duration {
    let (start, first) = (Instant::now(), handle.snapshot().sysmon_rounds);
    while handle.snapshot().sysmon_rounds < first + number {
        thread::sleep(Duration::from_micros(100));
    }
    start.elapsed()
}

fn with_all_processors_busy() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let seen = runtime.block_on(async move {
        let before = handle.snapshot();
        assert_eq!(before.idle_processors, 0, "this future has the only P");
        // No await in here.
        rounds(&handle, 20);
        handle.snapshot().sysmon_rounds - before.sysmon_rounds
    });
    println!("rounds of sysmon while the only P was busy: {seen}");
    assert!(seen >= 20);
    Ok(())
}

/// The first rounds of a runtime, and some of those after it has been idle: time for each.
fn early_and_late() -> (Duration, Duration) {
    let runtime = Runtime::new();
    let handle = runtime.handle();
    let early = rounds(&handle, 30) / 30;
    while rounds(&handle, 1) < Duration::from_millis(9) {}
    (early, rounds(&handle, 10) / 10)
}

fn main() -> anyhow::Result<()> {
    with_all_processors_busy()?;
    let mut tries = (0..3).map(|_| early_and_late());
    let adapts = tries.find(|(early, late)| *late > 3 * *early);
    let (early, late) = adapts.expect("one try in three is not disturbed");
    println!("a round takes {early:?} at first, and {late:?} when nothing happens");
    Ok(())
}

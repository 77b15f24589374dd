//! Four ways to read from slow sources give the same bytes; they differ in who waits, and where.
//!
//! Three pipes are fed by a thread, a few bytes at a time. Reading them one after the other is
//! simplest and deaf to all but one. Asking all in turn hears everything and never rests. A poller
//! rests and hears everything. Handing the reads over leaves the thread free, for the price of
//! somebody else who waits.
//!
//! In a Go program you write the first and get the third.

use std::error::Error;
use std::io::{PipeReader, Write, pipe};
use std::thread;
use std::time::Duration;

use mmap::quadrants::{Outcome, blocking, completed, multiplexed, polling};

const SOURCES: usize = 3;

/// Pipes that say "00000", "11111", "22222", the last one first, with pauses.
fn slow_sources() -> std::io::Result<Vec<PipeReader>> {
    let pipes = (0..SOURCES)
        .map(|_| pipe())
        .collect::<Result<Vec<_>, _>>()?;
    let (readers, writers): (Vec<_>, Vec<_>) = pipes.into_iter().unzip();
    thread::spawn(move || {
        for _ in 0..5 {
            for (index, mut writer) in writers.iter().enumerate().rev() {
                thread::sleep(Duration::from_millis(5));
                write!(writer, "{index}").expect("somebody reads");
            }
        }
    });
    Ok(readers)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut counted = 0_u64;
    let outcomes = [
        (
            "blocking: sleeps in read",
            blocking(&mut slow_sources()?, 5)?,
        ),
        (
            "non-blocking: asks and asks",
            polling(&mut slow_sources()?, 5)?,
        ),
        (
            "multiplexed: sleeps in wait",
            multiplexed(&mut slow_sources()?, 5)?,
        ),
        (
            "completed: others sleep",
            completed(slow_sources()?, 5, || counted += 1)?,
        ),
    ];
    println!(
        "{:<30}{:>8}{:>10}{:>8}{:>9}",
        "", "reads", "in vain", "waits", "threads"
    );
    for (way, Outcome { contents, cost }) in &outcomes {
        println!(
            "{way:<30}{:>8}{:>10}{:>8}{:>9}",
            cost.reads, cost.would_block, cost.waits, cost.threads
        );
        assert_eq!(contents, &[b"00000", b"11111", b"22222"]);
    }
    println!("while the others slept, counted to {counted}");

    let [asleep, asking, waiting, handed_over] = outcomes.map(|(_, outcome)| outcome.cost);
    assert!(asleep.would_block == 0 && asleep.waits == 0);
    assert!(asking.would_block > 0 && asking.waits == 0);
    assert!(waiting.would_block == 0 && waiting.waits > 0);
    assert!(handed_over.reads == 0 && handed_over.threads == SOURCES);
    assert!(counted > 0);
    Ok(())
}

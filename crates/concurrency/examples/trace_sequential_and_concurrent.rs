//! One after the other, waits add up; at the same time, the longest one is all.
//!
//! Three steps that only wait, first in a row and then as three tasks. In the trace of the first the
//! regions stand end to end, in that of the second below each other: the two pictures that every talk on
//! concurrency draws, here from what really happened.

use std::time::Duration;

use concurrency::runtime::{Runtime, sleep, spawn};
use concurrency::trace::{self, Timeline};

const STEPS: [(&str, u64); 3] = [("grind", 30), ("heat", 60), ("froth", 45)];

async fn step(name: &'static str, milliseconds: u64) {
    let _region = trace::region(name);
    sleep(Duration::from_millis(milliseconds)).await;
}

fn record<F: Future>(work: F) -> Result<Timeline, trace::AlreadyRecording> {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(work);
    Ok(recording.stop().timeline())
}

/// Prints a line a region, and gives the whole's length, the sum and the longest, in nanoseconds.
fn draw(timeline: &Timeline) -> (u64, u64, u64) {
    let begin = timeline.regions.iter().map(|r| r.begin).min().unwrap();
    let end = timeline.regions.iter().map(|r| r.end).max().unwrap();
    let column = |time: u64| ((time - begin) * 50 / (end - begin)) as usize;
    for region in &timeline.regions {
        let (from, to) = (column(region.begin), column(region.end));
        println!(
            "{:>6} {}{}",
            region.name,
            " ".repeat(from),
            "#".repeat(to - from)
        );
    }
    println!("{:>6.0?}\n", Duration::from_nanos(end - begin));
    let lengths = timeline.regions.iter().map(|r| r.end - r.begin);
    (end - begin, lengths.clone().sum(), lengths.max().unwrap())
}

fn main() -> Result<(), trace::AlreadyRecording> {
    let sequential = record(async {
        for (name, milliseconds) in STEPS {
            step(name, milliseconds).await;
        }
    })?;
    let (total, sum, _) = draw(&sequential);
    assert!(total >= sum, "in a row nothing overlaps");
    assert!(total >= Duration::from_millis(30 + 60 + 45).as_nanos() as u64);

    let concurrent = record(async {
        for task in STEPS.map(|(name, milliseconds)| spawn(step(name, milliseconds))) {
            task.await.expect("a step does not panic");
        }
    })?;
    let (total, sum, longest) = draw(&concurrent);
    assert!(total >= longest && total < sum, "together they overlap");
    Ok(())
}

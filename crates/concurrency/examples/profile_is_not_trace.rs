//! A profile names who used the processor; only a trace shows who waited, and for what.
//!
//! A profiler looks now and then at what runs. Here the one that sleeps never runs, so a profile does not
//! know it; and yet it is what makes the program slow. The profile of this lesson is made of the trace, by
//! looking at it each 100 microseconds: a trace has all that a profile has, and costs more.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use concurrency::runtime::{Runtime, sleep, spawn_named};
use concurrency::trace::{self, State, Timeline};

async fn busy() {
    let end = Instant::now() + Duration::from_millis(30);
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

/// How often each task was found running.
fn profile(timeline: &Timeline) -> BTreeMap<&str, usize> {
    let mut samples = BTreeMap::new();
    for time in (0..timeline.duration).step_by(100_000) {
        for task in &timeline.tasks {
            let runs = task.slices.iter().any(|slice| {
                slice.state == State::Running && (slice.begin..slice.end).contains(&time)
            });
            if runs {
                *samples.entry(task.name.as_str()).or_default() += 1;
            }
        }
    }
    samples
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(async {
        let hot = spawn_named("hot", busy());
        let slow = spawn_named("slow", sleep(Duration::from_millis(200)));
        hot.await?;
        slow.await
    })?;
    let timeline = recording.stop().timeline();

    let samples = profile(&timeline);
    let count = |name| samples.get(name).copied().unwrap_or(0);
    println!(
        "profile: hot {} samples, slow {}",
        count("hot"),
        count("slow")
    );
    assert!(count("hot") > count("slow"), "it used the processor");

    let slow = timeline.task("slow").expect("it was spawned");
    let waited = slow.total(State::Waiting);
    let why = slow.slices.iter().find(|slice| !slice.reason.is_empty());
    let why = why.map_or("", |slice| slice.reason.as_str());
    println!(
        "trace:   slow waited {:.0?} for {why:?}",
        Duration::from_nanos(waited)
    );
    assert_eq!(why, "sleep");
    assert!(
        waited > timeline.duration / 2,
        "that is where the time went"
    );
    Ok(())
}

//! A trace is one file that a browser shows offline, and its slices add up to the time that passed.
//!
//! The page carries the events, the style and the program in itself: no address in it leads anywhere.
//! A task is always in one of four states, so its slices have no gap, and their sum is its lifetime; on a
//! P one task runs at a time, so no P is busier than the clock on the wall.

use std::time::Duration;

use concurrency::runtime::{Runtime, sleep, spawn_named, yield_now};
use concurrency::trace::{self, State};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(async {
        let worker = spawn_named("worker", async {
            for _ in 0..20 {
                sleep(Duration::from_millis(1)).await;
                yield_now().await;
            }
        });
        worker.await
    })?;
    let trace = recording.stop();
    let timeline = trace.timeline();

    let worker = timeline.task("worker").expect("it was spawned");
    let (first, last) = (&worker.slices[0], &worker.slices[worker.slices.len() - 1]);
    let states = [
        State::Running,
        State::Runnable,
        State::Waiting,
        State::Syscall,
    ];
    for state in states {
        println!(
            "{:>9.1?} {}",
            Duration::from_nanos(worker.total(state)),
            state.name()
        );
    }
    let sum: u64 = states.iter().map(|&state| worker.total(state)).sum();
    assert_eq!(sum, last.end - first.begin);
    assert!(
        timeline
            .processors
            .iter()
            .all(|p| p.busy <= timeline.duration)
    );

    let page = trace::page(&trace.to_chrome());
    for address in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(address), "{address} leads out of the page");
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("trace.html");
    std::fs::write(&file, &page)?;
    println!(
        "{} bytes: a page to open in any browser",
        file.metadata()?.len()
    );
    Ok(())
}

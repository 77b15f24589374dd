//! A job of the trace crosses tasks: one job holds the regions of five workers.
//!
//! What a program does for one request is spread over many tasks of the runtime. The trace calls the
//! whole of it a task, too: it has a name, it lasts until the last one who works on it is done, and
//! regions that are opened through it belong to it, on whichever task they are.

use std::collections::BTreeSet;

use concurrency::runtime::{Runtime, spawn, yield_now};
use concurrency::trace;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::new();
    let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
    runtime.block_on(async {
        let order = trace::task("order");
        let workers: Vec<_> = (1..=5)
            .map(|number| {
                let order = order.clone();
                spawn(async move {
                    let _region = order.region(&format!("part {number}"));
                    yield_now().await;
                })
            })
            .collect();
        drop(order);
        for worker in workers {
            worker.await?;
        }
        Ok::<(), concurrency::runtime::JoinError>(())
    })?;

    let timeline = recording.stop().timeline();
    let [order] = &timeline.jobs[..] else {
        panic!("one job was begun");
    };
    println!("{}: {} ns", order.name, order.end - order.begin);
    for region in &timeline.regions {
        println!("  {} on task {}", region.name, region.task);
        assert_eq!(region.job, order.job);
        assert!(order.begin <= region.begin && region.end <= order.end);
    }
    let tasks: BTreeSet<_> = timeline.regions.iter().map(|region| region.task).collect();
    assert_eq!(tasks.len(), 5, "each region is on a task of its own");
    Ok(())
}

//! `concurrency ring`: a token that goes round.

use std::io::Write;
use std::time::Instant;

use channels::channel;
use clap::Args;
use concurrency::runtime::spawn;

/// Send a token round a ring of tasks and say what a hop costs
#[derive(Debug, Args)]
pub(crate) struct Ring {
    /// How many tasks
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    tasks: u64,
    /// How often it is handed on
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1..))]
    hops: u64,
    /// How many tasks may run at the same time
    #[arg(long, value_name = "N", value_parser = super::processors)]
    procs: Option<usize>,
}

impl Ring {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let runtime = super::runtime(self.procs)?;
        let (tasks, hops) = (self.tasks, self.hops);
        let elapsed = runtime.block_on(async { spawn(token(tasks, hops)).await })?;
        let each = elapsed.as_nanos() as f64 / hops as f64;
        writeln!(
            out,
            "{hops} hops round {tasks} tasks in {elapsed:.1?}: {each:.0} ns a hop"
        )?;
        Ok(())
    }
}

async fn token(tasks: u64, hops: u64) -> std::time::Duration {
    let (first, mut last) = channel::<u64>(1);
    let mut ring = Vec::new();
    for _ in 1..tasks {
        let (to_next, next) = channel(1);
        let from_before = std::mem::replace(&mut last, next);
        ring.push(spawn(async move {
            while let Ok(hop) = from_before.recv_async().await {
                if to_next.send_async(hop + 1).await.is_err() {
                    break;
                }
            }
        }));
    }
    let start = Instant::now();
    let mut hop = 0;
    while hop < hops && first.send_async(hop + 1).await.is_ok() {
        let Ok(arrived) = last.recv_async().await else {
            break;
        };
        hop = arrived;
    }
    let elapsed = start.elapsed();
    drop((first, last));
    for task in ring {
        // They end as their neighbours do.
        let _ = task.await;
    }
    elapsed
}

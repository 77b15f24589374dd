//! `concurrency skynet`: a tree of tasks.

use std::io::Write;
use std::pin::Pin;
use std::time::Instant;

use clap::Args;
use concurrency::runtime::spawn;

/// Grow a tree in which each task has ten children, sum the leaves' numbers, and say what a leaf costs
#[derive(Debug, Args)]
pub(crate) struct Skynet {
    /// How deep the tree is: 6 has a million leaves
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=7))]
    depth: u32,
    /// How many tasks may run at the same time
    #[arg(long, value_name = "N", value_parser = super::processors)]
    procs: Option<usize>,
}

impl Skynet {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let runtime = super::runtime(self.procs)?;
        let leaves = 10u64.pow(self.depth);
        let start = Instant::now();
        let tree = grow(self.depth, 0);
        let sum = runtime.block_on(async { spawn(tree).await })?;
        let elapsed = start.elapsed();
        anyhow::ensure!(
            sum == leaves * (leaves - 1) / 2,
            "the sum of {leaves} leaves is {sum}"
        );
        let each = elapsed.as_nanos() as f64 / leaves as f64;
        writeln!(
            out,
            "{leaves} leaves with the sum {sum} in {elapsed:.1?}: {each:.0} ns a leaf"
        )?;
        Ok(())
    }
}

fn grow(depth: u32, first: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        let Some(below) = depth.checked_sub(1) else {
            return first;
        };
        let width = 10u64.pow(below);
        let children: Vec<_> = (0..10)
            .map(|child| spawn(grow(below, first + child * width)))
            .collect();
        let mut sum = 0;
        for child in children {
            sum += child.await.unwrap_or_else(|error| error.resume());
        }
        sum
    })
}

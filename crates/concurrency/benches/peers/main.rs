//! The chapter's parts beside their peers; `cargo xtask bench concurrency` drives it.
//!
//! `peers list` names the workloads, `peers run WORKLOAD PEER` measures one peer once and prints the
//! value. The first peer of each workload is ours. Each peer's result is compared, so that nobody is
//! fast by doing less. `peers tracing` compares ours with ours while it is recorded, and Go with Go.

mod coroutines;
mod executors;
mod go;
mod green;
mod locks;
mod tasks;
mod tracing;
mod workload;

use std::env;
use std::error::Error;
use std::sync::atomic::Ordering;

use serde_json::json;
use workload::Workload;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TABLES: &[&[Workload]] = &[tasks::WORKLOADS, locks::WORKLOADS];

fn main() -> Result<()> {
    // Cargo itself adds `--bench` when it runs a benchmark.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let (flags, words): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with("--"));
    let quick = flags.contains(&"--quick");
    executors::TRACED.store(flags.contains(&"--traced"), Ordering::Relaxed);
    match words[..] {
        ["run", workload, peer] => println!("{}", run(workload, peer, quick)?),
        ["tracing", ref wanted @ ..] => tracing::compare(wanted, quick)?,
        _ => list(),
    }
    Ok(())
}

fn list() {
    for workload in TABLES.iter().copied().flatten() {
        let peers: Vec<_> = workload
            .peers
            .iter()
            .map(|peer| (peer.name, peer.needs))
            .collect();
        println!(
            "{}",
            json!({ "workload": workload.name, "unit": workload.unit, "peers": peers })
        );
    }
}

fn run(workload: &str, peer: &str, quick: bool) -> Result<f64> {
    let workload = TABLES
        .iter()
        .copied()
        .flatten()
        .chain(tasks::TRACED)
        .find(|candidate| candidate.name == workload)
        .ok_or("no such workload")?;
    let peer = workload
        .peers
        .iter()
        .find(|candidate| candidate.name == peer)
        .ok_or("no such peer")?;
    (peer.measure)(quick)
}

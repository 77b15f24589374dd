//! The chapter's channels beside their peers; `cargo xtask bench channels` drives it.
//!
//! `peers list` names the workloads, `peers run WORKLOAD PEER` measures one peer once and prints the
//! value. The first peer of each workload is ours. Every job adds up what arrives and compares, so
//! that no peer is fast by losing messages. A peer that has no such thing (std has no select, kanal
//! loses messages in one) is not in the list of that workload.

mod allocator;
mod go;
mod load;
mod memory;
mod plan;
mod task_peers;
mod tasks;
mod thread_peers;
mod threads;
mod waiting;

use std::env;
use std::error::Error;

use plan::{Measure, Plan, Workload};
use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TABLES: &[&[Workload]] = &[
    threads::WORKLOADS,
    tasks::WORKLOADS,
    waiting::WORKLOADS,
    memory::WORKLOADS,
];

fn main() -> Result<()> {
    // Cargo itself adds `--bench` when it runs a benchmark.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let quick = arguments.iter().any(|word| word == "--quick");
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--quick")
        .collect();
    match words[..] {
        ["run", workload, peer] => println!("{}", run(workload, peer, quick)?),
        [load::BUSY] => load::be_busy(),
        [load::BUSY, core] => load::be_busy_on(core.parse()?)?,
        _ => list(),
    }
    Ok(())
}

fn list() {
    for workload in TABLES.iter().copied().flatten() {
        let peers: Vec<_> = workload
            .peers
            .iter()
            .map(|(name, measure)| (name, measure.needs()))
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
        .find(|candidate| candidate.name == workload)
        .ok_or("no such workload")?;
    let (_, measure) = workload
        .peers
        .iter()
        .find(|(name, _)| *name == peer)
        .ok_or("no such peer")?;
    let plan = Plan::new(workload, quick);
    match measure {
        Measure::Rust(measure) => {
            let _busy = busy(workload)?;
            Ok(measure(&plan))
        }
        Measure::Go(program, job) => {
            // Building it is over before the other cores get busy.
            let program = go::Program::build(program)?;
            let _busy = busy(workload)?;
            program.run(job, &plan)
        }
    }
}

fn busy(workload: &Workload) -> Result<Option<load::Busy>> {
    workload.loaded.then(load::Busy::start).transpose()
}

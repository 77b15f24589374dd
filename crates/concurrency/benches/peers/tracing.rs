//! What a recording costs: `cargo bench -p concurrency -- tracing`.
//!
//! Each job of ours runs without a recording and with one, in turn, each time in a process of its own; of the
//! rounds the medians are shown. In turn, because a machine is not as fast in one minute as in the next.

use std::env;
use std::process::Command;

use crate::Result;
use crate::TABLES;
use crate::workload::Workload;

const ROUNDS: usize = 11;

/// The jobs that have tasks in them.
fn jobs(wanted: &[&str]) -> Vec<&'static Workload> {
    let all = TABLES.iter().copied().flatten();
    all.filter(|workload| !workload.name.starts_with("mutex"))
        .filter(|workload| {
            wanted.is_empty() || wanted.iter().any(|word| workload.name.contains(word))
        })
        .collect()
}

/// The jobs whose names have one of these words in them, or all.
pub(crate) fn compare(wanted: &[&str], quick: bool) -> Result<()> {
    let mut rounds: Vec<_> = jobs(wanted)
        .into_iter()
        .map(|job| (job, [Vec::new(), Vec::new()]))
        .collect();
    for _ in 0..ROUNDS {
        for (job, [plain, traced]) in &mut rounds {
            plain.push(measure(job, quick, false)?);
            traced.push(measure(job, quick, true)?);
        }
    }
    println!("{:<32} {:>10} {:>10} {:>8}", "", "plain", "traced", "more");
    for (job, [plain, traced]) in &mut rounds {
        let (plain, traced) = (median(plain), median(traced));
        println!(
            "{:<32} {plain:>10.2} {traced:>10.2} {:>6.1} %   ({})",
            job.name,
            100.0 * (traced / plain - 1.0),
            job.unit,
        );
    }
    Ok(())
}

fn measure(job: &Workload, quick: bool, traced: bool) -> Result<f64> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["run", job.name, job.peers[0].name]);
    command.args(quick.then_some("--quick"));
    command.args(traced.then_some("--traced"));
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

//! What a recording costs: `cargo bench -p concurrency -- tracing`.
//!
//! Each job of ours runs without a recording and with one, in turn, each time in a process of its own; of the
//! rounds the medians are shown. In turn, because a machine is not as fast in one minute as in the next. Beside
//! them Go's, without and with its own flight recorder, if there is a `go` here.

use std::env;
use std::process::Command;

use crate::Result;
use crate::TABLES;
use crate::tasks;
use crate::workload::{Peer, Workload};

const ROUNDS: usize = 11;

/// One column: a job of ours or of Go's.
struct Column {
    job: &'static str,
    peer: &'static str,
    plain: Vec<f64>,
    traced: Vec<f64>,
}

/// The jobs that have tasks in them.
fn jobs(wanted: &[&str]) -> Vec<&'static Workload> {
    let all = TABLES.iter().copied().flatten().chain(tasks::TRACED);
    all.filter(|workload| !workload.name.starts_with("mutex"))
        .filter(|workload| {
            wanted.is_empty() || wanted.iter().any(|word| workload.name.contains(word))
        })
        .collect()
}

/// The jobs whose names have one of these words in them, or all.
pub(crate) fn compare(wanted: &[&str], quick: bool) -> Result<()> {
    let has_go = Command::new("go").arg("version").output().is_ok();
    let columns_of = |job: &'static Workload| {
        let go = job.peers.iter().filter(|peer| peer.name == "Go" && has_go);
        let columns = job.peers[..1].iter().chain(go);
        let columns: Vec<_> = columns.map(|peer| Column::new(job, peer)).collect();
        (job, columns)
    };
    let mut rows: Vec<_> = jobs(wanted).into_iter().map(columns_of).collect();
    for _ in 0..ROUNDS {
        for column in rows.iter_mut().flat_map(|(_, columns)| columns) {
            column.measure(quick)?;
        }
    }
    let head = format!("{:>10} {:>10} {:>8}  ", "plain", "traced", "more");
    println!("{:<40} {:<33}Go", "", "ours");
    println!("{:<40} {head}{head}", "");
    for (job, columns) in &mut rows {
        let shown: String = columns.iter_mut().map(Column::shown).collect();
        println!("{:<40} {shown} ({})", job.name, job.unit);
    }
    Ok(())
}

impl Column {
    fn new(job: &'static Workload, peer: &'static Peer) -> Self {
        Column {
            job: job.name,
            peer: peer.name,
            plain: Vec::new(),
            traced: Vec::new(),
        }
    }

    /// One round.
    fn measure(&mut self, quick: bool) -> Result<()> {
        for (values, flag) in [
            (&mut self.plain, None),
            (&mut self.traced, Some("--traced")),
        ] {
            let mut command = Command::new(env::current_exe()?);
            command.args(["run", self.job, self.peer]);
            command.args(quick.then_some("--quick"));
            command.args(flag);
            let output = command.output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into());
            }
            values.push(String::from_utf8(output.stdout)?.trim().parse()?);
        }
        Ok(())
    }

    fn shown(&mut self) -> String {
        let (plain, traced) = (median(&mut self.plain), median(&mut self.traced));
        let more = 100.0 * (traced / plain - 1.0);
        format!("{plain:>10.2} {traced:>10.2} {more:>6.1} %  ")
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

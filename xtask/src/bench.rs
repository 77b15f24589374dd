//! `cargo xtask bench`: each part of a chapter beside its peers, in one run.
//!
//! A chapter's `benches/peers.rs` knows its workloads and nothing else. It answers two calls:
//!
//! ```text
//! peers list               one JSON object a line: {"workload", "unit", "peers": [[NAME, NEEDS], …]}
//! peers run WORKLOAD PEER  measures once and prints the value
//! ```
//!
//! NEEDS is the program that a peer cannot do without, or null. The first peer of a workload is ours,
//! or what the chapter tells its readers to use. Here the peers of a workload take turns, round after
//! round, so that a machine that grows slower is slower for all of them; medians are compared.
//! Differences under 15 % are noise on a shared machine and count as level.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo;
use crate::programs;
use crate::screen::{self, BAD, BOLD, DIM, GOOD};
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this chapter
    chapter: Option<String>,
    /// Only workloads whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// How often each peer has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Small inputs: to see that it works, not to compare
    #[arg(long)]
    quick: bool,
}

/// One thing to do, and who does it.
struct Workload {
    name: String,
    /// What the values are; a rate (a unit with a slash) is better when higher, all else when lower.
    unit: String,
    peers: Vec<String>,
    /// Peers that are not on this machine.
    missing: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    for chapter in workspace.select(options.chapter.as_deref())? {
        let executables = cargo::executables(
            workspace,
            &[
                "build",
                "--release",
                "--bins",
                "--bench",
                "peers",
                "--package",
                &chapter.name,
            ],
        )?;
        let bench = executables
            .get("peers")
            .with_context(|| format!("{} has no benchmark", chapter.name))?;
        screen::line(&format!(
            "\n{BOLD}{}{BOLD:#}  medians of {}",
            chapter.name, options.rounds
        ))?;
        for workload in list(bench, options)? {
            measure(bench, &workload, options)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(bench: &Path, options: &Options) -> Result<Vec<Workload>> {
    let wanted = |workload: &Workload| {
        options
            .only
            .as_ref()
            .is_none_or(|part| workload.name.contains(part))
    };
    let text = call(bench, &["list"], options)?;
    let mut workloads = Vec::new();
    for line in text.lines() {
        let workload = Workload::from_json(&serde_json::from_str(line)?);
        if wanted(&workload) {
            workloads.push(workload);
        }
    }
    Ok(workloads)
}

impl Workload {
    fn from_json(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let peers = value["peers"].as_array().into_iter().flatten();
        let (here, missing): (Vec<_>, Vec<_>) =
            peers.partition(|peer| peer[1].as_str().is_none_or(programs::found));
        let names = |peers: Vec<&Value>| peers.into_iter().map(|peer| text(&peer[0])).collect();
        Self {
            name: text(&value["workload"]),
            unit: text(&value["unit"]),
            peers: names(here),
            missing: names(missing),
        }
    }

    fn higher_is_better(&self) -> bool {
        self.unit.contains('/')
    }
}

fn measure(bench: &Path, workload: &Workload, options: &Options) -> Result<()> {
    let mut samples = vec![Vec::new(); workload.peers.len()];
    for round in 1..=options.rounds {
        for (peer, samples) in workload.peers.iter().zip(&mut samples) {
            screen::progress(&format!(
                "{}: {peer}, {round} of {}",
                workload.name, options.rounds
            ));
            let value = call(bench, &["run", &workload.name, peer], options)?;
            samples.push(
                value
                    .trim()
                    .parse::<f64>()
                    .with_context(|| format!("{peer} answered {value:?}"))?,
            );
        }
    }
    screen::clear_progress();
    for samples in &mut samples {
        samples.sort_by(f64::total_cmp);
    }
    print(workload, &samples)
}

fn print(workload: &Workload, samples: &[Vec<f64>]) -> Result<()> {
    let better = if workload.higher_is_better() {
        "higher"
    } else {
        "lower"
    };
    screen::line(&format!(
        "\n  {} {DIM}({}, {better} is better){DIM:#}",
        workload.name, workload.unit
    ))?;
    let width = workload.peers.iter().map(String::len).max().unwrap_or(0);
    let ours = median(&samples[0]);
    for (index, (peer, samples)) in workload.peers.iter().zip(samples).enumerate() {
        let theirs = median(samples);
        let row = format!(
            "{peer:width$} {:>9} {DIM}{:>21}{DIM:#}",
            number(theirs),
            format!(
                "({}–{})",
                number(samples[0]),
                number(samples[samples.len() - 1])
            )
        );
        if index == 0 {
            screen::line(&format!("    {BOLD}{row}{BOLD:#}"))?;
        } else {
            screen::line(&format!("    {row}  {}", verdict(workload, ours / theirs)))?;
        }
    }
    for peer in &workload.missing {
        screen::line(&format!(
            "    {DIM}{peer:width$}   not on this machine{DIM:#}"
        ))?;
    }
    Ok(())
}

/// `ratio` is ours by theirs.
fn verdict(workload: &Workload, ratio: f64) -> String {
    let advantage = if workload.higher_is_better() {
        ratio
    } else {
        1.0 / ratio
    };
    if advantage < 1.0 / 1.15 {
        format!("{BAD}ours {ratio:.2}x of it: behind{BAD:#}")
    } else if advantage > 1.15 {
        format!("{GOOD}ours {ratio:.2}x of it: ahead{GOOD:#}")
    } else {
        format!("ours {ratio:.2}x of it: level")
    }
}

/// The middle of sorted values.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// Three significant digits, as far as that goes.
fn number(value: f64) -> String {
    match value.abs() {
        magnitude if magnitude >= 100.0 => format!("{value:.0}"),
        magnitude if magnitude >= 10.0 => format!("{value:.1}"),
        magnitude if magnitude >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

fn call(bench: &Path, arguments: &[&str], options: &Options) -> Result<String> {
    let mut command = Command::new(bench);
    command.args(arguments).stderr(Stdio::inherit());
    if options.quick {
        command.arg("--quick");
    }
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", bench.display()))?;
    std::io::stderr().flush()?;
    if !output.status.success() {
        bail!(
            "`{} {}` {}",
            bench.display(),
            arguments.join(" "),
            output.status
        );
    }
    String::from_utf8(output.stdout).context("the benchmark answered something else than text")
}

//! `loader bootstrap`: what runs before main.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use loader::bootstrap::{End, Limits, Step, run};

/// Step FILE to its main and name the functions on the way.
///
/// A line when a function is entered for the first time: its address, its file, and its name, indented by
/// the depth of the call. It ends before the first instruction of
/// main (C), CRATE::main (Rust) or main.main (Go); then FILE is killed. Linux only.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Bootstrap {
    /// A program
    file: PathBuf,

    /// Leave out calls that are deeper
    #[arg(long, default_value_t = Limits::default().depth)]
    depth: usize,

    /// Give up after so many stops
    #[arg(long, default_value_t = Limits::default().stops)]
    limit: u64,
}

const EXAMPLES: &str = "\
Examples:
  loader bootstrap target/debug/loader
  loader bootstrap --depth 5 ./a.out";

pub(crate) fn execute(options: &Bootstrap) -> anyhow::Result<ExitCode> {
    let limits = Limits {
        depth: options.depth,
        stops: options.limit,
        ..Limits::default()
    };
    let mut steps = Vec::new();
    let end = run(&options.file, limits, |step| steps.push(step));
    let end = end.with_context(|| format!("cannot watch {:?} start", options.file))?;
    let mut out = io::stdout().lock();
    steps.iter().try_for_each(|step| print(&mut out, step))?;
    match end {
        End::Main => Ok(ExitCode::SUCCESS),
        End::Stops => {
            anyhow::bail!("main was not reached within {} stops", options.limit)
        }
        End::Time => anyhow::bail!("main was not reached within {:?}", limits.time),
        End::Exited => anyhow::bail!("{:?} ended before a main that has a symbol", options.file),
    }
}

fn print(out: &mut impl Write, step: &Step) -> io::Result<()> {
    let module = step.module.file_name().unwrap_or_default().display();
    let indent = 2 * step.depth.saturating_sub(1);
    let Step { address, name, .. } = step;
    writeln!(out, "{address:#14x} {module:24} {:indent$}{name}", "")
}

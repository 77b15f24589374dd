//! `process limits`: what a process may use.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use process::id::Pid;
use process::limits::{self, Amount, Limit, Resource, Wish};
use process::table::Table;
use serde_json::json;

use super::complain;

/// Show resource limits, or run a command under others.
///
/// The soft limit is what the kernel holds a process to, the hard one how far it may raise it by
/// itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  process limits                        ours, and so those of what this shell starts
  process limits -p 1                   those of process 1
  process limits nofile=256 core=0:0 -- CMD
  process limits as=512M -- CMD         CMD may map half a gigabyte

A limit is NAME=SOFT or NAME=SOFT:HARD; amounts take K, M, G, T, or are \"unlimited\".

Status: that of CMD; 126 and 127 when it cannot be started, 1 when a limit cannot be set, 2 for
wrong usage.")]
pub(crate) struct Limits {
    /// Another process
    #[arg(short, long, conflicts_with = "wishes")]
    pid: Option<Pid>,

    /// One JSON object, null for no limit
    #[arg(long, conflicts_with = "wishes")]
    json: bool,

    /// Limits for CMD
    #[arg(value_name = "NAME=SOFT[:HARD]", requires = "command")]
    wishes: Vec<Wish>,

    /// What to run under them
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

impl Limits {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        if let Some((program, arguments)) = self.command.split_first() {
            for wish in &self.wishes {
                wish.apply()?;
            }
            // Comes back only when it fails.
            let error = Command::new(program).args(arguments).exec();
            complain(format_args!("cannot run {}: {error}", program.display()));
            let missing = error.kind() == io::ErrorKind::NotFound;
            return Ok(ExitCode::from(if missing { 127 } else { 126 }));
        }
        let found = match self.pid {
            Some(pid) => Table::open()?.limits(pid)?,
            None => limits::Limits::current()?,
        };
        let text = if self.json {
            as_json(&found)
        } else {
            as_table(&found)
        };
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
        Ok(ExitCode::SUCCESS)
    }
}

fn as_table(limits: &limits::Limits) -> String {
    let line = |name, soft: &str, hard: &str, unit, meaning| {
        format!("{name:<11} {soft:>20} {hard:>20} {unit:<12} {meaning}\n")
    };
    let lines = limits.iter().map(|(resource, Limit { soft, hard })| {
        let (soft, hard) = (Amount(soft).to_string(), Amount(hard).to_string());
        let Resource {
            name,
            unit,
            meaning,
            ..
        } = *resource;
        line(name, &soft, &hard, unit, meaning)
    });
    line("NAME", "SOFT", "HARD", "UNIT", "WHAT, AND AT THE LIMIT") + &lines.collect::<String>()
}

fn as_json(limits: &limits::Limits) -> String {
    let entries = limits.iter().map(|(resource, limit)| {
        let limit = json!({ "soft": limit.soft, "hard": limit.hard, "unit": resource.unit });
        (resource.name.to_owned(), limit)
    });
    format!("{}\n", serde_json::Value::Object(entries.collect()))
}

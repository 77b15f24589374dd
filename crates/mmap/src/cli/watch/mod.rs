//! `mmap watch`: tells what changes, or runs a command whenever something does.

mod batch;
mod group;
mod runner;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use mmap::watch::{Depth, Event, Loss, Mode, Op, Request, Told, Watcher};

use super::complain;

/// Tell what changes below PATH, or run a command whenever something does.
///
/// With a command: it is run at the start, and again after each change; if it is still running then,
/// it is ended first, with all that it has started. Its standard input is empty.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Watch {
    /// Look at all files in each interval, instead of having the kernel tell
    #[arg(long)]
    poll: bool,

    /// Milliseconds from one look to the next
    #[arg(long, value_name = "MS", default_value_t = 200, requires = "poll",
          value_parser = clap::value_parser!(u64).range(1..))]
    interval: u64,

    /// Milliseconds of quiet that end a burst of changes [default: 50, with --batch 10]
    #[arg(long, value_name = "MS")]
    debounce: Option<u64>,

    /// Watch directories without what is below their sub-directories
    #[arg(long, conflicts_with = "batch")]
    no_recursive: bool,

    /// Run the command at the first change, not at the start
    #[arg(long, requires = "command")]
    postpone: bool,

    /// Milliseconds that the command has to end when it is asked to, before it is killed
    #[arg(long, value_name = "MS", default_value_t = 5000, requires = "command")]
    grace: u64,

    /// Take commands from standard input and answer on standard output
    #[arg(long, conflicts_with_all = ["paths", "command"])]
    batch: bool,

    /// What to watch; a path that is removed is waited for
    #[arg(value_name = "PATH", required_unless_present = "batch")]
    paths: Vec<PathBuf>,

    /// What to run
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  mmap watch src
  mmap watch src Cargo.toml -- cargo test
  mmap watch --poll --interval 1000 /mnt/share

A command that writes into what is watched starts itself again: watch the sources, not the output.

With --batch each line of standard input is one of
  watch PATH [OP...]   PATH/... for all that is below; OP: create write remove rename chmod
  unwatch PATH
  list                 the paths, a line each
  quit
and is answered by `ok` or `err TEXT`. Changes are told as `event OP PATH`, a rename as
`event rename NEW<tab>OLD`. What is moved in from elsewhere is a create, what is moved out a remove.
In names, newline, tab and backslash are written \\n, \\t and \\\\.

Status: 0 after `quit` or the end of the input, 1 when something cannot be watched or the command
cannot be started, 2 for wrong usage.";

impl Watch {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        if self.batch {
            return batch::run(self.mode(), self.quiet(10));
        }
        if !self.command.is_empty() {
            return runner::run(&self);
        }
        self.tell()
    }

    fn mode(&self) -> Mode {
        match self.poll {
            true => Mode::Polling(Duration::from_millis(self.interval)),
            false => Mode::Kernel,
        }
    }

    fn quiet(&self, default: u64) -> Duration {
        Duration::from_millis(self.debounce.unwrap_or(default))
    }

    /// Has `tell` called with what happens to all paths.
    fn watcher(&self, tell: impl FnMut(Told) + Send + 'static) -> anyhow::Result<Watcher> {
        let watcher = Watcher::new(self.mode(), self.quiet(50), tell)?;
        let depth = match self.no_recursive {
            true => Depth::One,
            false => Depth::All,
        };
        for path in &self.paths {
            watcher.watch(Request::new(path).depth(depth).loss(Loss::Waits))?;
        }
        Ok(watcher)
    }

    fn tell(&self) -> anyhow::Result<ExitCode> {
        let (sender, told) = std::sync::mpsc::channel();
        let _watcher = self.watcher(move |what| drop(sender.send(what)))?;
        for events in told {
            match events {
                Ok(events) => print(&mut io::stdout().lock(), "", &events)?,
                Err(error) => complain(error),
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A line for each event, in one write for all.
fn print(out: &mut impl Write, prefix: &str, events: &[Event]) -> io::Result<()> {
    let mut lines = Vec::new();
    for event in events {
        lines.extend_from_slice(prefix.as_bytes());
        lines.extend_from_slice(event.op.name().as_bytes());
        lines.push(b' ');
        batch::escape(&event.path, &mut lines);
        if let (Op::Rename, Some(from)) = (event.op, &event.from) {
            lines.push(b'\t');
            batch::escape(from, &mut lines);
        }
        lines.push(b'\n');
    }
    out.write_all(&lines)?;
    out.flush()
}

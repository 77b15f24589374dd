//! The options of `syscalls trace`, which are strace's as far as there are the same things.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgAction;
use syscalls::event::Pid;
use syscalls::filter::Filter;
use syscalls::print::Clock;
use syscalls::trace::Options;

/// Run CMD, or attach to processes, and show every system call with its result.
///
/// Options and output are strace's. The trace goes to standard error, or to FILE.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Trace {
    /// Follow child processes and threads (-ff is the same)
    #[arg(short = 'f', action = ArgAction::Count)]
    follow: u8,

    /// Count calls, errors and time by name; show no calls
    #[arg(short = 'c', conflicts_with_all = ["count_too", "json", "source"])]
    count: bool,

    /// Count as -c does, and show the calls as well
    #[arg(short = 'C', conflicts_with_all = ["json", "source"])]
    pub(super) count_too: bool,

    /// Show under each call who made it: function, file and line, innermost first
    #[arg(short = 'k')]
    stack: bool,

    /// Show what descriptors are open on
    #[arg(short = 'y', action = ArgAction::Count)]
    descriptors: u8,

    /// Show so many bytes of a string
    #[arg(short = 's', value_name = "N", default_value_t = 32)]
    string_limit: usize,

    /// Only these: trace=openat,write, %file, !%memory, status=failed; the trace= can be left out
    #[arg(short = 'e', value_name = "EXPR", value_parser = expression)]
    expressions: Vec<String>,

    /// Only calls that succeed
    #[arg(short = 'z', overrides_with = "failed")]
    successful: bool,

    /// Only calls that fail
    #[arg(short = 'Z', overrides_with = "successful")]
    failed: bool,

    /// The time of day before each line; -tt with microseconds, -ttt as seconds since 1970
    #[arg(short = 't', action = ArgAction::Count)]
    clock: u8,

    /// The time since the line before, in seconds
    #[arg(short = 'r')]
    pub(super) relative: bool,

    /// How long each call took, in seconds
    #[arg(short = 'T')]
    pub(super) took: bool,

    /// No lines on attaching and leaving; -qq no lines on the ends of processes either
    #[arg(short = 'q', action = ArgAction::Count)]
    pub(super) quiet: u8,

    /// Attach to a running process, until it ends or Ctrl-C; it goes on unharmed
    #[arg(short = 'p', value_name = "PID", value_delimiter = ',',
          value_parser = clap::value_parser!(Pid).range(1..))]
    pub(super) processes: Vec<Pid>,

    /// Write to FILE
    #[arg(short = 'o', value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// One JSON object a line for each call, signal and end
    #[arg(long, conflicts_with = "source")]
    pub(super) json: bool,

    /// Leave out what a program does before its main
    #[arg(long)]
    from_main: bool,

    /// Show at the end the program's source, and under each line the calls that it made
    #[arg(long, conflicts_with = "processes")]
    pub(super) source: bool,

    /// The program and its arguments
    #[arg(
        value_name = "CMD",
        trailing_var_arg = true,
        required_unless_present = "processes",
        conflicts_with = "processes"
    )]
    pub(super) command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  syscalls trace ls -l
  syscalls trace -f -o out sh -c 'ls | wc -l'
  syscalls trace -e %network,close -y -- curl http://localhost
  syscalls trace -Z ls /nowhere            only what fails
  syscalls trace -c -f cargo build         which calls, how often, how long
  syscalls trace -p 1234 -T
  syscalls trace --from-main --source target/debug/examples/fd_lowest_free

Classes: %file %desc %network %process %memory %signal %ipc %creds %clock %stat %lstat %fstat %%stat
  %statfs %fstatfs %%statfs %pure. Of several -e trace= the last one counts; ! negates the whole list.

Status: the program's; if a signal killed it the tracer dies by the same one. 1 when there is nothing
to trace, 2 for wrong usage. After Ctrl-C with -p the tracer leaves the processes alone and dies of it.";

impl Trace {
    /// What the tracer is to do.
    pub(super) fn options(&self) -> Options {
        let mut filter = Filter::default();
        for expression in &self.expressions {
            filter.add(expression).expect("looked at when it was read");
        }
        for (status, wanted) in [("successful", self.successful), ("failed", self.failed)] {
            if wanted {
                let expression = format!("status={status}");
                filter.add(&expression).expect("an expression");
            }
        }
        Options {
            follow: self.follow > 0,
            filter,
            string_limit: self.string_limit,
            descriptors: self.descriptors > 0,
            stack: self.stack || self.source,
            from_main: self.from_main,
        }
    }

    /// Whether lines of several tasks are to be told apart.
    pub(super) fn several(&self) -> bool {
        self.follow > 0 || self.processes.len() > 1
    }

    /// Whether calls are only counted.
    pub(super) fn only_counts(&self) -> bool {
        self.count
    }

    pub(super) fn clock(&self) -> Option<Clock> {
        match self.clock {
            0 => None,
            1 => Some(Clock::Seconds),
            2 => Some(Clock::Microseconds),
            _ => Some(Clock::Epoch),
        }
    }
}

/// Looks at an expression, so that a wrong one is wrong usage.
fn expression(text: &str) -> Result<String, syscalls::filter::ParseError> {
    Filter::default().add(text)?;
    Ok(text.to_owned())
}

//! `signals timeout`: a command with a limit.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::{Command, ExitCode};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use signals::action::{self, Disposition};
use signals::send::raise;
use signals::signal::Signal;
use signals::timeout::{Limit, Outcome, TimeoutError, parse_duration, run};

use super::complain;

/// Run CMD, and send it a signal if it is still there after SECS.
///
/// The status is CMD's, 124 when the time was over, 137 (128 + 9) when KILL was needed, 125 when this
/// failed itself, 126 when CMD cannot be run, 127 when it is not there. SECS may have a
/// fraction and a unit: s, m, h or d; 0 is no limit.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Timeout {
    /// What is sent; TERM without this
    #[arg(short, long, value_name = "SIG", default_value = "TERM")]
    signal: String,

    /// Send KILL when it is still there so long after the first signal
    #[arg(short, long, value_name = "SECS")]
    kill_after: Option<String>,

    /// CMD's own status, also when the time was over
    #[arg(short, long)]
    preserve_status: bool,

    /// Stay in the caller's process group: CMD may read from the terminal; its children are not sent to
    #[arg(short, long)]
    foreground: bool,

    /// Say on standard error which signal is sent
    #[arg(short, long)]
    verbose: bool,

    /// How long
    #[arg(value_name = "SECS", allow_hyphen_values = true)]
    duration: String,

    /// The command and its arguments
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  signals timeout 10 cargo test
  signals timeout -k 5 1.5m ./backup     TERM after 90 s, KILL 5 s later
  signals timeout -s INT --preserve-status 1h ./server";

/// The status that says that this failed itself.
pub(crate) const FAILED: u8 = 125;

impl Timeout {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        Ok(self.outcome().unwrap_or_else(|error| {
            complain(format_args!("{error:#}"));
            ExitCode::from(FAILED)
        }))
    }

    fn outcome(&self) -> anyhow::Result<ExitCode> {
        let limit = Limit {
            after: limit(&self.duration)?,
            signal: self.signal.parse()?,
            kill_after: self.kill_after.as_deref().map(limit).transpose()?.flatten(),
            foreground: self.foreground,
        };
        let name = self.command[0].to_string_lossy();
        let told = |signal| {
            if self.verbose {
                complain(format_args!("sending signal {signal} to command {name:?}"));
            }
        };
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]);
        match run(&mut command, &limit, told) {
            Ok(outcome) => Ok(self.end_like(&outcome)),
            Err(TimeoutError::Spawn(error)) => {
                complain(format_args!("cannot run {name}: {error}"));
                let found = error.kind() != ErrorKind::NotFound;
                Ok(ExitCode::from(if found { 126 } else { 127 }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A command that a signal ended within its time: we end by the same one, so that whoever waits for
    /// us learns it. No image of our memory is wanted.
    fn end_like(&self, outcome: &Outcome) -> ExitCode {
        use std::os::unix::process::ExitStatusExt;
        let signal = outcome.status.signal().and_then(Signal::from_number);
        if let (Some(signal), false) = (signal, outcome.timed_out) {
            let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
            let _ = action::set(signal, Disposition::Default);
            let _ = raise(signal);
        }
        ExitCode::from(outcome.code(self.preserve_status) as u8)
    }
}

/// 0 is no limit.
fn limit(text: &str) -> anyhow::Result<Option<Duration>> {
    let length = parse_duration(text)?;
    Ok((!length.is_zero()).then_some(length))
}

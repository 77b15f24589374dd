//! `process pty`: a command that believes in a terminal.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::termios::{LocalFlags, OutputFlags};
use process::pty::{Pty, Relay, RelayError};
use process::spawn::Spawn;
use process::terminal::{self, Mode, Size};

use super::status;

/// Run CMD in a terminal of its own, whatever our input and output are.
///
/// CMD writes its colours, its columns and each line at once, as on a screen. Its status is ours.
/// Input that is a file or a pipe is typed into the terminal without echo, and its end as control-D.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// How big the terminal is; like ours, or 24x80, if nothing is said
    #[arg(long, value_name = "ROWSxCOLUMNS")]
    size: Option<Size>,

    /// Take colours and other escape sequences out again
    #[arg(long)]
    strip: bool,

    /// The command
    #[arg(
        value_name = "CMD",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    command: Vec<OsString>,
}

/// What a terminal sends to those who sit at it, and what our own runtime ignores.
const FRESH: [Signal; 5] = [
    Signal::SIGPIPE,
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
];

const EXAMPLES: &str = "\
Examples:
  process pty -- ls --color=auto | cat        the colours that a pipe would not see
  process pty -- python3 -c 'print(1)' | tee log
  process pty --size 24x40 -- stty size
  echo 'whoami' | process pty -- sh           a shell that is typed to";

/// # Errors
///
/// When there is no pseudo-terminal, or no such command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let [input, output, _] = terminal::standard();
    let size = arguments.size.or_else(|| terminal::size(io::stdin()).ok());
    let size = size.or_else(|| terminal::size(io::stdout()).ok());
    let pty = Pty::open(size.unwrap_or_default()).context("cannot make a pseudo-terminal")?;
    pty.configure(|settings| {
        // What nobody typed is not shown, and who reads a pipe wants no carriage returns.
        settings.local_flags.set(LocalFlags::ECHO, input);
        settings.output_flags.set(OutputFlags::ONLCR, output);
    })
    .context("cannot set up the pseudo-terminal")?;

    let mut program = Spawn::new(&arguments.command[0]);
    program
        .search_path(true)
        .args(&arguments.command[1..])
        // Whoever started us may ignore the keys of another terminal (`nohup`, a job in the background).
        .signals_default(SigSet::from_iter(FRESH));
    let mut session = pty.spawn(&program)?;
    let relay = Relay::new(io::stdin(), io::stdout())?.strip(arguments.strip);
    let relay = relay.resize(arguments.size.is_none());
    // Keys go to the child as they are: its terminal edits lines, and makes signals.
    let mode = input.then(|| Mode::raw(io::stdin())).transpose()?;
    let ended = relay.run(&mut session);
    drop(mode);
    match ended {
        Ok(ended) => Ok(status(ended)),
        Err(RelayError::Output(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}

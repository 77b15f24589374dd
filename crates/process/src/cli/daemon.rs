//! `process daemon`: a command that outlives its terminal.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use process::daemon::Daemon;
use process::spawn::Spawn;

/// Run CMD as a daemon: in a session of its own, without a terminal, in /, as a child of init.
///
/// Ends when CMD runs, or with --notify when CMD is ready. What goes wrong until then is said here,
/// with a status that is not 0.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Write the pid to F and keep F locked; a second daemon with F is refused
    #[arg(long, value_name = "F")]
    pidfile: Option<PathBuf>,

    /// Append standard output to FILE; /dev/null if nothing is said
    #[arg(long, value_name = "FILE")]
    stdout: Option<PathBuf>,

    /// Append standard error to FILE; /dev/null if nothing is said
    #[arg(long, value_name = "FILE")]
    stderr: Option<PathBuf>,

    /// The working directory
    #[arg(long, value_name = "DIR", default_value = "/")]
    directory: PathBuf,

    /// Wait until CMD writes a line to the descriptor whose number is in READY_FD
    #[arg(long)]
    notify: bool,

    /// Say the pid of the daemon
    #[arg(long)]
    print_pid: bool,

    /// The command
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
  process daemon --pidfile /tmp/web.pid --stderr /tmp/web.log -- python3 -m http.server
  kill $(cat /tmp/web.pid)
  process daemon --notify -- sh -c 'prepare; echo >&$READY_FD; exec serve'";

/// # Errors
///
/// Whatever kept CMD from running, or from being ready.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let here = env::current_dir().context("the working directory")?;
    let mut program = Spawn::new(from_here(&here, &arguments.command[0]));
    program
        .search_path(true)
        .arg0(&arguments.command[0])
        .args(&arguments.command[1..]);
    let mut daemon = Daemon::new();
    daemon
        .directory(here.join(&arguments.directory))
        .says_ready(arguments.notify);
    if let Some(path) = &arguments.pidfile {
        daemon.pid_file(path);
    }
    if let Some(path) = &arguments.stdout {
        daemon.stdout(path);
    }
    if let Some(path) = &arguments.stderr {
        daemon.stderr(path);
    }
    let pid = daemon.start(&program)?;
    if arguments.print_pid {
        writeln!(io::stdout(), "{pid}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A path with a slash counts from here, though the daemon starts elsewhere; a bare name is looked up.
fn from_here(here: &Path, command: &OsStr) -> OsString {
    if command.as_bytes().contains(&b'/') {
        return here.join(command).into_os_string();
    }
    command.to_owned()
}

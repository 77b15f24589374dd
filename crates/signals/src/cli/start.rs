//! `signals start`: Server::Starter's command line.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use nix::sys::signal::Signal;
use nix::unistd::{dup2_stderr, dup2_stdout};
use signals::starter::endpoint::{self, PortSpec};
use signals::starter::{Config, Left, Note, Starter, restart, stop};

use super::complain;

/// Start a server with its sockets open, and again at HUP without losing a connection.
///
/// The server finds its sockets by SERVER_STARTER_PORT (8080=3;/run/x.sock=4) or by systemd's LISTEN_FDS
/// and LISTEN_PID, and its generation in SERVER_STARTER_GENERATION. HUP starts a new one; when that has
/// stayed up for the interval, the old one is told to end. TERM ends all.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Start {
    /// Listen: PORT, HOST:PORT, [V6]:PORT; =FD behind it chooses the descriptor, u before PORT is UDP
    #[arg(long, value_name = "PORT")]
    port: Vec<PortSpec>,
    /// Listen at a socket file
    #[arg(long, value_parser = endpoint::path)]
    path: Vec<PathBuf>,
    /// Where the server starts
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Seconds between two starts at least, and that a new server has to stay up
    #[arg(long, value_name = "SECS", default_value = "1", value_parser = seconds)]
    interval: Duration,
    /// What old servers are told when a new one serves
    #[arg(long, value_name = "SIGNAL", default_value = "TERM", value_parser = signal)]
    signal_on_hup: Signal,
    /// What servers are told at TERM; at INT it is TERM
    #[arg(long, value_name = "SIGNAL", default_value = "TERM", value_parser = signal)]
    signal_on_term: Signal,
    /// Seconds that old servers go on beside the new one [default: 5 with auto-restart, else 0]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    kill_old_delay: Option<Duration>,
    /// Holds this process's number, locked
    #[arg(long, value_name = "FILE")]
    pid_file: Option<PathBuf>,
    /// Holds GENERATION:PID of each server
    #[arg(long, value_name = "FILE")]
    status_file: Option<PathBuf>,
    /// A folder of variables for the server, a file each, read before each start
    #[arg(long, value_name = "DIR")]
    envdir: Option<PathBuf>,
    /// Connections that may wait to be accepted
    #[arg(long, value_name = "N", default_value_t = nix::libc::SOMAXCONN, value_parser = clap::value_parser!(i32).range(1..))]
    backlog: i32,
    /// Restart from time to time
    #[arg(long)]
    enable_auto_restart: bool,
    /// Seconds between [default: 360]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    auto_restart_interval: Option<Duration>,
    /// Standard output and error go to the end of this file
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// Tell the starter of the pid file to restart, and wait until the old server is gone
    #[arg(
        long,
        requires = "pid_file",
        requires = "status_file",
        conflicts_with = "stop"
    )]
    restart: bool,
    /// Tell the starter of the pid file to end, and wait; if it was killed, end the workers of the status
    /// file and remove the socket files
    #[arg(long, requires = "pid_file")]
    stop: bool,
    /// The server and its arguments
    #[arg(value_name = "CMD", trailing_var_arg = true, allow_hyphen_values = true, required_unless_present_any = ["restart", "stop"])]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  signals start --port 8080 -- tcp-http serve --root book
  signals start --port [::1]:8080 --path /run/x.sock --pid-file p --status-file s -- ./server
  signals start --restart --pid-file p --status-file s

The variables ENVDIR, ENABLE_AUTO_RESTART, AUTO_RESTART_INTERVAL and KILL_OLD_DELAY stand for options that
are not given; the folder's files win over both.

After a kill -9 of the starter its servers go on. A start or --stop with the same two files finds them,
says so, and ends them; --stop with the same --path removes the socket files.";

impl Start {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let tell = &mut |note: &Note| complain(note);
        match (&self.pid_file, &self.status_file) {
            (Some(pid_file), Some(status)) if self.restart => restart(pid_file, status)?,
            (Some(pid_file), _) if self.stop => stop(pid_file, self.left(), tell)?,
            _ => self.serve(tell)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn left(&self) -> Left {
        Left {
            status_file: self.status_file.clone(),
            paths: self.path.clone(),
            signal: self.signal_on_term,
        }
    }

    fn serve(self, tell: &mut dyn FnMut(&Note)) -> anyhow::Result<()> {
        let log = self.log_file.as_ref().map(|path| {
            let file = File::options().append(true).create(true).open(path);
            file.with_context(|| format!("cannot open {}", path.display()))
        });
        let log = log.transpose()?;
        let starter = Starter::new(self.config(), tell)?;
        if let Some(log) = log {
            redirect(&log).context("cannot write to the log file")?;
        }
        Ok(starter.run(tell)?)
    }

    fn config(self) -> Config {
        let mut words = self.command.into_iter();
        Config {
            ports: self.port,
            paths: self.path,
            backlog: self.backlog,
            program: words.next().expect("clap requires one"),
            arguments: words.collect(),
            directory: self.dir,
            interval: self.interval,
            signal_on_hup: self.signal_on_hup,
            signal_on_term: self.signal_on_term,
            kill_old_delay: self.kill_old_delay,
            enable_auto_restart: self.enable_auto_restart,
            auto_restart_interval: self.auto_restart_interval,
            envdir: self.envdir,
            pid_file: self.pid_file,
            status_file: self.status_file,
        }
    }
}

fn redirect(log: &File) -> io::Result<()> {
    dup2_stdout(log)?;
    Ok(dup2_stderr(log)?)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// `TERM`, `term` or `SIGTERM`.
fn signal(text: &str) -> Result<Signal, String> {
    let name = text.to_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    Signal::from_str(&format!("SIG{name}")).map_err(|_| "no such signal".to_owned())
}

//! What the serving commands have in common: how they listen, and how they end.

use std::io::{self, PipeReader, Write, pipe};
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use uds::endpoint::{Acceptor, Connection, Endpoint};
use uds::server::{Connections, serve};

use super::complain;

/// What the help of a serving command says of its end.
pub(super) const ENDING: &str = "\
It serves until SIGTERM or SIGINT (Ctrl-C). Then the socket file is removed at once, and open
connections have --grace seconds to end before they are cut. A second signal ends it at once.";

#[derive(Debug, clap::Args)]
pub(super) struct Serving {
    /// Mode of the socket file, in octal [default: what the umask leaves of 777]
    #[arg(long, value_name = "MODE", value_parser = octal)]
    mode: Option<u32>,

    /// How long open connections may go on after SIGTERM or SIGINT
    #[arg(long, value_name = "SECS", default_value = "1", value_parser = seconds)]
    grace: Duration,
}

impl Serving {
    /// Listens, says so, and has `handle` serve each connection until a signal comes.
    pub(super) fn run<H>(&self, listen: &Endpoint, handle: H) -> anyhow::Result<()>
    where
        H: Fn(&Arc<Connection>, &Connections) + Sync,
    {
        // Before there is a file that a signal could leave behind.
        let stop = stop_at_signals()?;
        let acceptor = listen.listen(self.mode)?;
        announce(&acceptor)?;
        let report = |error| complain(format_args!("cannot take a connection: {error}"));
        let served = serve(acceptor, stop, self.grace, handle, report)
            .with_context(|| format!("cannot accept at {listen}"))?;
        if served.cut {
            complain("connections that were still open have been cut");
        }
        Ok(())
    }
}

/// On standard output, so that a script learns the port that was chosen for port 0, and when it can begin.
fn announce(acceptor: &Acceptor) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "listening at {}", acceptor.endpoint()?)?;
    out.flush()
}

/// A pipe that ends with the first SIGTERM or SIGINT.
///
/// The signals are blocked in all threads and taken by one that waits for them: no handler, so nothing
/// runs in the middle of anything.
fn stop_at_signals() -> anyhow::Result<PipeReader> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGTERM);
    signals.add(Signal::SIGINT);
    signals.thread_block()?;
    let (stop, running) = pipe().context("cannot make a pipe")?;
    thread::Builder::new().spawn(move || {
        // sigwait(3) fails for an invalid set alone.
        if signals.wait().is_ok() {
            drop(running);
            let second = signals.wait().map_or(1, |signal| 128 + signal as i32);
            process::exit(second);
        }
    })?;
    Ok(stop)
}

fn octal(text: &str) -> Result<u32, String> {
    match u32::from_str_radix(text, 8) {
        Ok(mode) if mode <= 0o777 => Ok(mode),
        _ => Err("expected an octal mode such as 600".into()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

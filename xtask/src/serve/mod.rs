//! `cargo xtask serve`: the book on loopback, alive: each lesson runs at the press of a button, and the
//! page shows what it prints and the system calls of each line as they happen.
//!
//! The server is the course's own (`tcp-http`, a thread for each connection), and so is the tracer
//! (`syscalls`). In reading order: `guard` says who may ask, `api` what can be asked; `runs` has all
//! runs and `run` one of them, `log` what is told of it; `work` is what a run does, with `build`,
//! `program`, `traced`, `untraced` and `output`; [`group`](crate::group) and [`signals`] see to it that
//! nothing outlives the server. `pages` is the book itself.

mod guard;

mod api;

mod log;
mod run;
mod runs;
mod work;

mod build;
mod output;
mod program;
mod traced;
mod untraced;

mod pages;

use std::io::{PipeReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{self, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tcp_http::server::{Engine, Files, Server, StopHandle, listen};

use api::Living;
use runs::{Limits, Runs};

use crate::screen::{BOLD, DIM};
use crate::signals;
use crate::workspace::Workspace;

/// Tried first, so that a bookmark leads there again.
const PORT: u16 = 3000;

/// A browser has six connections to a server; a reader has a few pages open.
const MOST_CONNECTIONS: usize = 128;

/// How long answers may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask serve --open          the living book in your browser
  cargo xtask serve --edit          where lessons can also be changed")]
pub(crate) struct Options {
    /// The port on 127.0.0.1; 0 is any that is free [default: 3000, or any]
    #[arg(long, value_name = "P")]
    port: Option<u16>,
    /// Let pages send changed lessons, to be built and run on this machine
    #[arg(long)]
    edit: bool,
    /// Show the book in the browser
    #[arg(long)]
    open: bool,
    /// Serve this folder instead of the book
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Seconds that a lesson may run
    #[arg(long, value_name = "S", default_value_t = 60)]
    limit: u64,
    /// Seconds after which a lesson is stopped that no page has asked for
    #[arg(long, value_name = "S", default_value_t = 15)]
    patience: u64,
}

pub(crate) fn run(workspace: Workspace, options: &Options) -> Result<ExitCode> {
    let folder = match &options.root {
        Some(folder) => folder.clone(),
        None => pages::ready(&workspace)?,
    };
    let listener = bind(options.port)?;
    let port = listener.local_addr()?.port();
    let runs = Runs::new(
        workspace,
        Limits {
            program: Duration::from_secs(options.limit),
            patience: Duration::from_secs(options.patience),
        },
    );
    let living = Living {
        port,
        edit: options.edit,
        files: Files::open(folder)?,
        runs: Arc::clone(&runs),
    };
    let server = Server::builder(living)
        .engine(Engine::Threads)
        .max_connections(MOST_CONNECTIONS)
        .listen_on(vec![listener])?;
    let signals = signals::catch().context("cannot catch signals")?;
    end_on_signal(signals, server.stop_handle(), Arc::clone(&runs));
    let looking = Arc::clone(&runs);
    thread::spawn(move || looking.look_after());
    announce(port, options);
    server.run().context("cannot go on serving")?;
    runs.close();
    Ok(ExitCode::SUCCESS)
}

fn bind(port: Option<u16>) -> Result<TcpListener> {
    let at = |port| listen((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(port) => at(port).with_context(|| format!("cannot listen at 127.0.0.1:{port}")),
        None => at(PORT)
            .or_else(|_| at(0))
            .context("cannot listen at 127.0.0.1"),
    }
}

/// Nobody has to read it: a server whose standard output is closed serves all the same.
fn announce(port: u16, options: &Options) {
    let url = format!("http://127.0.0.1:{port}/");
    let mut text = format!("{BOLD}{url}{BOLD:#}   {DIM}(Ctrl-C ends){DIM:#}\n");
    if options.edit {
        text += "Pages may change lessons: what they send is built and run on this machine.\n";
    }
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if options.open {
        open(&url);
    }
}

/// The first signal lets answers be given and ends all runs; a second one ends the server at once.
fn end_on_signal(mut signals: PipeReader, stop: StopHandle, runs: Arc<Runs>) {
    thread::spawn(move || {
        let mut signal = [0];
        if signals.read_exact(&mut signal).is_ok() {
            thread::spawn(move || {
                runs.close();
                stop.stop(GRACE);
            });
        }
        if signals.read_exact(&mut signal).is_ok() {
            process::exit(128 + i32::from(signal[0]));
        }
    });
}

/// A browser that does not come up is no reason not to serve.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(program);
    command.arg(url).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        thread::spawn(move || child.wait());
    }
}

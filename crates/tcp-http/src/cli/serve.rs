//! The server: a folder's files, and an echo.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use tcp_http::http::Limits;
use tcp_http::server::{
    AccessLog, Builder, Engine, Files, LogFormat, Server, Site, StopHandle, Timeouts, handed_over,
};

/// Serves the files of a folder; POST /echo answers with the request's body.
///
/// The first line on standard output is the address; the lines after it are the access log, in the common
/// log format with microseconds behind it. SIGTERM or SIGINT ends it when the answers that are being
/// given are given; a second one ends it at once.
///
/// Sockets that listen already are taken from systemd (LISTEN_FDS) and Server::Starter
/// (SERVER_STARTER_PORT); --addr is not needed then.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tcp-http serve --root book/book --listing
  tcp-http serve --addr 127.0.0.1:0 --engine threads --json
  curl --data-binary @file http://127.0.0.1:8080/echo")]
pub(crate) struct Serve {
    /// Where to listen; port 0 is any that is free
    #[arg(long, value_name = "A", default_value = "127.0.0.1:8080")]
    addr: String,
    /// The folder to serve
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// How to wait: a thread for each connection, an event loop, tokio
    #[arg(long, value_enum, default_value = "poll")]
    engine: EngineName,
    /// Threads of the event loop and of tokio; 0 for one a processor
    #[arg(long, value_name = "N", default_value_t = 0)]
    workers: usize,
    /// Seconds that a request's head may take
    #[arg(long, value_name = "S", default_value = "20", value_parser = seconds)]
    header_timeout: Duration,
    /// Seconds that a connection may be idle between requests
    #[arg(long, value_name = "S", default_value = "75", value_parser = seconds)]
    idle_timeout: Duration,
    /// Seconds in which a body or an answer has to get on by 1 KiB
    #[arg(long, value_name = "S", default_value = "20", value_parser = seconds)]
    progress_timeout: Duration,
    /// Seconds that answers may take after the signal to stop
    #[arg(long, value_name = "S", default_value = "30", value_parser = seconds)]
    grace: Duration,
    /// Connections beyond these wait in the kernel's queue
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    max_connections: u32,
    /// Bytes of the longest request body that is taken
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 40)]
    max_body: u64,
    /// List folders that have no index.html
    #[arg(long)]
    listing: bool,
    /// The access log as JSON, an object a line
    #[arg(long)]
    json: bool,
    /// No access log
    #[arg(long, conflicts_with = "json")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum EngineName {
    Threads,
    Poll,
    Tokio,
}

impl Serve {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        // Before any thread starts: threads inherit what is blocked.
        let signals = block_signals()?;
        // Each connection is a descriptor, and may have a file open.
        let wanted = u64::from(self.max_connections) * 2 + 64;
        mmap::poller::raise_open_files(wanted).context("cannot raise the limit of open files")?;
        let files = Files::open(&self.root)?.listing(self.listing);
        let log = self.log();
        let mut builder = self.builder(Site::new(files));
        if let Some(log) = &log {
            builder = builder.access_log(Arc::clone(log));
        }
        let server = self.listen(builder)?;
        announce(&server);
        wait_for_signals(signals, server.stop_handle(), self.grace);
        server.run().context("cannot go on serving")?;
        if let Some(log) = log {
            log.flush(Duration::from_secs(1));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn log(&self) -> Option<Arc<AccessLog>> {
        let format = match self.json {
            true => LogFormat::Json,
            false => LogFormat::Common,
        };
        (!self.quiet).then(|| Arc::new(AccessLog::new(format, io::stdout())))
    }

    fn builder(&self, site: Site) -> Builder {
        let engine = match self.engine {
            EngineName::Threads => Engine::Threads,
            EngineName::Poll => Engine::Poll,
            EngineName::Tokio => Engine::Tokio,
        };
        let timeouts = Timeouts {
            header: self.header_timeout,
            idle: self.idle_timeout,
            progress: self.progress_timeout,
        };
        let limits = Limits {
            body: self.max_body,
            ..Limits::default()
        };
        Server::builder(site)
            .engine(engine)
            .workers(self.workers)
            .timeouts(timeouts)
            .limits(limits)
            .max_connections(self.max_connections as usize)
    }

    fn listen(&self, builder: Builder) -> anyhow::Result<Server> {
        let handed_over = handed_over()?;
        let listening = if handed_over.is_empty() {
            builder.bind(&self.addr)
        } else {
            builder.listen_on(handed_over)
        };
        listening.with_context(|| format!("cannot listen at {}", self.addr))
    }
}

/// Nobody has to read it: a server whose standard output is closed serves all the same.
fn announce(server: &Server) {
    let line = format!("listening on http://{}\n", server.local_addr());
    let mut out = io::stdout().lock();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}

fn block_signals() -> anyhow::Result<SigSet> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGTERM);
    signals.add(Signal::SIGINT);
    signals.thread_block().context("cannot block signals")?;
    Ok(signals)
}

/// A thread that waits for signals may do what a handler must not.
fn wait_for_signals(signals: SigSet, stop: StopHandle, grace: Duration) {
    thread::spawn(move || {
        if signals.wait().is_ok() {
            stop.stop(grace);
        }
        if let Ok(second) = signals.wait() {
            process::exit(128 + second as i32);
        }
    });
}

/// Seconds, perhaps a fraction; zero would let nobody in.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "not a time that can pass".to_owned())
}

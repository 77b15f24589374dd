//! `uds bench`: what a round trip and a connection cost, over a socket file and over TCP.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::json;
use uds::address::Address;
use uds::endpoint::{Acceptor, Connection, Endpoint};

const MESSAGE: usize = 64;

/// The samples that the median is taken of: within one, nobody looks at the clock.
const SAMPLES: u32 = 15;

/// Measure round trips and connections over a socket file and over TCP.
///
/// Client and server are two threads of this process, with blocking calls.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// How long to measure, in all
    #[arg(long, value_name = "SECS", default_value = "2", value_parser = seconds)]
    time: Duration,

    /// One JSON object instead of the table
    #[arg(long)]
    json: bool,
}

/// What one round trip, or one connection with a round trip, takes.
pub(super) struct Costs {
    pub(super) echo: Duration,
    pub(super) connection: Duration,
}

impl Bench {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let unix = measure(Kind::Unix, self.time / 2)?;
        let tcp = measure(Kind::Tcp, self.time / 2)?;
        let mut out = io::stdout();
        if self.json {
            writeln!(out, "{}", as_json(&unix, &tcp))?;
        } else {
            print_table(&mut out, &unix, &tcp)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn print_table(out: &mut impl Write, unix: &Costs, tcp: &Costs) -> io::Result<()> {
    writeln!(
        out,
        "{:<42}{:>9}{:>9}{:>8}",
        "µs, median", "UDS", "TCP", "TCP/UDS"
    )?;
    let rows = [
        ("64 bytes there and back", unix.echo, tcp.echo),
        (
            "connect, 64 bytes there and back, close",
            unix.connection,
            tcp.connection,
        ),
    ];
    for (what, unix, tcp) in rows {
        let ratio = tcp.as_secs_f64() / unix.as_secs_f64();
        let (unix, tcp) = (microseconds(unix), microseconds(tcp));
        writeln!(out, "{what:<42}{unix:>9.1}{tcp:>9.1}{ratio:>8.2}")?;
    }
    Ok(())
}

fn as_json(unix: &Costs, tcp: &Costs) -> serde_json::Value {
    let row = |unix: Duration, tcp: Duration| {
        json!({
            "uds_us": microseconds(unix),
            "tcp_us": microseconds(tcp),
            "ratio": tcp.as_secs_f64() / unix.as_secs_f64(),
        })
    };
    json!({
        "echo": row(unix.echo, tcp.echo),
        "connection": row(unix.connection, tcp.connection),
    })
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Unix,
    Tcp,
}

pub(super) fn measure(kind: Kind, time: Duration) -> anyhow::Result<Costs> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let listen = match kind {
        Kind::Unix => Endpoint::Unix(Address::path(folder.path().join("bench.sock"))?),
        Kind::Tcp => Endpoint::Tcp("127.0.0.1:0".to_owned()),
    };
    let acceptor = listen.listen(None)?;
    let endpoint = acceptor.endpoint()?;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let server = thread::Builder::new().spawn_scoped(scope, || answer_all(&acceptor, &stop))?;
        let costs = costs(&endpoint, time);
        stop.store(true, Ordering::Relaxed);
        // Ends its wait for a connection. It looks at `stop` before it answers.
        endpoint.connect()?;
        server.join().expect("the server does not panic")?;
        costs
    })
}

/// One connection after the other, without a thread for each: that is not what is measured.
fn answer_all(acceptor: &Acceptor, stop: &AtomicBool) -> io::Result<()> {
    loop {
        let connection = acceptor.accept()?;
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut message = [0; MESSAGE];
        while (&connection).read_exact(&mut message).is_ok() {
            (&connection).write_all(&message)?;
        }
    }
}

fn costs(endpoint: &Endpoint, time: Duration) -> anyhow::Result<Costs> {
    let connection = endpoint.connect()?;
    let echo = median(time / 2, || Ok(round_trip(&connection)?))?;
    drop(connection);
    let connection = median(time / 2, || Ok(round_trip(&endpoint.connect()?)?))?;
    Ok(Costs { echo, connection })
}

fn round_trip(mut connection: &Connection) -> io::Result<()> {
    let mut answer = [0; MESSAGE];
    connection.write_all(&[b'x'; MESSAGE])?;
    connection.read_exact(&mut answer)
}

/// The middle one of samples that together take about `time`.
fn median(
    time: Duration,
    mut work: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    const PROBE: u32 = 50;
    let probe = repeated(PROBE, &mut work)?;
    let rounds = (time / SAMPLES).as_nanos() / probe.as_nanos().max(1);
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX).max(1);
    let mut samples = (0..SAMPLES)
        .map(|_| repeated(rounds, &mut work))
        .collect::<anyhow::Result<Vec<_>>>()?;
    samples.sort_unstable();
    Ok(samples[samples.len() / 2])
}

fn repeated(
    rounds: u32,
    work: &mut impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Duration> {
    let start = Instant::now();
    for _ in 0..rounds {
        work()?;
    }
    Ok(start.elapsed() / rounds)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0".into()),
    }
}

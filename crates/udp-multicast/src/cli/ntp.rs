//! `udp-multicast ntp`: how wrong this machine's clock is, and a server to ask.

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use udp_multicast::ntp::{Client, Offset, PORT, Responder, Sample, Server, best};
use udp_multicast::tick::now;

/// Ask a time server, or be one.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Ntp {
    #[command(subcommand)]
    side: Side,
}

#[derive(Debug, clap::Subcommand)]
enum Side {
    /// Print how many seconds the server's clock is ahead of this one
    Query(Query),
    /// Answer with this machine's clock
    Serve(Serve),
}

#[derive(Debug, clap::Args)]
struct Query {
    /// HOST, HOST:PORT or [IPV6]:PORT
    #[arg(value_name = "HOST[:PORT]")]
    server: String,

    /// Ask so often, and believe the answer with the smallest delay
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,

    /// How long to wait for each answer
    #[arg(long, value_name = "S", default_value = "5", value_parser = positive_seconds)]
    timeout: Duration,

    /// The time between two questions
    #[arg(long, value_name = "S", default_value = "2", value_parser = seconds)]
    interval: Duration,

    /// Also print where the offset comes from
    #[arg(short, long)]
    verbose: bool,

    /// Print all as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,

    /// The port; 0 has the system choose one
    #[arg(long, value_name = "P", default_value_t = PORT)]
    port: u16,

    /// Pretend that the clock is so many seconds ahead
    #[arg(long, value_name = "S", default_value = "0", allow_hyphen_values = true,
          value_parser = offset)]
    offset: Offset,

    /// How many servers there are up to a reference clock
    #[arg(long, value_name = "N", default_value_t = 10,
          value_parser = clap::value_parser!(u8).range(1..=15))]
    stratum: u8,

    /// Answer each address at most once in so many seconds; one question more gets the kiss RATE
    #[arg(long, value_name = "S", value_parser = positive_seconds)]
    min_gap: Option<Duration>,
}

const EXAMPLES: &str = "\
Examples:
  udp-multicast ntp serve --port 1123 --offset 2.5 &
  udp-multicast ntp query -v 127.0.0.1:1123
  udp-multicast ntp query --samples 4 --json pool.ntp.org

Nothing here ever sets a clock. Status 1 when the answer must not be believed (RFC 5905), or none came.";

impl Ntp {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.side {
            Side::Query(query) => query.run(&mut io::stdout().lock())?,
            Side::Serve(serve) => serve.run(&mut io::stdout().lock())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Query {
    fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let server = resolve(&self.server)?;
        let client = Client {
            server,
            samples: self.samples,
            timeout: self.timeout,
            interval: self.interval,
        };
        let samples = client.query()?;
        let best = best(&samples).expect("at least one was asked for");
        if self.json {
            let report = Report::new(server, best, &samples);
            return Ok(writeln!(out, "{}", serde_json::to_string(&report)?)?);
        }
        writeln!(out, "{}", best.offset)?;
        if self.verbose {
            explain(out, server, best)?;
            for sample in &samples {
                writeln!(
                    out,
                    "sample: offset {} s, delay {} s",
                    sample.offset, sample.delay
                )?;
            }
        }
        Ok(())
    }
}

impl Serve {
    fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let address = SocketAddr::new(self.bind, self.port);
        let socket = UdpSocket::bind(address).with_context(|| format!("cannot bind {address}"))?;
        let mut responder = Responder::new(self.stratum);
        if let Some(gap) = self.min_gap {
            responder.set_min_gap(gap);
        }
        let mut server = Server::new(socket, responder, self.offset);
        let address = server.local_addr().context("cannot tell the own address")?;
        writeln!(out, "listening on {address}")?;
        out.flush()?;
        loop {
            server
                .serve_one()
                .with_context(|| format!("cannot receive at {address}"))?;
        }
    }
}

/// What `--json` prints; all times in seconds.
#[derive(serde::Serialize)]
struct Report {
    server: SocketAddr,
    offset: f64,
    delay: f64,
    root_distance: f64,
    stratum: u8,
    leap: String,
    version: u8,
    reference_id: String,
    samples: Vec<[f64; 2]>,
}

impl Report {
    fn new(server: SocketAddr, best: &Sample, samples: &[Sample]) -> Self {
        Report {
            server,
            offset: best.offset.as_secs_f64(),
            delay: best.delay.as_secs_f64(),
            root_distance: best.root_distance.as_secs_f64(),
            stratum: best.reply.stratum,
            leap: format!("{:?}", best.reply.leap).to_lowercase(),
            version: best.reply.version,
            reference_id: reference(best),
            samples: samples
                .iter()
                .map(|sample| [sample.offset, sample.delay].map(Offset::as_secs_f64))
                .collect(),
        }
    }
}

fn explain(out: &mut impl Write, server: SocketAddr, best: &Sample) -> io::Result<()> {
    let reply = &best.reply;
    let reference = reference(best);
    writeln!(
        out,
        "server: {server}, stratum {}, reference {reference}",
        reply.stratum
    )?;
    writeln!(out, "leap: {:?}, version: {}", reply.leap, reply.version)?;
    let (delay, distance) = (best.delay, best.root_distance);
    writeln!(out, "delay: {delay} s, root distance: {distance} s")?;
    // Which era the server means, our own clock has to tell.
    let time = reply.transmit.unix_near(now()) as f64 / 1e9;
    writeln!(out, "time: {time:.6} s since 1970, when it answered")
}

/// Four letters for a reference clock, and an address above it.
fn reference(sample: &Sample) -> String {
    let id = sample.reply.reference_id;
    match sample.reply.stratum {
        1 => id.escape_ascii().to_string().replace("\\x00", ""),
        _ => IpAddr::from(id).to_string(),
    }
}

fn resolve(server: &str) -> anyhow::Result<SocketAddr> {
    let bare: Result<IpAddr, _> = server.trim_matches(['[', ']']).parse();
    if let Ok(address) = bare {
        return Ok(SocketAddr::new(address, PORT));
    }
    let found = match server.contains(':') {
        true => server.to_socket_addrs(),
        false => (server, PORT).to_socket_addrs(),
    };
    let mut found = found.with_context(|| format!("cannot find {server}"))?;
    found
        .next()
        .with_context(|| format!("{server} has no address"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

fn positive_seconds(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("must be more than 0".into()),
        duration => Ok(duration),
    }
}

fn offset(text: &str) -> Result<Offset, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    Offset::from_secs_f64(seconds).ok_or_else(|| "must be less than 68 years".into())
}

//! `udp-multicast send`: a file to a receiver.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::ValueEnum;
use serde_json::json;
use udp_multicast::chart::Chart;
use udp_multicast::transfer::congestion::{Aimd, Cubic};
use udp_multicast::transfer::over_udp::{Impairment, SendOptions, Sent, send};
use udp_multicast::transfer::sender::{SendConfig, Sender};

use super::progress::Progress;

/// Send FILE to the receiver at ADDR, whatever the network loses.
///
/// Ends with status 0 when the receiver has the whole file, has checked it, and has put it in its
/// place. Started again after an interruption it goes on where it was.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Send {
    /// What to send: a regular file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Where `recv` listens: HOST:PORT
    #[arg(value_name = "ADDR")]
    to: String,

    #[command(flatten)]
    impairment: Impaired,

    /// Give up after so much silence
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// The rule for the congestion window
    #[arg(long, value_enum, default_value = "cubic")]
    congestion: Rule,

    /// Draw the congestion window over time as SVG
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,

    /// Print a JSON object instead of a sentence
    #[arg(long)]
    json: bool,
}

/// What both ends can do to what they send.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Impaired {
    /// Lose this part of our own datagrams, from 0 to 1
    #[arg(long, value_name = "P", default_value = "0", value_parser = probability)]
    loss: f64,

    /// Send each of our datagrams so many milliseconds late
    #[arg(long, value_name = "MS", default_value = "0", value_parser = clap::value_parser!(u64).range(..60_000))]
    delay: u64,
}

impl From<Impaired> for Impairment {
    fn from(impaired: Impaired) -> Self {
        Impairment {
            loss: impaired.loss,
            delay: Duration::from_millis(impaired.delay),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rule {
    /// RFC 5681: one more segment per round trip, half at a loss
    Aimd,
    /// RFC 9438: a cubic function of the time since the last loss
    Cubic,
}

const EXAMPLES: &str = "\
Examples:
  udp-multicast recv 127.0.0.1:4000 copy.iso
  udp-multicast send disk.iso 127.0.0.1:4000
  udp-multicast send disk.iso 127.0.0.1:4000 --loss 0.05 --delay 20 --chart window.svg

Status: 0 when the file is there, whole and checked; 1 when it is not; 2 for wrong usage.";

impl Send {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let to = resolve(&self.to)?;
        let options = SendOptions {
            config: SendConfig {
                idle: self.timeout,
                congestion: match self.congestion {
                    Rule::Aimd => |segment| Box::new(Aimd::new(segment)),
                    Rule::Cubic => |segment| Box::new(Cubic::new(segment)),
                },
                ..SendConfig::default()
            },
            impairment: self.impairment.into(),
        };
        let mut progress = Progress::new();
        let mut windows = Windows::default();
        let outcome = send(&self.file, to, options, &mut |now, sender| {
            progress.update(sender.arrived(), sender.length());
            if self.chart.is_some() {
                windows.note(now, sender);
            }
        });
        progress.clear();
        if let Some(path) = &self.chart {
            fs::write(path, windows.chart().svg())
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        self.report(&outcome?)?;
        Ok(ExitCode::SUCCESS)
    }

    fn report(&self, sent: &Sent) -> anyhow::Result<()> {
        let seconds = sent.took.as_secs_f64();
        let goodput = (sent.bytes - sent.resumed) as f64 / seconds.max(1e-9);
        let statistics = &sent.statistics;
        let line = if self.json {
            json!({
                "bytes": sent.bytes,
                "resumed": sent.resumed,
                "seconds": seconds,
                "goodput": goodput,
                "retransmissions": statistics.retransmissions,
                "timeouts": statistics.timeouts,
                "datagrams": statistics.datagrams,
                "datagram_size": sent.datagram_size,
            })
            .to_string()
        } else {
            format!(
                "{} bytes in {seconds:.2} s, {:.1} MB/s; {} datagrams of up to {} bytes, {} sent \
                 again, {} timeouts{}",
                sent.bytes,
                goodput / 1e6,
                statistics.datagrams,
                sent.datagram_size,
                statistics.retransmissions,
                statistics.timeouts,
                resumed(sent.resumed),
            )
        };
        super::print(&line)
    }
}

/// A remark, when there was something already.
pub(crate) fn resumed(bytes: u64) -> String {
    match bytes {
        0 => String::new(),
        bytes => format!("; went on after {bytes} bytes"),
    }
}

pub(crate) fn resolve(address: &str) -> anyhow::Result<SocketAddr> {
    address
        .to_socket_addrs()
        .with_context(|| format!("no address: {address}"))?
        .next()
        .with_context(|| format!("no address: {address}"))
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() && seconds < 1e9 => Ok(duration),
        _ => Err("must be more than 0, and less than 30 years".into()),
    }
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..1.0).contains(&probability) => Ok(probability),
        _ => Err("must be at least 0 and less than 1".into()),
    }
}

/// The congestion window over time.
#[derive(Debug, Default)]
struct Windows {
    points: Vec<(f64, f64)>,
}

impl Windows {
    fn note(&mut self, now: Duration, sender: &Sender) {
        let window = sender.congestion().window() as f64;
        if self.points.last().is_none_or(|(_, last)| *last != window) {
            self.points.push((now.as_secs_f64(), window));
        }
    }

    fn chart(self) -> Chart {
        Chart::new("Congestion window", "seconds", "bytes").with("window", self.points)
    }
}

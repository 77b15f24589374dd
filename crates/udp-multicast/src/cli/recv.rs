//! `udp-multicast recv`: a file from a sender.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;
use udp_multicast::transfer::over_udp::{ReceiveOptions, Received, Reception};
use udp_multicast::transfer::receiver::ReceiveConfig;

use super::progress::Progress;
use super::send::{Impaired, resolve, resumed, seconds};

/// Receive one file at ADDR, and put it at FILE when it is whole and checked.
///
/// Until then it is FILE.part, which a later `recv` goes on with, and FILE stays as it was. The name
/// that the sender gives is not used.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Recv {
    /// Where to listen: HOST:PORT; with port 0 the system chooses one, and it is printed
    #[arg(value_name = "ADDR")]
    at: String,

    /// Where the file goes
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    impairment: Impaired,

    /// Give up after so much silence of a sender that had begun
    #[arg(long, value_name = "SECS", default_value = "30", value_parser = seconds)]
    timeout: Duration,

    /// Print JSON objects instead of sentences
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  udp-multicast recv 0.0.0.0:4000 copy.iso
  udp-multicast recv 127.0.0.1:0 copy.iso --loss 0.05

Status: 0 when the file is there, whole and checked; 1 when it is not; 2 for wrong usage.
Datagrams are not encrypted, and whoever can read them can forge them.";

impl Recv {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let asked = resolve(&self.at)?;
        let reception = Reception::bind(asked)?;
        if asked.port() == 0 {
            self.announce(&reception)?;
        }
        let options = ReceiveOptions {
            config: ReceiveConfig {
                idle: self.timeout,
                ..ReceiveConfig::default()
            },
            impairment: self.impairment.into(),
        };
        let mut progress = Progress::new();
        let outcome = reception.receive(&self.file, options, &mut |facts, have| {
            progress.update(have, facts.length);
        });
        progress.clear();
        self.report(&outcome?)?;
        Ok(ExitCode::SUCCESS)
    }

    fn announce(&self, reception: &Reception) -> anyhow::Result<()> {
        let address = reception.address();
        super::print(&if self.json {
            json!({ "listening": address.to_string() }).to_string()
        } else {
            format!("listening on {address}")
        })
    }

    fn report(&self, received: &Received) -> anyhow::Result<()> {
        let seconds = received.took.as_secs_f64();
        let bytes = received.facts.length;
        let goodput = (bytes - received.resumed) as f64 / seconds.max(1e-9);
        super::print(&if self.json {
            json!({
                "bytes": bytes,
                "resumed": received.resumed,
                "seconds": seconds,
                "goodput": goodput,
                "name": received.facts.name,
                "crc32": format!("{:08x}", received.facts.digest),
                "from": received.from.to_string(),
            })
            .to_string()
        } else {
            format!(
                "{bytes} bytes in {seconds:.2} s, {:.1} MB/s, from {}; CRC-32 {:08x}{}",
                goodput / 1e6,
                received.from,
                received.facts.digest,
                resumed(received.resumed),
            )
        })
    }
}

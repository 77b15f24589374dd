//! `io-writer tee`: standard input to standard output and to every sink.

use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use clap::builder::{OsStringValueParser, TypedValueParser};
use io_writer::fan_out::FanOut;
use io_writer::gzip;
use io_writer::multi::Failure;
use io_writer::sink::{Address, OpenOptions, Sink, SinkError};
use nix::sys::signal::{SigSet, Signal};

use super::complain;
use super::progress::Progress;
use super::stdio::Inherited;

const STDOUT: &str = "standard output";

/// Copy standard input to standard output and to every SINK.
///
/// Each sink is fed on its own: a slow one is waited for, a broken one is reported and left out, and
/// the others get every byte.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Tee {
    /// Append to files instead of emptying them (a .gz gets a further member)
    #[arg(short, long)]
    append: bool,

    /// Go on feeding the sinks when standard output is closed by its reader
    #[arg(short = 'p')]
    persist: bool,

    /// Ignore interrupts (Ctrl-C): end when the program that writes to us has ended
    #[arg(short, long)]
    ignore_interrupts: bool,

    /// Give a sink up that accepts nothing for so long
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = seconds)]
    stall: Duration,

    /// Compression level of .gz sinks
    #[arg(long, value_name = "N", default_value_t = gzip::DEFAULT_LEVEL,
          value_parser = clap::value_parser!(u32).range(0..=9))]
    level: u32,

    /// FILE, NAME.gz (compressed), tcp:HOST:PORT or unix:PATH
    #[arg(value_name = "SINK", required = true,
          value_parser = OsStringValueParser::new().try_map(|text| Address::try_from(&*text)))]
    sinks: Vec<Address>,
}

const EXAMPLES: &str = "\
Examples:
  make 2>&1 | io-writer tee build.log
  pg_dump db | io-writer tee dump.sql.gz tcp:backup:4000 > /dev/null
  ./server | io-writer tee -i -a server.log.gz unix:/run/logger.sock

Status: 0 when all sinks got everything, 1 when one failed or could not be opened, 2 for wrong usage.
A closed standard output ends the copying, unless -p is given, and is no failure.";

impl Tee {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        if self.ignore_interrupts {
            // Blocked, a signal stays pending for ever. The threads to come inherit the mask.
            SigSet::from(Signal::SIGINT).thread_block()?;
        }
        let stdin = Inherited::stdin().context("standard input")?;
        let stdout = Inherited::stdout().context(STDOUT)?;

        let mut progress = Progress::new();
        let bar = progress.bar();
        let mut outputs = FanOut::new();
        outputs.on_failure(|failure| {
            if !is_closed_stdout(failure) {
                bar.suspend(|| complain(failure));
            }
        });
        if self.persist {
            outputs.writer(STDOUT, stdout);
        } else {
            outputs.leading_writer(STDOUT, stdout);
        }
        let mut failed = false;
        for (address, sink) in self.sinks.iter().zip(self.open_sinks()) {
            match sink {
                Ok(sink) => outputs.sink(address.to_string(), sink),
                Err(error) => {
                    complain(error);
                    failed = true;
                }
            }
        }

        let report = outputs.run(stdin, |bytes| progress.update(bytes));
        progress.clear();
        if let Some(error) = &report.read_error {
            complain(format_args!("cannot read standard input: {error}"));
            failed = true;
        }
        failed |= !report.failures.iter().all(is_closed_stdout);
        Ok(ExitCode::from(u8::from(failed)))
    }

    /// Side by side: each may take as long as [`Tee::stall`].
    fn open_sinks(&self) -> Vec<Result<Sink, SinkError>> {
        let options = OpenOptions {
            append: self.append,
            stall: self.stall,
            level: self.level,
        };
        thread::scope(|scope| {
            let opening: Vec<_> = self
                .sinks
                .iter()
                .map(|address| scope.spawn(|| address.open(&options)))
                .collect();
            opening
                .into_iter()
                .map(|thread| thread.join().expect("opening does not panic"))
                .collect()
        })
    }
}

/// That `head` has read enough is nothing to complain of.
fn is_closed_stdout(failure: &Failure) -> bool {
    failure.name == STDOUT && failure.error.kind() == io::ErrorKind::BrokenPipe
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0".into()),
    }
}

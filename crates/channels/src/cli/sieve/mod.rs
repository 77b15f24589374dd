//! `channels sieve`: primes by a chain of filters, a channel between each two.
//!
//! ```text
//! 2 3 4 5 6 …  ──▶ filter 2 ──▶ filter 3 ──▶ filter 5 ──▶ the next prime
//! ```
//!
//! A generator sends the numbers from 2. The first number that comes out of the chain is a prime,
//! since no filter before it has taken it out, and gets a filter of its own at the end. The design is
//! Doug McIlroy's; it became the show-piece of Hoare's CSP in Newsqueak, Limbo and Go. As a way to
//! primes it is bad: the thousandth prime passes 999 channels, where a table needs a few additions.

mod executor;
mod sequential;
mod tasks;
mod threads;

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::STDOUT;
use super::progress::Progress;

/// Print the first N primes, found by a filter for each prime and a channel between each two.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sieve {
    /// How many primes
    #[arg(value_name = "N")]
    count: usize,

    /// A thread of the system for each filter, instead of a task
    #[arg(long)]
    threads: bool,

    /// For how many numbers each channel has room
    #[arg(long, value_name = "SLOTS", default_value_t = 0,
          value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(..=MOST_SLOTS))]
    capacity: usize,

    /// Say on standard error how long it took, and how long a sequential sieve takes
    #[arg(long)]
    time: bool,

    /// Print one JSON object: the primes, and with --time the seconds
    #[arg(long)]
    json: bool,
}

/// The slots are there from the start, in each of N channels.
const MOST_SLOTS: u64 = 1 << 10;

const EXAMPLES: &str = "\
Examples:
  channels sieve 25
  channels sieve 2000 --time > /dev/null
  channels sieve 300 --time --threads > /dev/null
  channels sieve 1000 --time --capacity 64 > /dev/null
  channels sieve 100 --json | jq '.primes | last'";

/// What is told of each prime as it is found. An error ends the sieve.
type OnPrime<'a> = dyn FnMut(u64) -> io::Result<()> + 'a;

impl Sieve {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        // What is timed should not wait for whoever reads the output, and JSON is one piece.
        let prints_at_once = !self.time && !self.json;
        let mut stdout = io::stdout().lock();
        let watches_primes = prints_at_once && stdout.is_terminal();
        let mut progress = Progress::new(io::stderr().is_terminal() && !watches_primes);

        let mut primes = Vec::new();
        let start = Instant::now();
        self.find(&mut |prime| {
            primes.push(prime);
            progress.update(primes.len(), self.count);
            if prints_at_once {
                writeln!(stdout, "{prime}")?;
            }
            Ok(())
        })?;
        let concurrent = start.elapsed();
        drop(progress);

        let times = self
            .time
            .then(|| Times::beside_sequential(concurrent, &primes));
        if self.json {
            print_json(&mut stdout, &primes, times.as_ref()).context(STDOUT)?;
        } else {
            if !prints_at_once {
                print_lines(&mut stdout, &primes).context(STDOUT)?;
            }
            if let Some(times) = times {
                self.report(&times);
            }
        }
        Ok(())
    }

    fn find(&self, on_prime: &mut OnPrime<'_>) -> anyhow::Result<()> {
        if self.threads {
            threads::primes(self.count, self.capacity, on_prime)
        } else {
            tasks::primes(self.count, self.capacity, on_prime).context(STDOUT)
        }
    }

    fn report(&self, times: &Times) {
        let workers = if self.threads { "threads" } else { "tasks" };
        let filters = self.count;
        let _ = writeln!(
            io::stderr(),
            "{filters} filters ({workers})  {:>9.1?}\n\
             sequential sieve  {:>9.1?}",
            times.concurrent,
            times.sequential,
        );
    }
}

#[derive(Debug)]
struct Times {
    concurrent: Duration,
    sequential: Duration,
}

impl Times {
    /// Lets the sequential sieve find the same primes.
    fn beside_sequential(concurrent: Duration, primes: &[u64]) -> Self {
        let start = Instant::now();
        let sequential = sequential::primes(primes.len());
        let times = Self {
            concurrent,
            sequential: start.elapsed(),
        };
        assert_eq!(primes, sequential, "both sieves find the same primes");
        times
    }
}

fn print_lines(out: &mut impl Write, primes: &[u64]) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    for prime in primes {
        writeln!(out, "{prime}")?;
    }
    out.flush()
}

fn print_json(out: &mut impl Write, primes: &[u64], times: Option<&Times>) -> io::Result<()> {
    // Debug of a list of numbers is JSON.
    write!(out, "{{\"primes\":{primes:?}")?;
    if let Some(times) = times {
        let concurrent = times.concurrent.as_secs_f64();
        let sequential = times.sequential.as_secs_f64();
        write!(
            out,
            ",\"seconds\":{{\"concurrent\":{concurrent},\"sequential\":{sequential}}}"
        )?;
    }
    writeln!(out, "}}")
}

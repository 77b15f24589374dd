//! The tool of the chapter: `channels sieve` finds primes with a filter for each prime and channels
//! between them, `channels demo`, or no arguments, shows what happens inside a channel.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Channels after Go's. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  channels demo
  channels sieve 100
  channels sieve 2000 --time | tail -1";

#[derive(Debug, Subcommand)]
enum Command {
    Sieve(cli::sieve::Sieve),
    /// Show a channel as it fills, holds its senders up, and drains
    Demo,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Sieve(sieve)) => sieve.run(),
        Some(Command::Demo) | None => cli::demo::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whoever read our output has read enough; that is no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

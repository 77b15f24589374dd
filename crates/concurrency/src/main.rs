//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A scheduler to watch at work. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sched(cli::sched::Sched),
    Sim(cli::sim::Sim),
    Ring(cli::ring::Ring),
    Skynet(cli::skynet::Skynet),
    Trace(cli::trace::Trace),
    View(cli::view::View),
    Race(cli::race::Race),
    Amdahl(cli::amdahl::Amdahl),
}

fn main() -> ExitCode {
    let out = &mut io::stdout().lock();
    let success = |()| ExitCode::SUCCESS;
    let outcome = match Arguments::parse().command {
        Some(Command::Race(command)) => command.run(out),
        Some(Command::Sched(command)) => command.run(out).map(success),
        Some(Command::Sim(command)) => command.run(out).map(success),
        Some(Command::Ring(command)) => command.run(out).map(success),
        Some(Command::Skynet(command)) => command.run(out).map(success),
        Some(Command::Trace(command)) => command.run(out).map(success),
        Some(Command::View(command)) => command.run(out).map(success),
        Some(Command::Amdahl(command)) => command.run(out).map(success),
        None => cli::demo::run(out).map(success),
    };
    match outcome {
        Ok(status) => status,
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

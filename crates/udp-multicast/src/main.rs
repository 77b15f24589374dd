//! The tool of the chapter: a time signal by multicast, SNTP, and files over lossy UDP. Without arguments it
//! demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Datagrams and what to build on them. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Clock(cli::clock::Clock),
    Ntp(cli::ntp::Ntp),
    Send(cli::send::Send),
    Recv(cli::recv::Recv),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Clock(command)) => command.run(),
        Some(Command::Ntp(command)) => command.run(),
        Some(Command::Send(command)) => command.run(),
        Some(Command::Recv(command)) => command.run(),
        None => cli::demo::run(&mut io::stdout().lock()).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        cli::complain(format_args!("{error:#}"));
        ExitCode::FAILURE
    })
}

/// Whoever read our output has read enough; that is no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

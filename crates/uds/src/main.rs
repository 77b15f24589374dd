//! The tool of the chapter: echo, a bridge to TCP, a measurement, passing descriptors. Without arguments it
//! demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Unix-domain sockets. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Echo(cli::echo::Echo),
    Bridge(cli::bridge::Bridge),
    Bench(cli::bench::Bench),
    PassFd(cli::pass_fd::PassFd),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Echo(command)) => command.run(),
        Some(Command::Bridge(command)) => command.run(),
        Some(Command::Bench(command)) => command.run(),
        Some(Command::PassFd(command)) => command.run(),
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

//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How processes are told. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(cli::list::List),
    Send(cli::send::Send),
    Watch(cli::watch::Watch),
    Timeout(cli::timeout::Timeout),
    Start(cli::start::Start),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::List(command)) => command.run(),
        Some(Command::Send(command)) => command.run(),
        Some(Command::Watch(command)) => command.run(),
        Some(Command::Timeout(command)) => command.run(),
        Some(Command::Start(command)) => command.run(),
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

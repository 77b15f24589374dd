//! The tool of the chapter: an HTTP server, a client, a load generator and JSON-RPC. Without arguments it
//! demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// HTTP over TCP. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(cli::serve::Serve),
    Get(cli::get::Get),
    Load(cli::load::Load),
    Rpc(cli::rpc::Rpc),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Serve(command)) => command.run(),
        Some(Command::Get(command)) => command.run(),
        Some(Command::Load(command)) => command.run(),
        Some(Command::Rpc(command)) => command.run(),
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

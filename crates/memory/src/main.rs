//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// From page to heap: address spaces, allocators, a collector. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Maps(cli::maps::Maps),
    Pages(cli::pages::PagesCommand),
    Layout(cli::layout::Layout),
    Gc(cli::gc::Gc),
    Alloc(cli::alloc::Alloc),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Maps(command)) => command.run(),
        Some(Command::Pages(command)) => command.run(),
        Some(Command::Layout(command)) => command.run(),
        Some(Command::Gc(command)) => command.run(),
        Some(Command::Alloc(command)) => command.run(),
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

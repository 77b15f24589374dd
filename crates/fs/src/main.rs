//! The tool of the chapter: paths, walks, and what they find. Without arguments it demonstrates
//! itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Files from path to disk. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Walk(cli::walk::Walk),
    Find(cli::find::Find),
    Tree(cli::tree::Tree),
    Du(cli::du::Du),
    Stat(cli::stat::Stat),
    Which(cli::which::Which),
    Path(cli::path::PathCommand),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Walk(command)) => command.run(),
        Some(Command::Find(command)) => command.run(),
        Some(Command::Tree(command)) => command.run(),
        Some(Command::Du(command)) => command.run(),
        Some(Command::Stat(command)) => command.run(),
        Some(Command::Which(command)) => command.run(),
        Some(Command::Path(command)) => command.run(),
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

//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a program is to the kernel. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ps(cli::ps::Ps),
    Info(cli::info::Info),
    Limits(cli::limits::Limits),
    Pty(cli::pty::Arguments),
    Daemon(cli::daemon::Arguments),
    Sandbox(cli::sandbox::Sandbox),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Ps(command)) => command.run(),
        Some(Command::Info(command)) => command.run(),
        Some(Command::Limits(command)) => command.run(),
        Some(Command::Pty(arguments)) => cli::pty::run(&arguments),
        Some(Command::Daemon(arguments)) => cli::daemon::run(&arguments),
        Some(Command::Sandbox(command)) => command.run(),
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

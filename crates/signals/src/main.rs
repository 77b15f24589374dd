//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::env;
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
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let outcome = match arguments.command {
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

/// Says what is wrong, or the help that was asked for. The status of `timeout` is its command's, so GNU
/// keeps 125 for what is wrong with `timeout` itself, its usage too.
fn usage(error: &clap::Error) -> ExitCode {
    // Standard error is all that there is to complain to.
    let _ = error.print();
    match error.exit_code() {
        2 if env::args_os().nth(1).is_some_and(|name| name == "timeout") => {
            ExitCode::from(cli::timeout::FAILED)
        }
        status => ExitCode::from(u8::try_from(status).unwrap_or(1)),
    }
}

/// Whoever read our output has read enough; that is no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

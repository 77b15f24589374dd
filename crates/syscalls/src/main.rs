//! The tool of the chapter: `syscalls trace` shows what a program asks of the kernel, `table` and
//! `errno` say what the numbers mean. Without arguments it traces a small program of its own.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What programs ask of the kernel. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  syscalls trace ls
  syscalls trace -f -e %file -- sh -c 'ls | wc -l'
  syscalls table openat
  syscalls errno 13";

#[derive(Debug, Subcommand)]
enum Command {
    Trace(cli::trace::Trace),
    Table(cli::table::Table),
    Errno(cli::errno::Errno),
}

fn main() -> ExitCode {
    // Before anything else: its calls are the ones that the demonstration shows.
    if cli::demo::is_the_traced_program() {
        return cli::demo::traced_program();
    }
    let outcome = match Arguments::parse().command {
        Some(Command::Trace(trace)) => trace.run(),
        Some(Command::Table(table)) => succeed(table.run(&mut io::stdout().lock())),
        Some(Command::Errno(errno)) => succeed(errno.run(&mut io::stdout().lock())),
        None => succeed(cli::demo::run(&mut io::stdout().lock())),
    };
    outcome.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        cli::complain(cli::causes(&error));
        ExitCode::FAILURE
    })
}

fn succeed(outcome: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Whoever read our output has read enough; that is no failure of ours.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

//! The tool of the chapter. Without arguments it demonstrates itself.

mod cli;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use loader::report::text::Part;

/// From file to main. Without a command: a demonstration.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "Examples:
  loader symbols /bin/ls
  loader segments /lib/ld-linux-aarch64.so.1
  loader dump program.exe | jq .imports
  loader ldd /bin/ls";

#[derive(Debug, Subcommand)]
enum Command {
    /// The header: what kind of file, for which machine, where it starts
    Headers(cli::show::Show),
    /// The sections: the file as linkers see it
    Sections(cli::show::Show),
    /// The segments: the file as the kernel sees it
    Segments(cli::show::Show),
    /// All symbols, with their versions
    Symbols(cli::show::Show),
    /// What is asked of the dynamic linker: libraries, versions, flags
    Dynamic(cli::show::Show),
    /// The places that have to be filled in once addresses are known
    Relocs(cli::show::Show),
    /// What tools wrote about themselves: build id, oldest system
    Notes(cli::show::Show),
    Dump(cli::dump::Dump),
    Ldd(cli::ldd::Ldd),
    Disasm(cli::disasm::Disasm),
    Bootstrap(cli::bootstrap::Bootstrap),
    Exec(cli::exec::Exec),
    Embed(cli::embed::Embed),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Headers(command)) => command.run(Part::Headers),
        Some(Command::Sections(command)) => command.run(Part::Sections),
        Some(Command::Segments(command)) => command.run(Part::Segments),
        Some(Command::Symbols(command)) => command.run(Part::Symbols),
        Some(Command::Dynamic(command)) => command.run(Part::Dynamic),
        Some(Command::Relocs(command)) => command.run(Part::Relocations),
        Some(Command::Notes(command)) => command.run(Part::Notes),
        Some(Command::Dump(command)) => command.run(),
        Some(Command::Ldd(command)) => command.run(),
        Some(Command::Disasm(options)) => cli::disasm::run(&options),
        Some(Command::Bootstrap(options)) => cli::bootstrap::execute(&options),
        Some(Command::Exec(options)) => cli::exec::run(options),
        Some(Command::Embed(options)) => cli::embed::run(options),
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

//! The chapter's tool: looks into PNG and CSV files, cuts windows out of files, packs zips.

mod cli;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Read files by the byte, the chunk and the record
///
/// Without a command it shows what this chapter's readers do. Exit status: 0 when all went well
/// or the reader of the output had enough, 1 when something failed, 2 when the command line is
/// wrong.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  io-reader png list logo.png
  io-reader slice --offset 0x10 --length 4K disk.img >part
  io-reader zip notes.zip notes/ todo.txt
  io-reader csv --columns 2,6-8 --no-headers postcodes.csv
  io-reader hex --length 64 /bin/ls";

const PNG_EXAMPLES: &str = "\
Examples:
  io-reader png list logo.png
  io-reader png verify *.png
  io-reader png embed logo.png signed.png Author 'Ada Lovelace'
  io-reader png text signed.png";

#[derive(Subcommand)]
enum Command {
    /// List, check and edit the chunks of PNG files
    #[command(after_help = PNG_EXAMPLES)]
    Png {
        #[command(subcommand)]
        command: cli::png::Command,
    },
    Slice(cli::slice::Args),
    Zip(cli::zip::Args),
    Csv(cli::csv::Args),
    Hex(cli::hex::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Some(Command::Png { command }) => cli::png::run(command),
        Some(Command::Slice(args)) => cli::slice::run(&args),
        Some(Command::Zip(args)) => cli::zip::run(&args),
        Some(Command::Csv(args)) => cli::csv::run(&args),
        Some(Command::Hex(args)) => cli::hex::run(&args),
        None => cli::demo::run(),
    };
    match result {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // When standard error is closed too, nobody is left to be told.
            let _ = writeln!(io::stderr(), "io-reader: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Who reads our output may stop early, as `head` does. That is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

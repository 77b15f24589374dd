//! `slice`: a window of a file, to standard output.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::input::Input;

/// Write a window of a file to standard output
///
/// Sizes are written 4096, 4K (also M, G, T) or 0x1000. Where the file ends before the window
/// does, what there is is written, and the exit status is 1.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader slice --offset 14 --length 7 notes.txt
  io-reader slice --offset 0x8000 --length 2K disk.iso | io-reader hex -
  gzip -dc dump.gz | io-reader slice --offset 1M -")]
pub(crate) struct Args {
    /// Where the window begins
    #[arg(long, value_name = "N", default_value = "0", value_parser = super::size::parse)]
    offset: u64,
    /// How many bytes it has [default: all to the end]
    #[arg(long, value_name = "N", value_parser = super::size::parse)]
    length: Option<u64>,
    /// A file, or - for standard input
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut input = Input::open_at(&args.file, args.offset)?;
    let mut out = super::stdout();
    let copied = input.copy_to(&mut out, args.length.unwrap_or(u64::MAX))?;
    super::written(out.flush())?;
    match args.length {
        Some(length) if copied < length => {
            let end = args.offset + copied;
            anyhow::bail!(
                "{} ends at {end}: {copied} of {length} bytes written",
                input.name
            );
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

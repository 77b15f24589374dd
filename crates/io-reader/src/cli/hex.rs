//! `hex`: bytes as `hexdump -C` prints them.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use io_reader::hex::HexDump;

use super::input::Input;

/// Print bytes in hexadecimal and ASCII, as hexdump -C does
///
/// Sizes are written 4096, 4K (also M, G, T) or 0x1000. Rows equal to the one before are shown
/// as one *.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader hex /bin/ls | head
  io-reader hex --offset 0x200 --length 64 disk.img
  printf 'caf\u{e9}' | io-reader hex -")]
pub(crate) struct Args {
    /// Where to begin; also the first offset that is printed
    #[arg(long, value_name = "N", default_value = "0", value_parser = super::size::parse)]
    offset: u64,
    /// How many bytes at most [default: all to the end]
    #[arg(long, value_name = "N", value_parser = super::size::parse)]
    length: Option<u64>,
    /// A file, or - for standard input
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut input = Input::open_at(&args.file, args.offset)?;
    let mut dump = HexDump::starting_at(super::stdout(), args.offset);
    let copied = input.copy_to(&mut dump, args.length.unwrap_or(u64::MAX));
    // Also after a read that failed: what came before it is worth seeing.
    super::written(dump.finish().and_then(|mut out| out.flush()))?;
    copied.map(|_| ExitCode::SUCCESS)
}

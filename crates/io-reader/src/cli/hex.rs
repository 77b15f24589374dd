//! `hex`: bytes as `hexdump -C` prints them.

use std::io::Write;
use std::process::ExitCode;

use io_reader::hex::HexDump;

use super::input::Window;

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
    #[command(flatten)]
    window: Window,
}

pub(crate) fn run(Args { window }: &Args) -> anyhow::Result<ExitCode> {
    let mut input = window.open()?;
    let mut dump = HexDump::starting_at(super::stdout(), window.offset);
    let copied = input.copy_to(&mut dump, window.most());
    // Also after a read that failed: what came before it is worth seeing.
    super::written(dump.finish().and_then(|mut out| out.flush()))?;
    copied.map(|_| ExitCode::SUCCESS)
}

//! `slice`: a window of a file, to standard output.

use std::io::Write;
use std::process::ExitCode;

use super::input::Window;

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
    #[command(flatten)]
    window: Window,
}

pub(crate) fn run(Args { window }: &Args) -> anyhow::Result<ExitCode> {
    let mut input = window.open()?;
    let mut out = super::stdout();
    let copied = input.copy_to(&mut out, window.most())?;
    super::written(out.flush())?;
    match window.length {
        Some(length) if copied < length => {
            let end = window.offset + copied;
            anyhow::bail!(
                "{} ends at {end}: {copied} of {length} bytes written",
                input.name
            );
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

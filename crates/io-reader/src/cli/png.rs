//! `png`: what PNG files are made of, and what is wrong with them.

mod embed;
mod list;
mod text;
mod verify;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;
use io_reader::png::diagnose;

/// List, verify and edit the chunks of PNG files
#[derive(Subcommand)]
pub(crate) enum Command {
    List(list::Args),
    Verify(verify::Args),
    Text(text::Args),
    Embed(embed::Args),
}

pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List(args) => list::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Text(args) => text::run(&args),
        Command::Embed(args) => embed::run(&args),
    }
}

/// What is read at first; most PNGs are smaller.
const HEAD: usize = 64 * 1024;

/// What does not begin as a PNG does, and is larger, is not read whole just to say so.
const LARGE: u64 = 64 << 20;

/// Reads the whole of a file, or of standard input for `-`, into `buffer`, whose memory is reused.
fn read_whole<'b>(path: &Path, buffer: &'b mut Vec<u8>) -> io::Result<&'b [u8]> {
    if path == Path::new("-") {
        return read_stream(&mut io::stdin().lock(), || Ok(None), buffer);
    }
    let file = File::open(path)?;
    let size = || {
        let meta = file.metadata()?;
        Ok(meta.is_file().then_some(meta.len()))
    };
    read_stream(&mut &file, size, buffer)
}

/// `size` is none for a pipe or a device, which may have no end. It is a hint: a file may change
/// while it is read. Small files are not asked for it, which would be a system call in five.
fn read_stream<'b>(
    stream: &mut impl Read,
    size: impl FnOnce() -> io::Result<Option<u64>>,
    buffer: &'b mut Vec<u8>,
) -> io::Result<&'b [u8]> {
    grow(buffer, HEAD)?;
    let mut filled = fill(stream, &mut buffer[..HEAD])?;
    if filled == HEAD {
        let size = size()?;
        if diagnose(buffer).is_err() && size.is_none_or(|size| size > LARGE) {
            return Ok(&buffer[..16]);
        }
        // One more, so that the end of the file is seen without growing again.
        grow(
            buffer,
            usize::try_from(size.unwrap_or(0))
                .map_err(io::Error::other)?
                .saturating_add(1),
        )?;
        loop {
            filled += fill(stream, &mut buffer[filled..])?;
            if filled < buffer.len() {
                break;
            }
            grow(buffer, filled.saturating_mul(2))?;
        }
    }
    Ok(&buffer[..filled])
}

/// Makes `buffer` at least `len` long; where there is not so much memory, that is an error.
fn grow(buffer: &mut Vec<u8>, len: usize) -> io::Result<()> {
    buffer.try_reserve_exact(len.saturating_sub(buffer.len()))?;
    buffer.resize(len.max(buffer.len()), 0);
    Ok(())
}

/// Reads until `buffer` is full or the stream ends, and says how much that was.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

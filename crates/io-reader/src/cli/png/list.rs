//! `png list`: a line a chunk.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use io_reader::png::{Chunk, ChunkReader, check};

use super::read_whole;
use crate::cli::{stdout, warn, written};

/// Print the chunks of a PNG, a line each: TYPE LENGTH CRC
///
/// LENGTH is that of the data in bytes, CRC eight hexadecimal digits. When the file is not sound in
/// every respect, all that is wrong with it is reported after the chunks up to the first broken
/// one, and the exit status is 1.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader png list logo.png
  io-reader png list --json logo.png | jq 'select(.type == \"IDAT\").length'")]
pub(crate) struct Args {
    /// Print JSON, an object a chunk
    #[arg(long)]
    json: bool,
    /// A file, or - for standard input
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let mut buffer = Vec::new();
    let bytes =
        read_whole(&args.file, &mut buffer).with_context(|| format!("cannot read {name}"))?;
    let mut out = stdout();
    for chunk in ChunkReader::new(bytes).map_while(Result::ok) {
        written(print(&mut out, &chunk, args.json))?;
    }
    written(out.flush())?;
    let faults = check(bytes);
    for fault in &faults {
        warn(&format!("{name}: {fault}"));
    }
    Ok(if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(out: &mut impl Write, chunk: &Chunk, json: bool) -> io::Result<()> {
    let Chunk {
        kind,
        data,
        crc,
        offset,
    } = chunk;
    let length = data.len();
    if json {
        let kind = kind.to_string();
        let crc = format!("{crc:08x}");
        let chunk = serde_json::json!({
            "type": kind, "length": length, "crc": crc, "offset": offset,
        });
        return writeln!(out, "{chunk}");
    }
    writeln!(out, "{kind} {length} {crc:08x}")
}

//! `png text`: the text beside the image.

use std::io::{self, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use io_reader::png::text::{Entry, of_chunk};
use io_reader::png::{Chunk, ChunkReader};

use crate::cli::input::Input;
use crate::cli::{stdout, warn, written};

/// Print the text that a PNG carries: KEY: TEXT
///
/// That of all tEXt, zTXt and iTXt chunks, in the order of the file. On a terminal, control
/// characters are shown escaped. A chunk that cannot be read is reported, and the exit status is
/// then 1.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  io-reader png text photo.png
  io-reader png text --json photo.png | jq -r 'select(.keyword == \"Comment\").text'")]
pub(crate) struct Args {
    /// Print JSON, an object a text
    #[arg(long)]
    json: bool,
    /// A file, or - for standard input
    file: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Input { name, stream } = Input::open(&args.file)?;
    let print = match (args.json, io::stdout().is_terminal()) {
        (true, _) => print_json,
        (false, true) => print_escaped,
        (false, false) => print_plain,
    };
    let mut out = stdout();
    let mut errors = Vec::new();
    for chunk in ChunkReader::new(BufReader::new(stream)) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                errors.push(error.to_string());
                break;
            }
        };
        match of_chunk(&chunk) {
            Ok(Some(entry)) => written(print(&mut out, &chunk, &entry))?,
            Ok(None) => {}
            Err(fault) => errors.push(fault.to_string()),
        }
    }
    written(out.flush())?;
    for error in &errors {
        warn(&format!("{name}: {error}"));
    }
    Ok(if errors.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_plain(out: &mut dyn Write, _: &Chunk, entry: &Entry) -> io::Result<()> {
    writeln!(out, "{}: {}", entry.keyword, entry.text)
}

/// Text from a stranger's file must not steer the terminal.
fn print_escaped(out: &mut dyn Write, _: &Chunk, entry: &Entry) -> io::Result<()> {
    write!(out, "{}: ", entry.keyword)?;
    for c in entry.text.chars() {
        match c {
            '\n' | '\t' => write!(out, "{c}")?,
            c if c.is_control() => write!(out, "{}", c.escape_default())?,
            c => write!(out, "{c}")?,
        }
    }
    writeln!(out)
}

fn print_json(out: &mut dyn Write, chunk: &Chunk, entry: &Entry) -> io::Result<()> {
    let Entry { keyword, text } = entry;
    let kind = chunk.kind.to_string();
    let entry = serde_json::json!({ "chunk": kind, "keyword": keyword, "text": text });
    writeln!(out, "{entry}")
}

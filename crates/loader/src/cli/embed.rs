//! `loader embed`: files at the end of an executable.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use loader::embed::{Archive, append};

/// Keep files in a zip at the end of an executable.
///
/// The executable's own bytes stay as they are, and it runs as before; unzip(1) reads the same file as
/// a zip. The program reads its files back with `loader::embed::open_self`.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Embed {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write OUT: EXE with FILE… behind it, each under the last part of its path
    Add {
        /// An executable without a zip
        exe: PathBuf,
        /// A file that is not there yet
        out: PathBuf,
        /// What to add
        #[arg(required = true)]
        file: Vec<PathBuf>,
    },
    /// Name the files: size, size in the zip, name
    List {
        /// An executable with a zip
        exe: PathBuf,
    },
    /// Copy a file to standard output
    Cat {
        /// An executable with a zip
        exe: PathBuf,
        /// Its name in the zip
        name: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  loader embed add target/release/server server index.html style.css
  loader embed list server
  loader embed cat server index.html";

pub(crate) fn run(options: Embed) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    match options.command {
        Command::Add { exe, out, file } => {
            append(&exe, &out, &file).with_context(|| format!("cannot write {out:?}"))?;
        }
        Command::List { exe } => {
            let context = || format!("cannot list {exe:?}");
            let mut archive = Archive::open(&exe).with_context(context)?;
            for entry in archive.entries().with_context(context)? {
                writeln!(
                    out,
                    "{:10} {:10} {}",
                    entry.size, entry.compressed, entry.name
                )?;
            }
        }
        Command::Cat { exe, name } => {
            let context = || format!("cannot read {exe:?}");
            let bytes = Archive::open(&exe)
                .and_then(|mut archive| archive.read(&name))
                .with_context(context)?;
            out.write_all(&bytes)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

//! `loader dump FILE`: all of a file as one JSON object.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use loader::bytes::Mapped;
use loader::image::Image;
use loader::report::json;

use super::reported;

/// All of a file as one JSON object.
///
/// Of an ELF file: header, sections, segments, interpreter, dynamic entries, needed libraries, both symbol
/// tables, versions, relocations, notes. Of a Mach-O file: load commands, segments, sections, libraries,
/// symbols; of a fat one, its members. Of a PE file: sections, imports with names or ordinals, exports.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  loader dump /bin/ls | jq '.needed'
  loader dump /bin/ls | jq -r '.dynamic_symbols[] | select(.type == \"FUNC\") | .name'")]
pub(crate) struct Dump {
    /// An ELF, Mach-O or PE file
    file: PathBuf,
}

impl Dump {
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let what = || format!("cannot read {}", self.file.display());
        let file = Mapped::open(&self.file).with_context(what)?;
        let image = Image::parse(&file).with_context(what)?;
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        json::write(&image, &mut out).map_err(|failure| reported(failure, &self.file))?;
        writeln!(out)?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

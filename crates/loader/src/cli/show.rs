//! `loader headers|sections|segments|symbols|dynamic|relocs|notes FILE…`: one part of a file as text.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use loader::bytes::Mapped;
use loader::image::Image;
use loader::report::text::{self, Part};

use super::reported;

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// ELF, Mach-O or PE files
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

impl Show {
    /// Status 1 if one of the files could not be shown; the others are all the same.
    pub(crate) fn run(&self, part: Part) -> anyhow::Result<ExitCode> {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut status = ExitCode::SUCCESS;
        for file in &self.files {
            if self.files.len() > 1 {
                writeln!(out, "\nFile: {}", file.display())?;
            }
            if let Err(error) = one(file, part, &mut out) {
                // A reader who has gone is not a fault of the file.
                if error.is::<io::Error>() && error.chain().count() == 1 {
                    return Err(error);
                }
                out.flush()?;
                super::complain(format_args!("{error:#}"));
                status = ExitCode::FAILURE;
            }
        }
        out.flush()?;
        Ok(status)
    }
}

fn one(path: &Path, part: Part, out: &mut dyn Write) -> anyhow::Result<()> {
    let what = || format!("cannot read {}", path.display());
    let file = Mapped::open(path).with_context(what)?;
    let image = Image::parse(&file).with_context(what)?;
    text::write(&image, part, out).map_err(|failure| reported(failure, path))
}

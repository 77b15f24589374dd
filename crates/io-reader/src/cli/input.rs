//! Where a sub-command reads from: a file, or standard input for `-`.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use io_reader::copy::{CopyCause, copy_n};
use io_reader::section::{ReadAt, Section};

/// Which bytes of which file, on the command line.
#[derive(clap::Args)]
pub(crate) struct Window {
    /// Where to begin
    #[arg(long, value_name = "N", default_value = "0", value_parser = super::size::parse)]
    pub(crate) offset: u64,
    /// How many bytes at most [default: all to the end]
    #[arg(long, value_name = "N", value_parser = super::size::parse)]
    pub(crate) length: Option<u64>,
    /// A file, or - for standard input
    file: PathBuf,
}

impl Window {
    pub(crate) fn open(&self) -> anyhow::Result<Input> {
        Input::open_at(&self.file, self.offset)
    }

    /// How many bytes to read: all, when nothing was said.
    pub(crate) fn most(&self) -> u64 {
        self.length.unwrap_or(u64::MAX)
    }
}

/// A stream and what to call it when it fails.
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) stream: Box<dyn Read>,
}

impl Input {
    /// The whole of `path`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::stdin());
        }
        let (name, file) = open_file(path)?;
        let stream = Box::new(file);
        Ok(Self { name, stream })
    }

    /// `path` from `offset` on; an error where it ends before that.
    fn open_at(path: &Path, offset: u64) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Self::stdin().skip(offset);
        }
        let (name, file) = open_file(path)?;
        let Some(byte_before) = offset.checked_sub(1) else {
            let stream = Box::new(file);
            return Ok(Self { name, stream });
        };
        // A file's size would not do: those in /proc say 0 and have contents.
        match file.read_at(&mut [0], byte_before) {
            Ok(0) => anyhow::bail!("{name} ends before offset {offset}"),
            Ok(_) => {
                let stream = Box::new(Section::new(file, offset, u64::MAX));
                Ok(Self { name, stream })
            }
            Err(error) if error.kind() == ErrorKind::NotSeekable => {
                let stream = Box::new(file);
                Self { name, stream }.skip(offset)
            }
            Err(error) => Err(error).context(format!("cannot read {name}")),
        }
    }

    fn stdin() -> Self {
        Self {
            name: "standard input".to_owned(),
            stream: Box::new(io::stdin().lock()),
        }
    }

    /// What has no offsets, as a pipe or a terminal, is read up to there and thrown away.
    fn skip(mut self, offset: u64) -> anyhow::Result<Self> {
        let skipped = self.copy_to(&mut io::sink(), offset)?;
        if skipped < offset {
            anyhow::bail!("{} ends at {skipped}, before offset {offset}", self.name);
        }
        Ok(self)
    }

    /// Copies at most `most` bytes to `out`, and says how many it were: fewer at the end.
    pub(crate) fn copy_to(&mut self, out: &mut impl Write, most: u64) -> anyhow::Result<u64> {
        let Err(error) = copy_n(&mut self.stream, out, most) else {
            return Ok(most);
        };
        match error.cause {
            CopyCause::SourceEnded => Ok(error.copied),
            CopyCause::Read(cause) => Err(cause).context(format!("cannot read {}", self.name)),
            CopyCause::Write(cause) => super::written(Err(cause)),
        }
    }
}

fn open_file(path: &Path) -> anyhow::Result<(String, File)> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    Ok((name, file))
}

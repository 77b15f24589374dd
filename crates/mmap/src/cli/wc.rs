//! `mmap wc`: how many lines, words, characters and bytes files have.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mmap::search::{Charset, Counts, Input, Source, Wanted};

use super::complain;

/// Count the lines, words and bytes of files, as wc does.
///
/// Regular files are counted on all cores. What a character is, and what a word, depends on the
/// locale (LC_ALL, LC_CTYPE or LANG): UTF-8, or else bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Wc {
    /// Count newlines
    #[arg(short, long)]
    lines: bool,

    /// Count words
    #[arg(short, long)]
    words: bool,

    /// Count characters
    #[arg(short = 'm', long)]
    chars: bool,

    /// Count bytes
    #[arg(short = 'c', long)]
    bytes: bool,

    /// Files; - is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mmap wc *.txt
  mmap wc -l /var/log/syslog
  git diff | mmap wc

Without options: lines, words and bytes. Status: 0, or 1 when a file could not be read.";

impl Wc {
    pub(crate) fn run(mut self) -> anyhow::Result<ExitCode> {
        if !(self.lines || self.words || self.chars || self.bytes) {
            (self.lines, self.words, self.bytes) = (true, true, true);
        }
        // Without files the one input has no name.
        let names: Vec<&Path> = match self.files.is_empty() {
            true => vec![Path::new("")],
            false => self.files.iter().map(PathBuf::as_path).collect(),
        };
        let width = self.width(&names);
        let mut out = io::stdout().lock();
        let mut total = Counts::default();
        let mut failed = false;
        for name in &names {
            let mut input = match open(name) {
                Ok(input) => input,
                Err(error) => {
                    complain(format_args!("cannot open {}: {error}", label(name)));
                    failed = true;
                    continue;
                }
            };
            // What cannot be read has a row of zeros, as with GNU.
            let counts = self.count(&mut input).unwrap_or_else(|error| {
                complain(format_args!("cannot read {}: {error}", label(name)));
                failed = true;
                Counts::default()
            });
            total.add(&counts);
            self.write_row(&counts, width, name, &mut out)?;
        }
        if names.len() > 1 {
            self.write_row(&total, width, Path::new("total"), &mut out)?;
        }
        Ok(ExitCode::from(u8::from(failed)))
    }

    fn count(&self, input: &mut Input) -> io::Result<Counts> {
        let wanted = Wanted {
            lines: self.lines,
            words: self.words,
            chars: self.chars,
        };
        let charset = charset_of_locale();
        let counted = input.count(|file| match wanted == Wanted::default() {
            true => Ok(Counts {
                bytes: file.len(),
                ..Counts::default()
            }),
            false => Counts::of_source(file, charset, wanted),
        })?;
        match counted {
            Some(counts) => Ok(counts),
            None => Counts::of_stream(input.file(), charset, wanted),
        }
    }

    /// How wide GNU makes the columns: for the sum of the sizes, known before anything is counted,
    /// or 7 when one of the files has no size. A single number stands alone.
    fn width(&self, names: &[&Path]) -> usize {
        if names.len() == 1 && self.columns(&Counts::default()).count() == 1 {
            return 1;
        }
        let (mut sum, mut least) = (0, 1);
        for metadata in names.iter().filter_map(|name| metadata(name).ok()) {
            if metadata.is_file() {
                sum += metadata.len();
            } else {
                least = 7;
            }
        }
        sum.to_string().len().max(least)
    }

    fn columns(&self, counts: &Counts) -> impl Iterator<Item = u64> {
        [
            (self.lines, counts.lines),
            (self.words, counts.words),
            (self.chars, counts.chars),
            (self.bytes, counts.bytes),
        ]
        .into_iter()
        .filter_map(|(wanted, count)| wanted.then_some(count))
    }

    /// In one `write(2)`, whatever is on the other side.
    fn write_row(
        &self,
        counts: &Counts,
        width: usize,
        name: &Path,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let columns: Vec<_> = self
            .columns(counts)
            .map(|count| format!("{count:width$}"))
            .collect();
        let mut row = columns.join(" ").into_bytes();
        if !name.as_os_str().is_empty() {
            row.push(b' ');
            row.extend(name.as_os_str().as_bytes());
        }
        row.push(b'\n');
        out.write_all(&row)
    }
}

fn is_stdin(name: &Path) -> bool {
    name.as_os_str().is_empty() || name.as_os_str() == "-"
}

fn open(name: &Path) -> io::Result<Input> {
    match is_stdin(name) {
        true => Input::stdin(),
        false => Input::open(name),
    }
}

fn metadata(name: &Path) -> io::Result<Metadata> {
    match is_stdin(name) {
        true => Input::stdin()?.file().metadata(),
        false => fs::metadata(name),
    }
}

fn label(name: &Path) -> std::path::Display<'_> {
    match is_stdin(name) {
        true => Path::new("standard input").display(),
        false => name.display(),
    }
}

/// The first of the three variables that is set and not empty decides.
fn charset_of_locale() -> Charset {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    match locale.ends_with("utf-8") || locale.ends_with("utf8") {
        true => Charset::Utf8,
        false => Charset::Bytes,
    }
}

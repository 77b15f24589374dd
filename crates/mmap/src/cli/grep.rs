//! `mmap grep`: the lines of files in which a literal occurs.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mmap::search::{Flow, Input, Line, LineEnd, MatchingLines, Patterns, count_matching_lines};
use nix::sys::stat::fstat;

use super::complain;

/// Print the lines of files in which a literal occurs, as grep -F does.
///
/// Counting goes over all cores. The bytes are taken as they are, as in the locale C.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true, after_help = EXAMPLES)]
pub(crate) struct Grep {
    /// Print how many lines match
    #[arg(short, long, conflicts_with = "files_with_matches")]
    count: bool,

    /// Print the number of each line
    #[arg(short = 'n', long)]
    line_number: bool,

    /// Take the lines in which the literal does not occur
    #[arg(short = 'v', long)]
    invert_match: bool,

    /// Print the names of the files that have such a line
    #[arg(short = 'l', long)]
    files_with_matches: bool,

    /// Print nothing and end at the first match: the status is the answer
    #[arg(short, long)]
    quiet: bool,

    /// Print the name of the file before each line
    #[arg(short = 'H', long, overrides_with = "no_filename")]
    with_filename: bool,

    /// Never print it
    #[arg(short = 'h', long)]
    no_filename: bool,

    /// Take files with NUL bytes as text too
    #[arg(short = 'a', long)]
    text: bool,

    /// Print help
    #[arg(long, action = clap::ArgAction::Help)]
    help: Option<bool>,

    /// What to look for; each line of it is a literal of its own
    literal: OsString,

    /// Files; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  mmap grep -c error /var/log/syslog
  mmap grep -n 'fn main' src/*.rs
  dmesg | mmap grep -v usb

A file with a NUL byte is not text: its lines end at NUL bytes too, and instead of them standard error
gets the message that one matches, unless -a is given.

Status: 0 when a line was found, 1 when none was, 2 when a file could not be read (but 0 with -q, if a
line was found).";

impl Grep {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let line_end = match self.text {
            true => LineEnd::Newline,
            false => LineEnd::NewlineOrNul,
        };
        let patterns = Patterns::new(self.literal.as_bytes(), line_end);
        // No line lacks the empty literal. GNU does not even open the files.
        let is_empty = self.literal.as_bytes().iter().all(|&byte| byte == b'\n');
        if is_empty && self.invert_match {
            return Ok(ExitCode::from(1));
        }
        let mut out = buffered_stdout();
        let (mut found, mut failed) = (false, false);
        for path in &self.files {
            match self.search(path, &patterns, &mut out) {
                Ok(matches) => found |= matches,
                Err(Failure::Output(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
                    complain(format_args!("cannot write: {error}"));
                    return Ok(ExitCode::from(2));
                }
                Err(Failure::Output(error)) => return Err(error.into()),
                Err(Failure::Input(what, error)) => {
                    out.flush()?;
                    complain(format_args!("cannot {what} {}: {error}", label(path)));
                    failed = true;
                }
            }
            if found && self.quiet {
                return Ok(ExitCode::SUCCESS);
            }
        }
        out.flush()?;
        Ok(match (failed, found) {
            (true, _) => ExitCode::from(2),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::from(1),
        })
    }

    /// Whether a line was found.
    fn search(
        &self,
        path: &Path,
        patterns: &Patterns,
        out: &mut impl Write,
    ) -> Result<bool, Failure> {
        let mut input = Input::open(path).map_err(|e| Failure::Input("open", e))?;
        if self.quiet || self.files_with_matches {
            let found = self.any(&input, patterns)?;
            if found && !self.quiet {
                writeln!(out, "{}", label(path)).map_err(Failure::Output)?;
            }
            return Ok(found);
        }
        if self.count {
            let count = self.count(&mut input, patterns);
            self.prefix(path, None, out).map_err(Failure::Output)?;
            // What cannot be read has a row, too.
            writeln!(out, "{}", count.as_ref().unwrap_or(&0)).map_err(Failure::Output)?;
            return count.map(|count| count > 0).map_err(reading);
        }
        self.print(path, &input, patterns, out)
    }

    fn count(&self, input: &mut Input, patterns: &Patterns) -> io::Result<u64> {
        let counted =
            input.count(|file| count_matching_lines(file, patterns, self.invert_match))?;
        if let Some(count) = counted {
            return Ok(count);
        }
        let mut count = 0;
        MatchingLines::new(patterns, self.invert_match).run(input.file(), |_| {
            count += 1;
            Ok(Flow::Continue)
        })?;
        Ok(count)
    }

    fn any(&self, input: &Input, patterns: &Patterns) -> Result<bool, Failure> {
        let mut found = false;
        MatchingLines::new(patterns, self.invert_match)
            .run(input.file(), |_| {
                found = true;
                Ok(Flow::Stop)
            })
            .map_err(reading)?;
        Ok(found)
    }

    fn print(
        &self,
        path: &Path,
        input: &Input,
        patterns: &Patterns,
        out: &mut impl Write,
    ) -> Result<bool, Failure> {
        if is_stdout(input) {
            let error = io::Error::other("it is the output, too");
            return Err(Failure::Input("search", error));
        }
        let mut found = false;
        // The one error that may come out of the search and is not the input's.
        let mut output_error = None;
        let outcome = MatchingLines::new(patterns, self.invert_match)
            .numbered(self.line_number)
            .run(input.file(), |line| {
                found = true;
                let written = self.print_line(path, line, out);
                Ok(written.unwrap_or_else(|error| {
                    output_error = Some(error);
                    Flow::Stop
                }))
            });
        if let Some(error) = output_error {
            return Err(Failure::Output(error));
        }
        outcome.map_err(reading)?;
        Ok(found)
    }

    fn print_line(&self, path: &Path, line: Line<'_>, out: &mut impl Write) -> io::Result<Flow> {
        if line.is_binary && !self.text {
            out.flush()?;
            complain(format_args!("{}: binary file matches", label(path)));
            return Ok(Flow::Stop);
        }
        self.prefix(path, self.line_number.then_some(line.number), out)?;
        out.write_all(line.text)?;
        out.write_all(b"\n")?;
        Ok(Flow::Continue)
    }

    /// What stands before a line.
    fn prefix(&self, path: &Path, number: Option<u64>, out: &mut impl Write) -> io::Result<()> {
        if (self.files.len() > 1 || self.with_filename) && !self.no_filename {
            out.write_all(label_bytes(path))?;
            out.write_all(b":")?;
        }
        match number {
            Some(number) => write!(out, "{number}:"),
            None => Ok(()),
        }
    }
}

enum Failure {
    /// What could not be done to the file.
    Input(&'static str, io::Error),
    Output(io::Error),
}

fn reading(error: io::Error) -> Failure {
    Failure::Input("read", error)
}

fn label_bytes(path: &Path) -> &[u8] {
    match path.as_os_str().as_bytes() {
        b"-" => b"(standard input)",
        name => name,
    }
}

fn label(path: &Path) -> impl std::fmt::Display + '_ {
    String::from_utf8_lossy(label_bytes(path))
}

/// Line by line when somebody looks on.
fn buffered_stdout() -> Box<dyn Write> {
    let stdout = io::stdout().lock();
    match stdout.is_terminal() {
        true => Box::new(LineWriter::new(stdout)),
        false => Box::new(BufWriter::with_capacity(64 << 10, stdout)),
    }
}

/// Whether what is printed would be read again, and so on for ever.
fn is_stdout(input: &Input) -> bool {
    let (Ok(input), Ok(output)) = (input.file().metadata(), fstat(io::stdout())) else {
        return false;
    };
    #[allow(
        clippy::unnecessary_cast,
        reason = "the types differ between the systems"
    )]
    let output = (output.st_dev as u64, output.st_ino as u64);
    input.is_file() && (input.dev(), input.ino()) == output
}

//! A program's text with the calls of each line under it.
//!
//! A call belongs to the line of the program that led to it, however deep in libraries the call
//! instruction is: the innermost frame of its stack that is in the program's main source file. Calls
//! that no such frame led to (what the runtime does before and after `main`, threads that start, other
//! programs that were run) stand at the end, by program and function. No call is left away:
//!
//! - equal calls in a row are shown once, with the number of those that follow;
//! - after the first [`SHOWN`] of a line, or [`SHOWN_ELSEWHERE`] of another place, calls are counted by
//!   name.
//!
//! ```
//! use std::path::Path;
//! use syscalls::event::{Call, Frame, Outcome};
//! use syscalls::source::View;
//!
//! let main = Path::new("/src/main.rs");
//! let frame = Frame { file: Some(main.into()), line: Some(2), ..Frame::default() };
//! let call = Call {
//!     number: 39,
//!     name: "getpid",
//!     arguments: String::new(),
//!     spans: Vec::new(),
//!     outcome: Outcome::Value { value: 7, text: "7".to_owned() },
//!     took: std::time::Duration::ZERO,
//!     stack: vec![frame],
//! };
//! let mut view = View::new(main, "fn main() {\n    id();\n}\n".to_owned());
//! for _ in 0..3 {
//!     view.add(&call);
//! }
//! assert_eq!(view.to_string(), "\
//! 1  fn main() {
//! 2      id();
//!        → getpid() = 7
//!        … 2 more like the last
//! 3  }
//! ");
//! ```
//!
//! Whoever wants another form than text takes the same from [`View::lines`] and [`View::elsewhere`].

mod calls;
mod origin;
mod paint;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use calls::{Calls, Repeated};
pub use origin::origin;
use paint::{DIM, Painter};

use crate::event::{Call, Frame};

/// How many calls a line shows before it only counts; equal ones in a row are one.
pub const SHOWN: usize = 40;

/// The same, for a function that is not in the program's main file.
pub const SHOWN_ELSEWHERE: usize = 8;

/// A longer `//!` header is cut to its first line: the reader came for the code.
const LONGEST_HEADER: usize = 4;

/// The text of a program's main source file, and the calls that were made.
///
/// The whole file is shown, except that of a header of more than four `//!` lines only the first is.
/// A signal has no stack, so it has no place here.
#[derive(Clone, Debug)]
pub struct View {
    file: PathBuf,
    lines: Vec<Line>,
    /// By who made them, in the order of their first call.
    elsewhere: Vec<(String, Calls)>,
    colours: bool,
}

#[derive(Clone, Debug)]
struct Line {
    text: String,
    calls: Calls,
}

impl View {
    /// The source of a program, no calls yet. `main_file` is the file's name as the compiler wrote it
    /// into the program, and so into [`Frame::file`]; see `symbols::main_source`.
    #[must_use]
    pub fn new(main_file: &Path, text: String) -> Self {
        let lines = text.lines().map(|line| Line {
            text: line.to_owned(),
            calls: Calls::default(),
        });
        Self {
            file: main_file.to_owned(),
            lines: lines.collect(),
            elsewhere: Vec::new(),
            colours: false,
        }
    }

    /// Whether to write for a terminal: the source dimmed, the calls in colour, failed ones in red.
    #[must_use]
    pub fn ansi(mut self, colours: bool) -> Self {
        self.colours = colours;
        self
    }

    /// Puts a call under the line that led to it.
    pub fn add(&mut self, call: &Call) {
        match self.line_of(&call.stack) {
            Some(index) => self.lines[index].calls.add(call, SHOWN),
            None => self.made_by(origin(&call.stack)).add(call, SHOWN_ELSEWHERE),
        }
    }

    /// Each line of the text, with its calls.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &Calls)> {
        self.lines
            .iter()
            .map(|line| (line.text.as_str(), &line.calls))
    }

    /// The calls that no line led to, by program and function.
    pub fn elsewhere(&self) -> impl Iterator<Item = (&str, &Calls)> {
        self.elsewhere
            .iter()
            .map(|(origin, calls)| (origin.as_str(), calls))
    }

    /// Writes what [`Display`](fmt::Display) shows.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_to(&self, mut out: impl io::Write) -> io::Result<()> {
        write!(out, "{self}")
    }

    /// The index of the line that led to a call; none if it is not in this text.
    fn line_of(&self, stack: &[Frame]) -> Option<usize> {
        let own = |frame: &&Frame| frame.file.as_ref() == Some(&self.file);
        let line = stack.iter().find(own)?.line?;
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        (index < self.lines.len()).then_some(index)
    }

    fn made_by(&mut self, origin: String) -> &mut Calls {
        let known = self.elsewhere.iter().position(|(name, _)| *name == origin);
        let index = known.unwrap_or_else(|| {
            self.elsewhere.push((origin, Calls::default()));
            self.elsewhere.len() - 1
        });
        &mut self.elsewhere[index].1
    }

    /// How many lines behind the first are not shown.
    fn elided(&self) -> usize {
        let is_header = |line: &&Line| line.text.starts_with("//!") && line.calls.is_empty();
        match self.lines.iter().take_while(is_header).count() {
            long if long > LONGEST_HEADER => long - 1,
            _ => 0,
        }
    }

    fn painter(&self) -> Painter {
        Painter {
            colours: self.colours,
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paint = self.painter();
        let width = self.lines.len().to_string().len();
        let elided = self.elided();
        for (index, line) in self.lines.iter().enumerate() {
            if (1..=elided).contains(&index) {
                continue;
            }
            let text = format!("{:>width$}  {}", index + 1, line.text);
            paint.line(f, DIM, text.trim_end())?;
            if index == 0 && elided > 0 {
                let text = format!("{:>width$}  … {elided} more lines", "");
                paint.line(f, DIM, &text)?;
            }
            let indent = " ".repeat(width + 2) + indentation(&line.text);
            line.calls.write(f, paint, &indent)?;
        }
        self.write_elsewhere(f)
    }
}

impl View {
    fn write_elsewhere(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.elsewhere.is_empty() {
            return Ok(());
        }
        let paint = self.painter();
        writeln!(f)?;
        paint.line(f, DIM, "Calls that no line of this file led to:")?;
        for (origin, calls) in &self.elsewhere {
            paint.line(f, DIM, &format!("  {origin}"))?;
            calls.write(f, paint, "    ")?;
        }
        Ok(())
    }
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

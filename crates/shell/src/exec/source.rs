//! Text to commands: where a script comes from, and running it one complete command at a time.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::rc::Rc;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::libc;
use nix::sys::stat::{Mode, SFlag, fstat};
use nix::unistd::{Whence, lseek};

use super::{Flow, Outcome, Shell, descriptor};
use crate::state::{Aliases, Flag};
use crate::syntax::ast::Bytes;
use crate::syntax::{Host, Parser};

/// How much of a file is read at once.
const BLOCK: usize = 8192;

/// The lines of a descriptor.
///
/// A script on standard input shares it with the commands in it: `read` in the script gets the line
/// after. So nothing may be taken that has not been asked for. From a pipe that means reading byte by
/// byte; in a file, reading blocks and going back.
#[derive(Debug)]
pub struct Lines {
    descriptor: RawFd,
    /// Kept open as long as the lines are read, unless it is standard input.
    _owner: Option<OwnedFd>,
    kind: Kind,
    buffer: Vec<u8>,
    start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nobody else reads it.
    Own,
    /// Others read on from where we stop.
    SharedFile,
    SharedPipe,
}

impl Lines {
    /// Of a script file, under a number that the script does not use for itself.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or is a directory.
    pub fn open(path: &CStr) -> Result<Self, Errno> {
        let file = open(path, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())?;
        let mode = fstat(&file)?.st_mode;
        if SFlag::from_bits_truncate(mode) & SFlag::S_IFMT == SFlag::S_IFDIR {
            return Err(Errno::EISDIR);
        }
        let file = descriptor::move_high(file)?;
        Ok(Self::new(file.as_raw_fd(), Some(file), Kind::Own))
    }

    /// Of standard input.
    #[must_use]
    pub fn of_standard_input() -> Self {
        let input = std::io::stdin();
        let kind = match lseek(&input, 0, Whence::SeekCur) {
            Ok(_) => Kind::SharedFile,
            Err(_) => Kind::SharedPipe,
        };
        Self::new(input.as_raw_fd(), None, kind)
    }

    fn new(descriptor: RawFd, owner: Option<OwnedFd>, kind: Kind) -> Self {
        Self {
            descriptor,
            _owner: owner,
            kind,
            buffer: Vec::new(),
            start: 0,
        }
    }

    /// Whether they are those of standard input.
    fn are_shared(&self) -> bool {
        self.kind != Kind::Own
    }

    /// The next line with its newline; the last may have none.
    fn next(&mut self) -> Option<Bytes> {
        let mut line = Bytes::new();
        loop {
            let rest = &self.buffer[self.start..];
            match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    line.extend_from_slice(&rest[..=end]);
                    self.start += end + 1;
                    return Some(line);
                }
                None => line.extend_from_slice(rest),
            }
            if !self.fill() {
                return (!line.is_empty()).then_some(line);
            }
        }
    }

    fn fill(&mut self) -> bool {
        let size = if self.kind == Kind::SharedPipe {
            1
        } else {
            BLOCK
        };
        self.buffer.resize(size, 0);
        self.start = 0;
        let count = loop {
            match descriptor::read(self.descriptor, &mut self.buffer) {
                Err(Errno::EINTR) => {}
                Ok(count) => break count,
                Err(_) => break 0,
            }
        };
        self.buffer.truncate(count);
        count > 0
    }

    /// Leaves what was read too far to whoever reads next.
    fn give_back(&mut self) {
        let rest = self.buffer.len() - self.start;
        if self.kind != Kind::SharedFile || rest == 0 {
            return;
        }
        let back = -libc::off_t::try_from(rest).expect("a block is small");
        if lseek(std::io::stdin(), back, Whence::SeekCur).is_ok() {
            self.buffer.clear();
            self.start = 0;
        }
    }
}

/// What the parser asks of a shell that is not interactive.
struct Asked<'a> {
    aliases: &'a Aliases,
    lines: Option<&'a mut Lines>,
    braces: bool,
    verbose: bool,
}

impl Host for Asked<'_> {
    fn alias(&self, name: &[u8]) -> Option<Rc<[u8]>> {
        self.aliases.get(name).map(Rc::from)
    }

    fn braces(&self) -> bool {
        self.braces
    }

    fn next_line(&mut self) -> Option<Bytes> {
        let line = self.lines.as_mut()?.next()?;
        if self.verbose {
            let _ = descriptor::write_all(2, &line);
        }
        Some(line)
    }
}

impl Shell {
    /// Runs a text, as `eval` does.
    ///
    /// # Errors
    ///
    /// [`Flow::Error`] when it is not a script, after the commands before the error have run; else a
    /// way out of the commands around.
    pub fn run_text(&mut self, text: &[u8]) -> Outcome {
        self.enter()?;
        self.run_parsed(Parser::new(text), None)
    }

    /// Runs a script, line by line.
    ///
    /// # Errors
    ///
    /// As [`Shell::run_text`].
    pub fn run_lines(&mut self, mut lines: Lines) -> Outcome {
        self.enter()?;
        self.run_parsed(Parser::new(""), Some(&mut lines))
    }

    /// Runs the text of `-c`, after which the shell ends: its last command may take the process over.
    ///
    /// # Errors
    ///
    /// As [`Shell::run_text`].
    pub fn run_last_text(&mut self, text: &[u8]) -> Outcome {
        // Only the first line is sure to be all there is.
        if text.trim_ascii_end().contains(&b'\n') {
            return self.run_text(text);
        }
        let mut parser = Parser::new(text);
        match self.next_command(&mut parser, None)? {
            Some(list) => self.run_list_and_end(&list),
            None => Ok(0),
        }
    }

    fn run_parsed(&mut self, mut parser: Parser, mut lines: Option<&mut Lines>) -> Outcome {
        let forgives = self.interactive && lines.as_ref().is_some_and(|lines| lines.are_shared());
        let mut status = 0;
        loop {
            match self.step(&mut parser, lines.as_deref_mut()) {
                Ok(None) => return Ok(status),
                Ok(Some(new)) => status = new,
                // A person may try again.
                Err(Flow::Error(new)) if forgives => {
                    status = new;
                    self.status = new;
                }
                Err(flow) => return Err(flow),
            }
        }
    }

    /// Reads and runs one complete command; nothing at the end.
    fn step(
        &mut self,
        parser: &mut Parser,
        mut lines: Option<&mut Lines>,
    ) -> Result<Option<i32>, Flow> {
        let Some(list) = self.next_command(parser, lines.as_deref_mut())? else {
            return Ok(None);
        };
        if let Some(lines) = &mut lines {
            lines.give_back();
        }
        if list.is_empty() {
            return Ok(Some(self.status));
        }
        self.run_list(&list).map(Some)
    }

    fn next_command(
        &mut self,
        parser: &mut Parser,
        lines: Option<&mut Lines>,
    ) -> Result<Option<crate::syntax::ast::List>, Flow> {
        let mut asked = Asked {
            aliases: &self.aliases,
            lines,
            braces: self.options.get(Flag::BraceExpand),
            verbose: self.options.get(Flag::Verbose),
        };
        parser.next_command(&mut asked).map_err(|error| {
            let name = String::from_utf8_lossy(&self.positional.zero).into_owned();
            let line = format!("{name}: {error}\n");
            let _ = descriptor::write_all(2, line.as_bytes());
            Flow::Error(2)
        })
    }
}

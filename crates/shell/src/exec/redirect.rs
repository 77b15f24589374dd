//! Redirections: POSIX.1-2024, 2.7.
//!
//! They happen from left to right, which is why `>f 2>&1` and `2>&1 >f` differ. First a [`Plan`] is
//! made: files are opened, words expanded, and each becomes a move onto a number. Then the plan is
//! carried out: for a program in the child that becomes it, for a built-in or a compound command in
//! the shell itself, which first puts aside what it replaces.

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, SFlag, fstat};
use thiserror::Error;

use super::descriptor;
use super::{Flow, Shell};
use crate::state::Flag;
use crate::syntax::ast::{Action, Bytes, Redirect, Word};

/// A here-document of this size fits into any pipe at once, so that nobody has to write on.
const FITS_A_PIPE: usize = 4096;

/// The descriptor numbers that a script may use: what a process may have at most.
const HIGHEST: RawFd = 1023;

/// Where a number's descriptor comes from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Opened for it.
    File(OwnedFd),
    /// Whatever that number is when the move's turn comes.
    Number(RawFd),
    /// Nowhere.
    Closed,
}

/// `target` becomes what `source` is.
#[derive(Debug)]
pub(crate) struct Move {
    pub(crate) target: RawFd,
    pub(crate) source: Source,
}

/// The moves of one command, in order.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) moves: Vec<Move>,
}

/// A redirection that cannot be done.
#[derive(Debug, Error)]
pub(crate) enum RedirectError {
    #[error("cannot open {name}: {}", .errno.desc())]
    Open { name: String, errno: Errno },
    #[error("cannot create {name}: {}", .errno.desc())]
    Create { name: String, errno: Errno },
    #[error("{name}: not a file descriptor")]
    NoNumber { name: String },
    #[error("{number}: {}", .errno.desc())]
    Number { number: RawFd, errno: Errno },
    #[error("here-document: {}", .0.desc())]
    Here(Errno),
}

/// Why a plan was not made.
pub(crate) enum Refusal {
    /// It is to be reported, and the command fails with 1.
    Redirect(RedirectError),
    /// A word could not be expanded; that has been reported.
    Flow(Flow),
}

impl From<RedirectError> for Refusal {
    fn from(error: RedirectError) -> Self {
        Self::Redirect(error)
    }
}

impl From<Flow> for Refusal {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

/// What the shell's own descriptors were before a built-in's redirections. Dropping it puts them back.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    /// A number and its copy, or nothing where it was closed; the first one that was replaced first.
    copies: Vec<(RawFd, Option<OwnedFd>)>,
}

impl Saved {
    fn keep(&mut self, number: RawFd) -> Result<(), Errno> {
        if self.copies.iter().any(|(kept, _)| *kept == number) {
            return Ok(());
        }
        let copy = match descriptor::duplicate_high(number) {
            Ok(copy) => Some(copy),
            Err(Errno::EBADF) => None,
            Err(error) => return Err(error),
        };
        self.copies.push((number, copy));
        Ok(())
    }

    /// What was replaced stays replaced: `exec >file`.
    pub(crate) fn forget(mut self) {
        self.copies.clear();
    }
}

impl Drop for Saved {
    fn drop(&mut self) {
        for (number, copy) in self.copies.drain(..).rev() {
            match copy {
                Some(copy) => drop(descriptor::place(copy.as_raw_fd(), number)),
                None => descriptor::close(number),
            }
        }
    }
}

impl Plan {
    /// Puts the moves into force in this process, and keeps what they replace.
    pub(crate) fn carry_out(self) -> Result<Saved, RedirectError> {
        let mut saved = Saved::default();
        for Move { target, source } in self.moves {
            let failed = |errno| RedirectError::Number {
                number: target,
                errno,
            };
            saved.keep(target).map_err(failed)?;
            match source {
                Source::File(file) => {
                    descriptor::place(file.as_raw_fd(), target).map_err(failed)?;
                }
                Source::Number(number) => descriptor::place(number, target).map_err(failed)?,
                Source::Closed => descriptor::close(target),
            }
        }
        Ok(saved)
    }

    fn is_open(&self, number: RawFd) -> bool {
        match self.moves.iter().rev().find(|one| one.target == number) {
            Some(earlier) => !matches!(earlier.source, Source::Closed),
            None => descriptor::is_for_scripts(number),
        }
    }
}

/// The number that a redirection is about.
fn target_of(redirect: &Redirect) -> RawFd {
    let default = match redirect.action {
        Action::Read(_) | Action::ReadWrite(_) | Action::DuplicateInput(_) | Action::Here(_) => 0,
        Action::Write(_) | Action::Clobber(_) | Action::Append(_) | Action::DuplicateOutput(_) => 1,
    };
    let given = redirect
        .descriptor
        .map(|number| number.try_into().unwrap_or(RawFd::MAX));
    given.unwrap_or(default)
}

impl Shell {
    /// Opens what the redirections name.
    pub(crate) fn plan(&mut self, redirects: &[Redirect]) -> Result<Plan, Refusal> {
        let mut plan = Plan::default();
        for redirect in redirects {
            let target = target_of(redirect);
            if target > HIGHEST {
                let errno = Errno::EBADF;
                return Err(RedirectError::Number {
                    number: target,
                    errno,
                }
                .into());
            }
            let source = match self.source(&redirect.action, &plan)? {
                Source::File(file) => Source::File(out_of_the_way(file, redirects)?),
                other => other,
            };
            plan.moves.push(Move { target, source });
        }
        Ok(plan)
    }

    fn source(&mut self, action: &Action, plan: &Plan) -> Result<Source, Refusal> {
        match action {
            Action::Read(word) => self.open(word, OFlag::O_RDONLY),
            Action::ReadWrite(word) => self.open(word, OFlag::O_RDWR | OFlag::O_CREAT),
            Action::Append(word) => {
                self.open(word, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_APPEND)
            }
            Action::Write(word) if self.options.get(Flag::NoClobber) => self.create_new(word),
            Action::Write(word) | Action::Clobber(word) => {
                self.open(word, OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_TRUNC)
            }
            Action::DuplicateInput(word) | Action::DuplicateOutput(word) => {
                let text = self.text(word)?;
                duplicate(&text, plan).map_err(Refusal::from)
            }
            Action::Here(here) => {
                let body = self.here_text(here)?;
                let file = here_document(&body).map_err(RedirectError::Here)?;
                Ok(Source::File(file))
            }
        }
    }

    fn open(&mut self, word: &Word, flags: OFlag) -> Result<Source, Refusal> {
        let name = self.text(word)?;
        Ok(Source::File(open_file(&name, flags)?))
    }

    /// `>` under `set -C`: a file must not be there yet; a device or a pipe may.
    fn create_new(&mut self, word: &Word) -> Result<Source, Refusal> {
        let name = self.text(word)?;
        let create = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
        let error = match open_file(&name, create) {
            Ok(file) => return Ok(Source::File(file)),
            Err(error) => error,
        };
        // O_EXCL refuses what is not a regular file too. What was opened is looked at, not its name,
        // so that nobody can put a file in between.
        if let Ok(file) = open_file(&name, OFlag::O_WRONLY)
            && let Ok(status) = fstat(&file)
            && SFlag::from_bits_truncate(status.st_mode) & SFlag::S_IFMT != SFlag::S_IFREG
        {
            return Ok(Source::File(file));
        }
        Err(error.into())
    }
}

fn open_file(name: &[u8], flags: OFlag) -> Result<OwnedFd, RedirectError> {
    let shown = || String::from_utf8_lossy(name).into_owned();
    let failed = |errno| {
        if flags.contains(OFlag::O_CREAT) {
            let name = shown();
            return RedirectError::Create { name, errno };
        }
        let name = shown();
        RedirectError::Open { name, errno }
    };
    let path = CString::new(name).map_err(|_| failed(Errno::ENOENT))?;
    let mode = Mode::from_bits_truncate(0o666);
    loop {
        match open(path.as_c_str(), flags | OFlag::O_CLOEXEC, mode) {
            Ok(file) => return Ok(file),
            // A signal came while a FIFO had no other end.
            Err(Errno::EINTR) if !super::signal::any() => {}
            Err(errno) => return Err(failed(errno)),
        }
    }
}

/// `>&2`, `>&-`
fn duplicate(text: &Bytes, plan: &Plan) -> Result<Source, RedirectError> {
    if text == b"-" {
        return Ok(Source::Closed);
    }
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number = digits.then(|| str::from_utf8(text).ok()?.parse::<RawFd>().ok());
    let Some(number) = number.flatten() else {
        let name = String::from_utf8_lossy(text).into_owned();
        return Err(RedirectError::NoNumber { name });
    };
    if !plan.is_open(number) {
        let errno = Errno::EBADF;
        return Err(RedirectError::Number { number, errno });
    }
    Ok(Source::Number(number))
}

/// A file that was opened may have got the number that a redirection of the same command is about:
/// it would be replaced before it is used, or closed after.
fn out_of_the_way(file: OwnedFd, redirects: &[Redirect]) -> Result<OwnedFd, RedirectError> {
    let number = file.as_raw_fd();
    if redirects
        .iter()
        .all(|redirect| target_of(redirect) != number)
    {
        return Ok(file);
    }
    let failed = |errno| RedirectError::Number { number, errno };
    descriptor::duplicate_high(number).map_err(failed)
}

/// The text, to be read: from a pipe when it fits into one, else from a file without a name.
fn here_document(text: &[u8]) -> Result<OwnedFd, Errno> {
    if text.len() <= FITS_A_PIPE {
        let (reader, writer) = descriptor::pipe()?;
        descriptor::write_all(writer.as_raw_fd(), text)?;
        return Ok(reader);
    }
    unnamed_file(text)
}

fn unnamed_file(text: &[u8]) -> Result<OwnedFd, Errno> {
    let directory = std::env::temp_dir();
    let (writer, path) = nix::unistd::mkstemp(&directory.join("shell-XXXXXX"))?;
    // Opened a second time, the file is read from its start, and through that only read.
    let reader = open(&path, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty());
    let _ = nix::unistd::unlink(&path);
    descriptor::write_all(writer.as_raw_fd(), text)?;
    reader
}

/// What a background command reads instead of the shell's own input.
pub(crate) fn null() -> Option<OwnedFd> {
    open_file(b"/dev/null", OFlag::O_RDONLY).ok()
}

//! Raw and cbreak, until a guard is dropped.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::termios::{
    self, InputFlags, LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr,
};

use super::on_signal;

/// A terminal in another mode. It gets its old settings back when this is dropped, a panic included, and
/// when the program is ended by `SIGHUP`, `SIGINT`, `SIGQUIT` or `SIGTERM` (as far as the program has no
/// handlers of its own for them; a program that has ends in its own way, and drops this). `SIGKILL` is
/// the one end that nobody can do anything about: then `stty sane` helps.
///
/// The last mode that was taken is the one that signals restore; nest them only on one terminal.
#[derive(Debug)]
pub struct Mode {
    /// A duplicate, so that it can be restored whatever the caller has closed.
    terminal: OwnedFd,
    before: Termios,
    handlers: on_signal::Handlers,
}

impl Mode {
    /// Every byte as it is typed and printed: no echo, no lines, no signals from keys, no change of
    /// carriage returns. What an editor wants, and whoever passes keys on to another terminal.
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is no terminal.
    #[doc(alias = "cfmakeraw")]
    pub fn raw(terminal: impl AsFd) -> nix::Result<Self> {
        Self::take(terminal, termios::cfmakeraw)
    }

    /// Every key as it is typed, without echo; control-C is still a signal and output is still
    /// formatted. What a pager wants.
    ///
    /// # Errors
    ///
    /// `ENOTTY` when it is no terminal.
    pub fn cbreak(terminal: impl AsFd) -> nix::Result<Self> {
        Self::take(terminal, |settings| {
            settings.local_flags -= LocalFlags::ICANON | LocalFlags::ECHO;
            settings.input_flags -= InputFlags::ICRNL;
            settings.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
            settings.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        })
    }

    /// The settings that it had.
    pub fn before(&self) -> &Termios {
        &self.before
    }

    fn take(terminal: impl AsFd, change: impl FnOnce(&mut Termios)) -> nix::Result<Self> {
        let terminal = terminal.as_fd();
        let before = tcgetattr(terminal)?;
        let terminal = terminal
            .try_clone_to_owned()
            .map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or_default()))?;
        let mut settings = before.clone();
        change(&mut settings);
        // Before the change: a signal in between restores what is there anyway.
        let handlers = on_signal::Handlers::install(&terminal, &before)?;
        let mode = Self {
            terminal,
            before,
            handlers,
        };
        tcsetattr(&mode.terminal, SetArg::TCSANOW, &settings)?;
        Ok(mode)
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        // A terminal that is gone has no mode. The handlers go after this, with the fields.
        let _ = tcsetattr(&self.terminal, SetArg::TCSANOW, &self.before);
        self.handlers.disarm();
    }
}

//! Whose turn it is at the terminal.
//!
//! A terminal has one foreground process group: keys that signal go to it, and only it may read. The
//! shell hands the terminal to a job, and takes it back when the job stops or ends; together with
//! the terminal go its modes, since a program that is stopped in the middle of an editor leaves them
//! in no state for a prompt.

use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, sigprocmask};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{self, Pid};

use crate::exec::descriptor;

/// The controlling terminal, held by a shell with job control.
#[derive(Debug)]
pub(crate) struct Terminal {
    descriptor: OwnedFd,
    /// The shell's own group.
    own: Pid,
    /// The group that had the terminal before the shell came.
    before: Pid,
    modes: Option<Termios>,
}

impl Terminal {
    /// Takes the controlling terminal: waits until the shell is in the foreground, gets a process
    /// group of its own, and puts it there.
    ///
    /// # Errors
    ///
    /// When there is no controlling terminal.
    pub(crate) fn take() -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let descriptor = descriptor::duplicate_high(file.as_raw_fd())?;
        let before = wait_for_foreground(&descriptor)?;
        let own = unistd::getpid();
        if unistd::getpgrp() != own {
            unistd::setpgid(own, own)?;
        }
        let mut terminal = Self {
            descriptor,
            own,
            before,
            modes: None,
        };
        terminal.hand_to(own);
        terminal.remember();
        Ok(terminal)
    }

    /// Puts `group` in the foreground. It does not matter whether the caller is there itself.
    pub(crate) fn hand_to(&self, group: Pid) {
        hand(self.descriptor.as_fd(), group);
    }

    /// Takes the terminal back; `keep` says whether the modes are to stay as the job has left them,
    /// as after `stty`. Gives the modes that it had.
    pub(crate) fn take_back(&mut self, keep: bool) -> Option<Termios> {
        self.hand_to(self.own);
        let left = tcgetattr(&self.descriptor).ok();
        if keep {
            self.modes.clone_from(&left);
        } else if let Some(modes) = &self.modes {
            let _ = tcsetattr(&self.descriptor, SetArg::TCSADRAIN, modes);
        }
        left
    }

    /// Sets the modes that a job had when it stopped.
    pub(crate) fn set(&self, modes: &Termios) {
        let _ = tcsetattr(&self.descriptor, SetArg::TCSADRAIN, modes);
    }

    /// The modes of now are those that the shell comes back to.
    pub(crate) fn remember(&mut self) {
        self.modes = tcgetattr(&self.descriptor).ok();
    }

    /// The terminal's descriptor, for a child that takes the foreground by itself.
    pub(crate) fn descriptor(&self) -> &OwnedFd {
        &self.descriptor
    }

    /// Leaves the terminal to the group that had it before.
    pub(crate) fn give_up(&self) {
        self.hand_to(self.before);
        let _ = unistd::setpgid(Pid::from_raw(0), self.before);
    }
}

/// A shell that was started in the background waits, like any program that wants the terminal.
fn wait_for_foreground(terminal: &OwnedFd) -> nix::Result<Pid> {
    loop {
        let foreground = unistd::tcgetpgrp(terminal)?;
        if foreground == unistd::getpgrp() {
            return Ok(foreground);
        }
        kill(Pid::from_raw(0), Signal::SIGTTIN)?;
    }
}

/// `tcsetpgrp` from the background raises SIGTTOU, unless that is held back.
pub(crate) fn hand(terminal: std::os::fd::BorrowedFd<'_>, group: Pid) {
    let mut output = SigSet::empty();
    output.add(Signal::SIGTTOU);
    let mut before = SigSet::empty();
    let _ = sigprocmask(SigmaskHow::SIG_BLOCK, Some(&output), Some(&mut before));
    // The group may be gone already: then nobody wants the terminal.
    let _ = unistd::tcsetpgrp(terminal, group);
    let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&before), None);
}

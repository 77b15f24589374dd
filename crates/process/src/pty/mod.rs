//! A pair of ends that a child takes for a terminal.
//!
//! Many programs look at their output before they write: to a terminal go colours, columns and every line
//! at once, to a pipe go plain blocks of 4 KiB. A *pseudo-terminal* is a pipe that says that it is a
//! terminal. What one writes to its *controller* the child reads as if it were typed (with echo, lines, and
//! control-C as a signal), and what the child writes one reads there. Terminal windows, `ssh`, `tmux` and
//! `script` are made of it.
//!
//! | file | shows |
//! |---|---|
//! | `mod` | the pair, and a child in it |
//! | `relay` | passing keys in and output out, until the child has ended |
//! | `wake` | signals as something to poll for |
//! | `strip` | taking the colours out again |
//!
//! ```
//! use std::io::Read;
//!
//! use process::pty::Pty;
//! use process::spawn::Spawn;
//! use process::terminal::Size;
//!
//! let tty = Spawn::new("/usr/bin/tty");
//! let mut session = Pty::open(Size::default())?.spawn(&tty)?;
//! let mut said = String::new();
//! // Where Linux has no reader left on the other side, it says EIO; macOS says end of file.
//! let _ = session.controller.read_to_string(&mut said);
//! assert!(said.starts_with("/dev/"));
//! assert!(session.child.wait()?.success());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod relay;
mod strip;
mod wake;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use nix::fcntl::{OFlag, open};
use nix::pty::{grantpt, unlockpt};
use nix::sys::stat::Mode;
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

use crate::spawn::{Child, FdSource, Spawn, SpawnError};
use crate::terminal::{self, Size};

pub use relay::{Relay, RelayError};
pub use strip::Strip;

/// Both ends of a pseudo-terminal. No program inherits them unless it is told to.
#[derive(Debug)]
pub struct Pty {
    controller: File,
    /// What the child gets. While it is open here, no end of file is seen at the controller.
    terminal: OwnedFd,
}

/// A child with a pseudo-terminal. Dropping it hangs up: the child's session gets `SIGHUP`.
#[derive(Debug)]
pub struct Session {
    /// Our end.
    pub controller: File,
    /// The leader of the session.
    pub child: Child,
}

impl Pty {
    /// A new pair, of this size.
    ///
    /// # Errors
    ///
    /// Those of [posix_openpt(3)](https://man7.org/linux/man-pages/man3/posix_openpt.3.html), `ENOSPC` among
    /// them: the system has only so many.
    #[doc(alias = "openpty")]
    pub fn open(size: Size) -> io::Result<Self> {
        let master = platform::open_controller()?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = platform::terminal_name(&master)?;
        let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
        let terminal = open(name.as_str(), flags, Mode::empty())?;
        terminal::set_size(&terminal, size)?;
        Ok(Self {
            controller: File::from(OwnedFd::from(master)),
            terminal,
        })
    }

    /// Our end.
    pub fn controller(&self) -> BorrowedFd<'_> {
        self.controller.as_fd()
    }

    /// The child's end.
    pub fn terminal(&self) -> BorrowedFd<'_> {
        self.terminal.as_fd()
    }

    /// The path of the child's end.
    ///
    /// # Errors
    ///
    /// Those of [`terminal::name`].
    pub fn name(&self) -> nix::Result<PathBuf> {
        terminal::name(&self.terminal)
    }

    /// Changes the settings that the child will find.
    ///
    /// # Errors
    ///
    /// Those of `tcsetattr(3)`.
    pub fn configure(&self, change: impl FnOnce(&mut Termios)) -> nix::Result<()> {
        let mut settings = tcgetattr(&self.terminal)?;
        change(&mut settings);
        tcsetattr(&self.terminal, SetArg::TCSANOW, &settings)
    }

    /// Starts the program as leader of a new session, with this as its controlling terminal and as its
    /// descriptors 0, 1 and 2.
    ///
    /// # Errors
    ///
    /// Those of [`Spawn::spawn`].
    pub fn spawn(self, program: &Spawn) -> Result<Session, SpawnError> {
        let terminal = self.terminal.as_fd();
        let mut program = program.clone();
        program.controlling_terminal(terminal);
        program.fds_first((0..=2).map(|number| (number, FdSource::from(terminal))));
        let child = program.spawn()?;
        Ok(Session {
            controller: self.controller,
            child,
        })
    }
}

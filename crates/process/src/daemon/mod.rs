//! Leaving session, terminal and directory, and saying when one is ready.
//!
//! A daemon is a process that nobody's logout ends. It has no controlling terminal, so no hang-up and no
//! control-C reaches it; it holds no directory, so that any filesystem can be unmounted; its parent is init.
//! The way there, [`Daemon::start`], has one process more than one would think:
//!
//! 1. The *launcher* forks and waits for word through a pipe.
//! 2. Its child makes a session of its own and with it leaves the terminal. It now *leads* a session, and a
//!    leader that opens a terminal gets it as its own. So it forks again, and ends.
//! 3. The grandchild is no leader and never gets a terminal by accident. It goes to `/`, points its
//!    descriptors at `/dev/null`, locks its pid file and becomes the program.
//!
//! The launcher ends when the program runs (or says that it is ready), and not before: a script that
//! starts a daemon and then uses it does not have to sleep. What goes wrong on the way is an error of the
//! launcher, on the terminal, with a status.
//!
//! | file | shows |
//! |---|---|
//! | `mod` | what can be said of a daemon, and what can go wrong |
//! | `launch` | both forks, and the word from the last process to the first |
//! | `pid_file` | one at a time, and no stale files |

mod launch;
mod pid_file;

use std::io;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::stat::Mode;
use nix::unistd::Pid;

use crate::spawn::Spawn;

pub use pid_file::PidFile;

/// Where a program that says itself when it is ready finds the number of the descriptor to write a line
/// to.
pub const READY_FD: &str = "READY_FD";

/// How a daemon lives.
#[derive(Debug, Clone)]
pub struct Daemon {
    directory: PathBuf,
    umask: Mode,
    pid_file: Option<PathBuf>,
    stdout: Option<PathBuf>,
    stderr: Option<PathBuf>,
    says_ready: bool,
}

/// Why there is no daemon.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// A forked child has one thread. Locks that the others held would stay locked in it.
    #[error("cannot fork a process of {0} threads")]
    Threads(usize),
    /// A file could not be opened, locked or written.
    #[error("{}", .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The pid file is locked: the daemon runs.
    #[error("already running as process {holder} ({})", .path.display())]
    Running {
        /// The pid file.
        path: PathBuf,
        /// The one that holds its lock, as the kernel says.
        holder: Pid,
    },
    /// A system call on the way failed.
    #[error("cannot {what}: {}", .errno.desc())]
    System {
        /// What was to be done.
        what: &'static str,
        /// What the kernel said.
        errno: Errno,
    },
    /// What the daemon said before it gave up.
    #[error("{0}")]
    Failed(String),
    /// It ended, or closed its descriptor, without the line that says that it is ready.
    #[error("process {0} ended before it was ready")]
    NotReady(Pid),
}

impl Default for Daemon {
    fn default() -> Self {
        Self::new()
    }
}

impl Daemon {
    /// In `/`, with umask 022, without pid file, its output on `/dev/null`, ready when it runs.
    pub fn new() -> Self {
        Self {
            directory: PathBuf::from("/"),
            umask: Mode::S_IWGRP | Mode::S_IWOTH,
            pid_file: None,
            stdout: None,
            stderr: None,
            says_ready: false,
        }
    }

    /// The working directory, `/` if nothing is said: any other keeps its filesystem in use.
    pub fn directory(&mut self, directory: impl Into<PathBuf>) -> &mut Self {
        self.directory = directory.into();
        self
    }

    /// The permission bits that its files do not get.
    pub fn umask(&mut self, umask: Mode) -> &mut Self {
        self.umask = umask;
        self
    }

    /// A file with its pid, which is locked as long as it runs. See [`PidFile`].
    pub fn pid_file(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.pid_file = Some(path.into());
        self
    }

    /// A file to which its standard output is appended.
    pub fn stdout(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.stdout = Some(path.into());
        self
    }

    /// A file to which its standard error is appended.
    pub fn stderr(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.stderr = Some(path.into());
        self
    }

    /// Whether the program says itself when it is ready: it writes a line to the descriptor whose number
    /// is in [`READY_FD`], as with [s6](https://skarnet.org/software/s6/notifywhenup.html). Else it is
    /// ready when it runs.
    pub fn says_ready(&mut self, says: bool) -> &mut Self {
        self.says_ready = says;
        self
    }

    /// Starts the program as a daemon and gives its pid when it is ready. A relative path in `program` or
    /// here counts from the caller's directory. Its descriptors above 2 are closed, whatever their flags.
    ///
    /// This forks. The caller must have no other thread; on Linux that is checked.
    ///
    /// # Errors
    ///
    /// See [`DaemonError`]. No daemon is left then, except after [`DaemonError::NotReady`] when the program
    /// has closed the descriptor and lives on.
    pub fn start(&self, program: &Spawn) -> Result<Pid, DaemonError> {
        launch::start(self, program)
    }
}

impl DaemonError {
    fn file(path: &Path, source: impl Into<io::Error>) -> Self {
        Self::File {
            path: path.to_owned(),
            source: source.into(),
        }
    }

    fn system(what: &'static str) -> impl Fn(Errno) -> Self {
        move |errno| Self::System { what, errno }
    }
}

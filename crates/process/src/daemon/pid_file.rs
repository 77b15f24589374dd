//! One at a time, and no stale files.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::process;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::unistd::Pid;

use super::DaemonError;

/// A file that holds the pid of a process, and is locked by it.
///
/// The number alone proves nothing: after `kill -9` it stays behind and may soon belong to another
/// process. The lock is the proof, since the kernel removes it with its owner. Of the two kinds of locks
/// this is the older one (`F_SETLK`), for two of its properties that are otherwise a nuisance: its owner is
/// the *process*, so `execve` keeps it and no child inherits it, and the kernel tells who it is.
///
/// The file itself is never removed. Who removed it would pull it from under somebody who has just opened
/// it and now locks a file that nobody else can find.
#[derive(Debug)]
pub struct PidFile {
    file: File,
    path: PathBuf,
}

impl PidFile {
    /// Opens the file, makes it if it is missing, and says so if somebody holds it.
    ///
    /// # Errors
    ///
    /// [`DaemonError::File`] and [`DaemonError::Running`].
    pub fn open(path: &Path) -> Result<Self, DaemonError> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let pid_file = Self {
            file: file.map_err(|error| DaemonError::file(path, error))?,
            path: path.to_owned(),
        };
        match pid_file.holder()? {
            Some(holder) => Err(pid_file.held_by(holder)),
            None => Ok(pid_file),
        }
    }

    /// Locks it for this process, and writes its pid: in one line, over whatever was left there.
    ///
    /// # Errors
    ///
    /// [`DaemonError::Running`] when another was faster, and [`DaemonError::File`].
    pub fn lock(&self) -> Result<(), DaemonError> {
        loop {
            match fcntl(&self.file, FcntlArg::F_SETLK(&whole_file())) {
                Ok(_) => break,
                Err(Errno::EACCES | Errno::EAGAIN) => {}
                Err(errno) => return Err(DaemonError::file(&self.path, errno)),
            }
            // Whoever held it may have ended since.
            if let Some(holder) = self.holder()? {
                return Err(self.held_by(holder));
            }
        }
        let line = format!("{}\n", process::id());
        self.file
            .set_len(0)
            .and_then(|()| (&self.file).write_all(line.as_bytes()))
            .map_err(|error| DaemonError::file(&self.path, error))
    }

    /// The process that holds the lock, if another one does.
    ///
    /// # Errors
    ///
    /// [`DaemonError::File`].
    pub fn holder(&self) -> Result<Option<Pid>, DaemonError> {
        let mut lock = whole_file();
        fcntl(&self.file, FcntlArg::F_GETLK(&mut lock))
            .map_err(|errno| DaemonError::file(&self.path, errno))?;
        let held = lock.l_type != libc::F_UNLCK as libc::c_short;
        Ok(held.then(|| Pid::from_raw(lock.l_pid)))
    }

    fn held_by(&self, holder: Pid) -> DaemonError {
        DaemonError::Running {
            path: self.path.clone(),
            holder,
        }
    }
}

impl AsFd for PidFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// The constants are of other types on macOS.
fn whole_file() -> libc::flock {
    libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    }
}

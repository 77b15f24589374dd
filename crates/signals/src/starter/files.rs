//! The pid file, which says who supervises, and the status file, which says who works.
//!
//! The pid file is locked with flock(2) as long as its supervisor lives. So a pid file without a lock is a
//! dead supervisor's, whatever number it holds and whoever has that number now.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;
use thiserror::Error;

/// Why there is no pid file of ours.
#[derive(Debug, Error)]
pub enum PidFileError {
    /// Another supervisor holds it.
    #[error("another starter runs already, with process number {0}")]
    Running(Pid),
    /// The system's.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Ours: locked, and removed when this goes.
#[derive(Debug)]
pub struct PidFile {
    path: PathBuf,
    file: File,
}

impl PidFile {
    /// Takes the file; gives the process that held it and is gone, if one did.
    ///
    /// # Errors
    ///
    /// See [`PidFileError`].
    pub fn take(path: &Path) -> Result<(Self, Option<Pid>), PidFileError> {
        loop {
            let mut options = File::options();
            let options = options.read(true).write(true).create(true).truncate(false);
            let file = options.open(path)?;
            let former = read_pid(&file);
            match file.try_lock() {
                Ok(()) if is_at(&file, path) => {
                    let path = path.to_owned();
                    return Ok((PidFile { path, file }, former));
                }
                // The former owner removed it between our open and our lock.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let pid = former.unwrap_or(Pid::from_raw(0));
                    return Err(PidFileError::Running(pid));
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }

    /// Writes this process's number. Another step than taking: a daemon has another number by then.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn write(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        // Reading the former number has moved the offset; a write there would leave a hole of NULs.
        self.file.rewind()?;
        writeln!(&self.file, "{}", std::process::id())
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        // Still locked: nobody can have taken it for his own.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let identity = |found: fs::Metadata| (found.dev(), found.ino());
    let ours = file.metadata().map(identity).ok();
    ours.is_some() && ours == fs::metadata(path).map(identity).ok()
}

/// The number in a pid file.
pub(super) fn read_pid(mut file: &File) -> Option<Pid> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    let pid: i32 = text.lines().next()?.trim().parse().ok()?;
    (pid > 1).then(|| Pid::from_raw(pid))
}

/// Writes who lives, `generation:pid` a line, so that a reader sees the former text or this one.
///
/// # Errors
///
/// The system's.
pub fn write_status(path: &Path, workers: &[(u64, Pid)]) -> io::Result<()> {
    let text: String = workers
        .iter()
        .map(|(generation, pid)| format!("{generation}:{pid}\n"))
        .collect();
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    fs::write(&temporary, text)?;
    fs::rename(&temporary, path)
}

/// The lines of a status file that make sense. Process 1 is nobody's worker, and smaller numbers mean
/// groups to kill(2).
pub fn parse_status(text: &str) -> Vec<(u64, Pid)> {
    let line = |line: &str| {
        let (generation, pid) = line.split_once(':')?;
        let pid: i32 = pid.trim().parse().ok()?;
        let generation = generation.parse().ok()?;
        (pid > 1).then(|| (generation, Pid::from_raw(pid)))
    };
    text.lines().filter_map(line).collect()
}

//! `--restart` and `--stop`: a running starter is told by another process, which waits for the result.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use thiserror::Error;

use super::files::{parse_status, read_pid};
use super::listen::Paths;
use super::note::Note;
use super::orphans;

/// Why nobody could be told.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// The pid file.
    #[error("cannot read the pid file {0}")]
    PidFile(PathBuf, #[source] io::Error),
    /// It holds no number.
    #[error("the pid file {0} holds no process number")]
    NoPid(PathBuf),
    /// The supervisor is gone.
    #[error("the supervisor {0} is gone; --stop ends what it left, a start mends it")]
    Gone(Pid),
    /// No worker has passed its probation yet.
    #[error("no generation serves yet, says the status file {0}")]
    NoGeneration(PathBuf),
    /// Workers that were told to end and did not.
    #[error("worker {0} does not end; kill it")]
    Stays(Pid),
    /// Something of the system.
    #[error(transparent)]
    Io(#[from] io::Error),
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Sends HUP, and waits until a newer generation is the only one.
///
/// # Errors
///
/// See [`RemoteError`]; [`Gone`](RemoteError::Gone) also when the supervisor ends meanwhile.
pub fn restart(pid_file: &Path, status_file: &Path) -> Result<(), RemoteError> {
    let (file, pid) = open(pid_file)?;
    if !is_held(&file)? {
        return Err(RemoteError::Gone(pid));
    }
    let before = generations(status_file)?;
    let last = before.last().copied();
    let last = last.ok_or_else(|| RemoteError::NoGeneration(status_file.into()))?;
    kill(pid, Signal::SIGHUP).map_err(io::Error::from)?;
    while !matches!(generations(status_file)?[..], [only] if only > last) {
        if !is_held(&file)? {
            return Err(RemoteError::Gone(pid));
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(())
}

/// What a supervisor that was killed leaves, and how its workers are told to end.
#[derive(Debug, Clone)]
pub struct Left {
    /// Names the workers.
    pub status_file: Option<PathBuf>,
    /// Socket files.
    pub paths: Vec<PathBuf>,
    /// What the workers are told.
    pub signal: Signal,
}

/// Sends TERM, and waits until the supervisor is gone. If it was gone before, ends the workers that the
/// status file names, and removes all files.
///
/// # Errors
///
/// See [`RemoteError`].
pub fn stop(pid_file: &Path, left: Left, tell: &mut dyn FnMut(&Note)) -> Result<(), RemoteError> {
    let (file, pid) = open(pid_file)?;
    if is_held(&file)? {
        kill(pid, Signal::SIGTERM).map_err(io::Error::from)?;
        return Ok(file.lock()?);
    }
    tell(&Note::StalePid(pid));
    if let Some(status_file) = &left.status_file {
        if let Some(&(_, pid)) = orphans::end(status_file, left.signal, tell)?.first() {
            return Err(RemoteError::Stays(pid));
        }
        remove(status_file)?;
    }
    drop(Paths(left.paths));
    Ok(remove(pid_file)?)
}

fn open(pid_file: &Path) -> Result<(File, Pid), RemoteError> {
    let file = File::options().read(true).write(true).open(pid_file);
    let file = file.map_err(|error| RemoteError::PidFile(pid_file.into(), error))?;
    let pid = read_pid(&file).ok_or_else(|| RemoteError::NoPid(pid_file.into()))?;
    Ok((file, pid))
}

/// Whether the supervisor lives.
fn is_held(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => file.unlock().map(|()| false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// In order, each once; none if the file is not there.
fn generations(status_file: &Path) -> io::Result<Vec<u64>> {
    let text = match fs::read_to_string(status_file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    let all = parse_status(&text).into_iter();
    let mut generations: Vec<u64> = all.map(|(generation, _)| generation).collect();
    generations.sort_unstable();
    generations.dedup();
    Ok(generations)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

//! Both forks, and the word from the last process to the first.
//!
//! Sound: `fork` is called by a process of one thread (which is checked where the system tells), so no lock
//! is held in the copy and all functions may be called there. Neither copy returns into the caller's code:
//! each ends here, by `_exit` or by becoming the program.
#![allow(unsafe_code)]

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::libc;
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork, getpid, setsid};

use super::{Daemon, DaemonError, PidFile, READY_FD};
use crate::spawn::{FdSource, Spawn};

/// Opens what follows as the reason of a failure (ASCII: negative acknowledge). A program that writes a
/// line to say that it is ready does not begin with it.
const FAILED: u8 = 0x15;

/// What is opened before the forks: by its path as the caller knows it, and with errors at once.
struct Files {
    stdin: OwnedFd,
    stdout: OwnedFd,
    stderr: OwnedFd,
    pid_file: Option<PidFile>,
}

pub(super) fn start(daemon: &Daemon, program: &Spawn) -> Result<Pid, DaemonError> {
    let files = Files::open(daemon)?;
    match threads() {
        1 => {}
        several => return Err(DaemonError::Threads(several)),
    }
    let (told, tells) = io::pipe().map_err(|error| DaemonError::file(Path::new("pipe"), error))?;
    // SAFETY: one thread, as was just seen.
    match unsafe { fork() }.map_err(DaemonError::system("fork"))? {
        ForkResult::Parent { child } => {
            drop((tells, files));
            let word = hear(told, daemon.says_ready);
            // It ends at once, and must not stay a zombie of a caller that lives on.
            let _ = waitpid(child, None);
            word
        }
        ForkResult::Child => {
            drop(told);
            let Err(error) = leave(daemon, program, &files, &tells);
            tell_failure(&tells, &error);
            end(1)
        }
    }
}

/// In the first child. Comes back with an error, in this process or in the second.
fn leave(
    daemon: &Daemon,
    program: &Spawn,
    files: &Files,
    tells: &PipeWriter,
) -> Result<Infallible, DaemonError> {
    setsid().map_err(DaemonError::system("make a session"))?;
    // SAFETY: a forked child has one thread.
    if let ForkResult::Parent { .. } = unsafe { fork() }.map_err(DaemonError::system("fork"))? {
        end(0);
    }
    // The launcher has no other way to know the pid of its grandchild.
    let pid = format!("{}\n", getpid());
    (&*tells)
        .write_all(pid.as_bytes())
        .map_err(|error| DaemonError::file(Path::new("pipe"), error))?;
    if let Some(pid_file) = &files.pid_file {
        pid_file.lock()?;
    }
    become_program(daemon, program, files, tells)
}

fn become_program(
    daemon: &Daemon,
    program: &Spawn,
    files: &Files,
    tells: &PipeWriter,
) -> Result<Infallible, DaemonError> {
    let mut program = program.clone();
    program.umask(daemon.umask).current_dir(&daemon.directory);
    let standard = [&files.stdin, &files.stdout, &files.stderr];
    let mut fds: Vec<(RawFd, FdSource)> = (0..)
        .zip(standard.map(|file| file.as_fd().into()))
        .collect();
    // The lock of a process goes with the first close of its file, so the program keeps it open, and at
    // its number.
    let kept = files.pid_file.as_ref().map(AsFd::as_fd);
    fds.extend(kept.map(|fd| (fd.as_raw_fd(), FdSource::from(fd))));
    program.fds_first(fds);
    if daemon.says_ready {
        // A digit, however many are open here: `>&10` is no redirection in dash.
        let number = match kept.map(|fd| fd.as_raw_fd()) {
            Some(3) => 4,
            _ => 3,
        };
        program.fd(number, tells.as_fd());
        program.env(READY_FD, number.to_string());
    }
    close_others_on_exec().map_err(DaemonError::system("close descriptors"))?;
    Err(DaemonError::Failed(program.exec().to_string()))
}

/// Whatever the launcher has inherited without knowing is not for a daemon to keep.
fn close_others_on_exec() -> nix::Result<()> {
    let listing = if cfg!(target_os = "linux") {
        "/proc/self/fd"
    } else {
        "/dev/fd"
    };
    let Ok(entries) = fs::read_dir(listing) else {
        return Ok(());
    };
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let numbers: Vec<RawFd> = names.filter_map(|name| name.parse().ok()).collect();
    for number in numbers.into_iter().filter(|number| *number > 2) {
        // SAFETY: takes numbers. Nothing is closed here, and the program starts without our types.
        let set = unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
        match Errno::result(set) {
            // The descriptor with which the folder was read.
            Err(Errno::EBADF) => {}
            other => drop(other?),
        }
    }
    Ok(())
}

/// In the launcher: a line with the pid, then a reason, a line, or nothing.
fn hear(told: PipeReader, says_ready: bool) -> Result<Pid, DaemonError> {
    let mut told = BufReader::new(told);
    let pid = hear_line(&mut told)?;
    let pid = String::from_utf8_lossy(&pid).trim_end().parse();
    let pid = pid.map_err(|_| DaemonError::Failed("the daemon ended at its birth".to_owned()))?;
    let pid = Pid::from_raw(pid);
    let ready = hear_line(&mut told)?;
    // Without a word the descriptor was closed: by execve, or, if it was handed on, by the program's end.
    match ready.ends_with(b"\n") || !says_ready {
        true => Ok(pid),
        false => Err(DaemonError::NotReady(pid)),
    }
}

/// A line, or what there is of it at the end.
fn hear_line(told: &mut impl BufRead) -> Result<Vec<u8>, DaemonError> {
    let mut line = Vec::new();
    let pipe = |error| DaemonError::file(Path::new("pipe"), error);
    told.read_until(b'\n', &mut line).map_err(pipe)?;
    if line.first() != Some(&FAILED) {
        return Ok(line);
    }
    told.read_to_end(&mut line).map_err(pipe)?;
    let reason = String::from_utf8_lossy(&line[1..]).into_owned();
    Err(DaemonError::Failed(reason))
}

fn tell_failure(mut tells: &PipeWriter, error: &DaemonError) {
    let reason = match error {
        DaemonError::File { source, .. } => format!("{error}: {source}"),
        error => error.to_string(),
    };
    // A launcher that is gone hears nothing.
    let _ = tells.write_all(&[&[FAILED], reason.as_bytes()].concat());
}

impl Files {
    fn open(daemon: &Daemon) -> Result<Self, DaemonError> {
        let null = Path::new("/dev/null");
        let output = |path: &Option<PathBuf>| append(path.as_deref().unwrap_or(null));
        Ok(Self {
            stdin: append(null)?,
            stdout: output(&daemon.stdout)?,
            stderr: output(&daemon.stderr)?,
            pid_file: daemon.pid_file.as_deref().map(PidFile::open).transpose()?,
        })
    }
}

fn append(path: &Path) -> Result<OwnedFd, DaemonError> {
    let file = File::options()
        .read(path == Path::new("/dev/null"))
        .append(true)
        .create(true)
        .open(path);
    file.map(OwnedFd::from)
        .map_err(|error| DaemonError::file(path, error))
}

/// Of this process.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(1, Iterator::count)
}

/// macOS tells it only to a debugger of the process; there it is the caller's promise.
#[cfg(target_os = "macos")]
fn threads() -> usize {
    1
}

fn end(status: i32) -> ! {
    // SAFETY: ends this process, and runs nothing that the caller has registered for its own end.
    unsafe { libc::_exit(status) }
}

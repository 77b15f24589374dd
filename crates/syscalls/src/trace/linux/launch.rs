//! Starts the program to be traced.
//!
//! The child must not come to its execve before it is traced, and must not be stopped by anything the
//! program could see. So it waits at a gate, a pipe: the tracer seizes it, asks it to stop, and opens
//! the gate; the child stops before its next instruction. A child that fails before or at its execve
//! ends with the error's number as its status, which the tracer takes for what it is
//! ([`super::Tracer::spawn`]); no second pipe is needed to tell.
#![allow(unsafe_code)]
// Soundness: between fork and execve the child has only the forking thread, and any lock of another
// may be held for ever. So all memory is had and all text made before the fork, and the child makes
// bare system calls alone, as signal-safety(7) demands.

use std::ffi::{CString, OsStr, OsString, c_char};
use std::io::{self, PipeReader, PipeWriter, Write, pipe};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{env, ptr};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc::{self, c_int, sock_filter};
use nix::unistd::{AccessFlags, access};

use super::super::Command;
use crate::event::Pid;

/// A child that waits at its gate.
#[derive(Debug)]
pub(super) struct Launched {
    pub(super) pid: Pid,
    gate: PipeWriter,
}

impl Launched {
    /// Lets the child go on to its execve.
    pub(super) fn open(mut self) -> io::Result<()> {
        self.gate.write_all(b"!")
    }
}

/// Forks a child that will execute `command`, under a seccomp filter if there is one.
pub(super) fn launch(command: &Command, filter: &[sock_filter]) -> io::Result<Launched> {
    let plan = Plan::new(command)?;
    let (barrier, gate) = pipe()?;
    // SAFETY: the child does nothing but `Plan::carry_out`, see the module's argument.
    match Errno::result(unsafe { libc::fork() })? {
        0 => plan.carry_out(&barrier, &gate, filter),
        pid => Ok(Launched { pid, gate }),
    }
}

/// All that the child needs, in the form in which the kernel takes it.
struct Plan {
    program: CString,
    arguments: Strings,
    environment: Strings,
    directory: Option<CString>,
    /// Copies of the descriptors, none of them below 3, so that none is overwritten before its turn.
    standard: [Option<OwnedFd>; 3],
}

impl Plan {
    fn new(command: &Command) -> io::Result<Self> {
        let mut standard = [None, None, None];
        for (copy, fd) in standard.iter_mut().zip(&command.standard) {
            *copy = fd.as_ref().map(above_standard).transpose()?;
        }
        let program = find(&command.program, search_path(command).as_deref())?;
        let directory = command.directory.as_ref();
        Ok(Self {
            program: text(program.as_os_str())?,
            arguments: Strings::new([&command.program].into_iter().chain(&command.arguments))?,
            environment: Strings::new(&environment(command))?,
            directory: directory.map(|path| text(path.as_os_str())).transpose()?,
            standard,
        })
    }

    /// The child's part. What fails ends it, with the error's number as its status.
    fn carry_out(&self, barrier: &PipeReader, gate: &PipeWriter, filter: &[sock_filter]) -> ! {
        let error = match self.prepare(barrier.as_raw_fd(), gate.as_raw_fd(), filter) {
            Ok(()) => self.execute(),
            Err(error) => error,
        };
        // SAFETY: ends this process, without the handlers that the parent may have set.
        unsafe { libc::_exit(error as c_int) }
    }

    fn prepare(&self, barrier: RawFd, gate: RawFd, filter: &[sock_filter]) -> Result<(), Errno> {
        // Our own copy of the gate must not keep it from closing when the tracer dies.
        // SAFETY: nothing in this process uses the descriptor.
        Errno::result(unsafe { libc::close(gate) })?;
        wait_at(barrier)?;
        for (standard, fd) in (0..).zip(&self.standard) {
            if let Some(fd) = fd {
                // SAFETY: changes this process's descriptor table only, which it does not share.
                Errno::result(unsafe { libc::dup2(fd.as_raw_fd(), standard) })?;
            }
        }
        if let Some(directory) = &self.directory {
            // SAFETY: a C string that lives as long as `self`.
            Errno::result(unsafe { libc::chdir(directory.as_ptr()) })?;
        }
        // Rust's runtime ignores SIGPIPE, and ignoring is inherited through execve.
        // SAFETY: SIG_DFL is no function of ours.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        if filter.is_empty() {
            Ok(())
        } else {
            install(filter)
        }
    }

    fn execute(&self) -> Errno {
        let (arguments, environment) = (&self.arguments, &self.environment);
        // SAFETY: a C string and two arrays of such that end in null, all alive as long as `self`.
        unsafe {
            libc::execve(
                self.program.as_ptr(),
                arguments.pointers.as_ptr(),
                environment.pointers.as_ptr(),
            )
        };
        Errno::last()
    }
}

/// Waits until the tracer opens the gate.
fn wait_at(barrier: RawFd) -> Result<(), Errno> {
    let mut byte = 0_u8;
    loop {
        // SAFETY: `byte` has room for the one byte asked for.
        let n = unsafe { libc::read(barrier, (&raw mut byte).cast(), 1) };
        match Errno::result(n) {
            Err(Errno::EINTR) => {}
            Ok(1) => return Ok(()),
            // The tracer is gone.
            Ok(_) => return Err(Errno::ECANCELED),
            Err(error) => return Err(error),
        }
    }
}

/// Installs a seccomp filter.
///
/// Whoever may not administer the system must first give up gaining privileges through execve (of a
/// set-user-ID program). That is no loss: under a tracer without privileges there are none to gain.
fn install(filter: &[sock_filter]) -> Result<(), Errno> {
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_ptr().cast_mut(),
    };
    let set = || {
        let (mode, flags) = (libc::SECCOMP_SET_MODE_FILTER, 0_u32);
        // SAFETY: `program` and the filter it points to are alive; the kernel copies and checks them.
        Errno::result(unsafe { libc::syscall(libc::SYS_seccomp, mode, flags, &raw const program) })
    };
    if set() == Err(Errno::EACCES) {
        // SAFETY: a prctl of numbers.
        Errno::result(unsafe {
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1_u64, 0_u64, 0_u64, 0_u64)
        })?;
        set()?;
    }
    Ok(())
}

/// Strings, and the array of their addresses that execve wants.
struct Strings {
    /// Keeps alive what `pointers` point to.
    _owned: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Strings {
    fn new<'a>(strings: impl IntoIterator<Item = &'a OsString>) -> io::Result<Self> {
        let owned = strings
            .into_iter()
            .map(|string| text(string))
            .collect::<io::Result<Vec<_>>>()?;
        let pointers = owned.iter().map(|string| string.as_ptr());
        Ok(Self {
            pointers: pointers.chain([ptr::null()]).collect(),
            _owned: owned,
        })
    }
}

fn text(string: &OsStr) -> io::Result<CString> {
    CString::new(string.as_bytes()).map_err(|_| io::ErrorKind::InvalidInput.into())
}

fn above_standard(fd: &OwnedFd) -> io::Result<OwnedFd> {
    use std::os::fd::FromRawFd;
    let copy = fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(3))?;
    // SAFETY: the call has just made it, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// `NAME=value`, ours and then the command's, which replace ours.
fn environment(command: &Command) -> Vec<OsString> {
    let mut variables: Vec<(OsString, OsString)> = env::vars_os().collect();
    for (name, value) in &command.environment {
        variables.retain(|(other, _)| other != name);
        variables.push((name.clone(), value.clone()));
    }
    let join = |(mut name, value): (OsString, OsString)| {
        name.push("=");
        name.push(value);
        name
    };
    variables.into_iter().map(join).collect()
}

/// The `PATH` that the program would see.
fn search_path(command: &Command) -> Option<OsString> {
    let set = command.environment.iter().rev();
    set.into_iter()
        .find(|(name, _)| name == "PATH")
        .map(|(_, value)| value.clone())
        .or_else(|| env::var_os("PATH"))
}

/// Finds a program as a shell does: a name with a slash is a path, another is looked for in each folder
/// of `PATH`. "Permission denied" when all that was found could not be executed.
fn find(program: &OsStr, search_path: Option<&OsStr>) -> io::Result<PathBuf> {
    if program.as_bytes().contains(&b'/') {
        return Ok(PathBuf::from(program));
    }
    let folders = search_path.unwrap_or(OsStr::new("/bin:/usr/bin"));
    let mut error = Errno::ENOENT;
    for folder in env::split_paths(folders).filter(|_| !program.is_empty()) {
        let path = if folder.as_os_str().is_empty() {
            Path::new(".").join(program)
        } else {
            folder.join(program)
        };
        if path.is_file() {
            match access(&path, AccessFlags::X_OK) {
                Ok(()) => return Ok(path),
                Err(refused) => error = refused,
            }
        }
    }
    Err(error.into())
}

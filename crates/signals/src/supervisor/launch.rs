//! A program that starts with open descriptors at agreed numbers.
//!
//! systemd's protocol wants the child's own number in its environment, `LISTEN_PID`, which is known only
//! after fork(2); and `Command` has made the environment before. So the child calls execve(2) itself, in
//! the last moment that `Command` gives it, with an environment in which the number is written there.
//! `Command` does the rest: the fork, the directory, and the pipe on which the
//! parent learns that execve(2) failed.
//!
//! Sound: between fork and exec only async-signal-safe calls are made (`sigprocmask`, `dup2`, `getpid`, `execve`), on
//! memory that was prepared before. The pointers that execve(2) is given point to strings that the
//! same value owns and nobody changes.
#![allow(unsafe_code)]

use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr;
use std::sync::Arc;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc::{self, c_char};
use nix::sys::signal::SigSet;

/// A descriptor, and the numbers that a child finds it at.
///
/// The child's copies are made with dup2(2), which closes what is there. `Command`'s own pipe must not
/// be: the numbers that are free are held by a placeholder as long as this lives.
#[derive(Debug, Clone)]
pub struct Passed {
    /// At a number above all those of `numbers`: dup2(2) to its own number would leave close-on-exec set.
    source: Arc<OwnedFd>,
    numbers: Vec<RawFd>,
    _placeholders: Vec<Arc<OwnedFd>>,
}

impl Passed {
    /// `descriptor` for the children, at `numbers`. `above` is the highest number that any descriptor is
    /// passed at.
    ///
    /// # Errors
    ///
    /// No descriptor left, or a number beyond the limit.
    pub fn new(descriptor: BorrowedFd, numbers: Vec<RawFd>, above: RawFd) -> io::Result<Self> {
        let source = Arc::new(duplicate(descriptor, above.max(2) + 1)?);
        let mut placeholders = Vec::new();
        for &number in numbers.iter().filter(|&&number| number > 2) {
            let placeholder = duplicate(descriptor, number)?;
            // Another number: that one is taken already, which serves as well.
            if placeholder.as_raw_fd() == number {
                placeholders.push(Arc::new(placeholder));
            }
        }
        Ok(Passed {
            source,
            numbers,
            _placeholders: placeholders,
        })
    }
}

/// A copy at the lowest free number from `least` on; programs that are started do not get it.
fn duplicate(descriptor: BorrowedFd, least: RawFd) -> io::Result<OwnedFd> {
    use std::os::fd::FromRawFd;
    let copy = fcntl(descriptor, FcntlArg::F_DUPFD_CLOEXEC(least))?;
    // SAFETY: fcntl has just made it, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// What is started, and with what.
#[derive(Debug, Clone)]
pub struct Launch {
    /// A path, or a name that is looked for in this process's PATH.
    pub program: OsString,
    /// Without the program's name.
    pub arguments: Vec<OsString>,
    /// Where it starts; here if none is said.
    pub directory: Option<PathBuf>,
    /// All of its environment.
    pub environment: Vec<(OsString, OsString)>,
    /// What it finds open, beside the first three.
    pub descriptors: Vec<Passed>,
    /// Whether the environment gets `LISTEN_PID`, the child's number.
    pub listen_pid: bool,
}

impl Launch {
    /// The command that does it, once.
    ///
    /// # Errors
    ///
    /// The program is not found; a string holds a NUL.
    pub fn command(&self) -> io::Result<Command> {
        let mut image = Image::new(self)?;
        let descriptors = self.descriptors.clone();
        let mut command = Command::new(&self.program);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let last_step = move || {
            // The supervisor reads its signals from a descriptor; the child wants to be interrupted.
            SigSet::empty().thread_set_mask()?;
            place(&descriptors)?;
            Err(image.exec())
        };
        // SAFETY: the closure makes no call that is not async-signal-safe, and allocates nothing.
        unsafe { command.pre_exec(last_step) };
        Ok(command)
    }
}

fn place(descriptors: &[Passed]) -> io::Result<()> {
    for passed in descriptors {
        for &number in &passed.numbers {
            // SAFETY: this is the child after fork, in which nobody owns the number any more.
            if unsafe { libc::dup2(passed.source.as_raw_fd(), number) } < 0 {
                return Err(io::Error::last_os_error());
            }
        }
    }
    Ok(())
}

const LISTEN_PID: &[u8] = b"LISTEN_PID=";
/// Digits of the greatest process number, and a NUL.
const DIGITS: usize = 11;

/// The three arguments of execve(2), ready.
struct Image {
    program: CString,
    /// Ends with a null pointer, as `environment` does.
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    /// `LISTEN_PID=` and room for the number.
    listen_pid: Option<Vec<u8>>,
    /// What the pointers point to.
    _strings: Vec<CString>,
}

// SAFETY: the pointers point into strings on the heap that move along with it and are not changed.
unsafe impl Send for Image {}
// SAFETY: nothing in it changes through a shared reference.
unsafe impl Sync for Image {}

impl Image {
    fn new(launch: &Launch) -> io::Result<Self> {
        let program = find(&launch.program, launch.directory.as_deref())?;
        let words = [&launch.program].into_iter().chain(&launch.arguments);
        let words = words.map(|word| c_string(word.as_bytes()));
        let arguments = words.collect::<io::Result<Vec<_>>>()?;
        let variables = launch.environment.iter();
        let variables = variables.map(|(name, value)| variable(name, value));
        let environment = variables.collect::<io::Result<Vec<_>>>()?;
        let listen_pid = launch.listen_pid.then(|| {
            let mut text = LISTEN_PID.to_vec();
            text.resize(LISTEN_PID.len() + DIGITS, 0);
            text
        });
        let mut image = Image {
            program: c_string(program.as_os_str().as_bytes())?,
            arguments: pointers(&arguments),
            environment: pointers(&environment),
            listen_pid,
            _strings: arguments.into_iter().chain(environment).collect(),
        };
        if image.listen_pid.is_some() {
            // One more null: the first becomes the pointer to the number.
            image.environment.push(ptr::null());
        }
        Ok(image)
    }

    /// In the child. Comes back only with an error.
    fn exec(&mut self) -> io::Error {
        if let Some(text) = &mut self.listen_pid {
            write_number(std::process::id(), &mut text[LISTEN_PID.len()..]);
            let place = self.environment.len() - 2;
            self.environment[place] = text.as_ptr().cast();
        }
        let (program, arguments, environment) = (
            self.program.as_ptr(),
            self.arguments.as_ptr(),
            self.environment.as_ptr(),
        );
        // SAFETY: a string and two arrays of strings that end with null, all owned by self.
        unsafe { libc::execve(program, arguments, environment) };
        io::Error::last_os_error()
    }
}

/// Decimal digits and a NUL. No formatting machinery: this runs between fork and exec.
fn write_number(number: u32, room: &mut [u8]) {
    let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
    let mut rest = number;
    for place in room[..digits].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    room[digits] = 0;
}

fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    let pointers = strings.iter().map(|string| string.as_ptr());
    pointers.chain([ptr::null()]).collect()
}

fn variable(name: &OsStr, value: &OsStr) -> io::Result<CString> {
    c_string(&[name.as_bytes(), b"=", value.as_bytes()].concat())
}

fn c_string(bytes: &[u8]) -> io::Result<CString> {
    Ok(CString::new(bytes)?)
}

/// As execvp(3) looks: a name with a slash is a path, seen from the child's directory.
fn find(program: &OsStr, directory: Option<&Path>) -> io::Result<PathBuf> {
    if program.as_bytes().contains(&b'/') {
        return Ok(program.into());
    }
    let here = directory.unwrap_or(Path::new(""));
    let path = env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| is_program(&here.join(candidate)))
        .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_format_writes_them() {
        for number in [0, 7, 10, 4_194_304, u32::MAX] {
            let mut room = [b'x'; DIGITS];
            write_number(number, &mut room);
            let text = room.split(|&byte| byte == 0).next().unwrap();
            assert_eq!(text, number.to_string().as_bytes());
        }
    }
}

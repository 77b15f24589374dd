//! A child that is a copy of us until it is another program: `fork(2)`.
//!
//! It costs a copy of the page tables, and has one merit: the parent need not sleep until `execve`. A
//! child that borrows our memory holds us up, and if it is *stopped* before its `execve` (by control-Z,
//! which every process of the terminal's group gets) it holds us up for as long as it is stopped: a shell
//! would wait for a job that only that shell could continue.
//!
//! Sound: after `fork` the child has one thread and calls only what `steps` calls, and `write` and
//! `_exit`.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::Read;
use std::mem::{self, MaybeUninit};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::ptr;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc::{self, c_int};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, pthread_sigmask};
use nix::unistd::{Pid, pipe};

use super::error::Failure;
use super::plan::Plan;
use super::{Step, steps};

/// What `_exit` is called with after a failure was told. Nobody sees it, unless the child was stopped
/// before it could tell.
const NOT_STARTED: c_int = 127;

/// How long we listen before we look whether the child is stopped.
const GLANCE: u16 = 10;

/// The pipe tells: closed by `execve` without a word, the program runs; otherwise a [`Failure`].
pub(super) fn start(plan: &Plan) -> Result<Pid, Failure> {
    let failed = |errno| Failure {
        step: Step::Create,
        errno,
    };
    let (told, tells) = closing_pipe(plan).map_err(failed)?;
    let mut before = SigSet::empty();
    let all = SigSet::all();
    pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&all), Some(&mut before)).map_err(failed)?;
    // SAFETY: the child does only what `steps` does, then writes or not, and ends.
    let forked = Errno::result(unsafe { libc::fork() });
    if forked == Ok(0) {
        tell(&tells, steps::run(plan));
    }
    pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None).map_err(failed)?;
    drop(tells);
    let pid = Pid::from_raw(forked.map_err(failed)?);
    match hear(told, pid) {
        None => Ok(pid),
        Some(failure) => {
            let _ = super::child::wait_for(pid, 0);
            Err(failure)
        }
    }
}

/// The writing end has a number that no step of the plan touches.
///
/// macOS has no `pipe2`: a child that another thread starts between the two calls keeps an end, and we
/// would wait for that child's end. std has the same window.
fn closing_pipe(plan: &Plan) -> nix::Result<(OwnedFd, OwnedFd)> {
    let beyond = plan.fds.iter().map(|(target, _)| target + 1).max();
    let (told, tells) = pipe()?;
    Ok((above(&told, 3)?, above(&tells, beyond.unwrap_or(3).max(3))?))
}

/// A duplicate that `execve` closes, with that number or a higher one.
fn above(end: &OwnedFd, least: c_int) -> nix::Result<OwnedFd> {
    let number = fcntl(end.as_fd(), FcntlArg::F_DUPFD_CLOEXEC(least))?;
    // SAFETY: the kernel made it for us, and nobody else knows its number.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

fn tell(tells: &OwnedFd, failure: Failure) -> ! {
    let (bytes, length) = (&raw const failure, mem::size_of::<Failure>());
    // SAFETY: the bytes of `failure`; a pipe takes so few at once.
    unsafe { libc::write(tells.as_raw_fd(), bytes.cast(), length) };
    // SAFETY: ends this process, and runs nothing that the parent has registered for its own end.
    unsafe { libc::_exit(NOT_STARTED) }
}

/// A child that is stopped counts as started: what becomes of it, its status will tell.
fn hear(told: OwnedFd, pid: Pid) -> Option<Failure> {
    loop {
        let mut pipe = [PollFd::new(told.as_fd(), PollFlags::POLLIN)];
        match poll(&mut pipe, PollTimeout::from(GLANCE)) {
            Ok(0) if is_stopped(pid) => return None,
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => break,
            Err(_) => return None,
        }
    }
    let mut bytes = [0; mem::size_of::<Failure>()];
    File::from(told).read_exact(&mut bytes).ok()?;
    let mut failure = MaybeUninit::<Failure>::uninit();
    // SAFETY: both have the size of a `Failure`.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), failure.as_mut_ptr().cast(), bytes.len()) };
    // SAFETY: whole, and written by `tell` in a copy of this very program.
    Some(unsafe { failure.assume_init() })
}

/// Looks without taking the news from who waits for it.
fn is_stopped(pid: Pid) -> bool {
    let mut news = MaybeUninit::<libc::siginfo_t>::zeroed();
    let flags = libc::WSTOPPED | libc::WNOHANG | libc::WNOWAIT;
    let id = pid.as_raw().cast_unsigned();
    // SAFETY: `news` has room for what the kernel writes.
    let outcome = unsafe { libc::waitid(libc::P_PID, id, news.as_mut_ptr(), flags) };
    // SAFETY: zeros are a valid siginfo_t, and so is what the kernel writes.
    let news = unsafe { news.assume_init() };
    outcome == 0 && news.si_signo != 0
}

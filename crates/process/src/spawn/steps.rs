//! What the child does between its birth and `execve(2)`.
//!
//! On Linux this code runs in the parent's memory, on macOS in a copy of it of which only one thread is
//! left. Either way another thread may hold any lock for ever, the allocator's too. So: no allocation,
//! no lock, no panic, no destructor; only functions that POSIX lists as async-signal-safe
//! ([signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html)), and reads of the
//! plan.
//!
//! Sound: each call gets numbers, or pointers into the plan, which outlives the child's stay here. The
//! calls change the kernel's record of the child, which it shares with nobody (on Linux `CLONE_FILES`,
//! `CLONE_FS` and `CLONE_SIGHAND` are absent), and `errno`, whose owner is asleep.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::ptr;

use nix::errno::Errno;
use nix::libc::{self, c_int, sigset_t};

use super::error::Failure;
use super::plan::Plan;
use super::{FdSource, Step};

/// Becomes the program of the plan; comes back only when that failed.
///
/// All signals are blocked when it is called: a handler of the parent must not run here, and `SIGTTOU`
/// must not stop the child at its move to the foreground.
pub(super) fn run(plan: &Plan) -> Failure {
    match prepare(plan) {
        Ok(()) => exec(plan),
        Err(failure) => failure,
    }
}

fn prepare(plan: &Plan) -> Result<(), Failure> {
    join_session_and_group(plan)?;
    take_limits_and_place(plan)?;
    for (target, source) in plan.fds {
        arrange(*target, *source)?;
    }
    // Last, and the mask at the very end: from there on a signal may end the child.
    dispositions(plan)?;
    // SAFETY: the mask is a set in the plan; the old one is not asked for.
    let blocked = unsafe { libc::sigprocmask(libc::SIG_SETMASK, &plan.mask, ptr::null_mut()) };
    check(Step::Signals, blocked)
}

fn join_session_and_group(plan: &Plan) -> Result<(), Failure> {
    if plan.session {
        // SAFETY: takes nothing.
        check(Step::Session, unsafe { libc::setsid() })?;
    }
    if let Some(terminal) = plan.controlling_terminal {
        // SAFETY: the request takes a number: 0, to take the terminal from nobody.
        let taken = unsafe { libc::ioctl(terminal, libc::TIOCSCTTY as _, 0) };
        check(Step::ControllingTerminal, taken)?;
    }
    if let Some(group) = plan.group {
        // SAFETY: takes numbers.
        check(Step::Group, unsafe { libc::setpgid(0, group) })?;
    }
    if let Some(terminal) = plan.foreground {
        // SAFETY: takes nothing, and cannot fail.
        let group = unsafe { libc::getpgrp() };
        // SAFETY: takes numbers.
        let moved = unsafe { libc::tcsetpgrp(terminal, group) };
        check(Step::Foreground, moved)?;
    }
    Ok(())
}

fn take_limits_and_place(plan: &Plan) -> Result<(), Failure> {
    for (resource, limit) in &plan.limits {
        // SAFETY: `limit` is a structure of the plan.
        let limited = unsafe { libc::setrlimit(*resource as _, limit) };
        check(Step::Limit, limited)?;
    }
    if let Some(mask) = plan.umask {
        // SAFETY: takes a number, and cannot fail.
        unsafe { libc::umask(mask) };
    }
    if let Some(directory) = &plan.directory {
        // SAFETY: a string of the plan, which ends with NUL.
        check(Step::Directory, unsafe { libc::chdir(directory.as_ptr()) })?;
    }
    Ok(())
}

fn arrange(target: RawFd, source: FdSource) -> Result<(), Failure> {
    let step = Step::Descriptor(target);
    match source {
        // dup2 onto itself would leave FD_CLOEXEC as it is.
        FdSource::Dup(number) if number == target => {
            // SAFETY: takes numbers.
            check(step, unsafe { libc::fcntl(target, libc::F_SETFD, 0) })
        }
        FdSource::Dup(number) => {
            // SAFETY: takes numbers; the table of descriptors is the child's own.
            check(step, unsafe { libc::dup2(number, target) })
        }
        FdSource::Close => {
            // SAFETY: takes a number; the table of descriptors is the child's own.
            let closed = unsafe { libc::close(target) };
            match check(step, closed) {
                Err(failure) if failure.errno != Errno::EBADF => Err(failure),
                _ => Ok(()),
            }
        }
    }
}

/// Sets what each signal does. A handler would be reset by `execve` anyway; it is reset here since a
/// signal that was waiting arrives as soon as the mask is changed, and would run the parent's handler
/// in the child.
fn dispositions(plan: &Plan) -> Result<(), Failure> {
    for signal in 1..=last_signal() {
        if signal == libc::SIGKILL || signal == libc::SIGSTOP {
            continue;
        }
        let wanted = if contains(&plan.signals_ignore, signal) {
            libc::SIG_IGN
        } else if contains(&plan.signals_default, signal) || has_handler(signal) {
            libc::SIG_DFL
        } else {
            continue;
        };
        if set_disposition(signal, wanted) == -1 {
            return Err(Failure::last(Step::Signals));
        }
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn last_signal() -> c_int {
    libc::SIGRTMAX()
}

#[cfg(target_os = "macos")]
fn last_signal() -> c_int {
    libc::SIGUSR2
}

/// Whether the child is to ignore a signal, which `posix_spawn` cannot say.
#[cfg(target_os = "macos")]
pub(super) fn ignores_any(plan: &Plan) -> bool {
    (1..=last_signal()).any(|signal| contains(&plan.signals_ignore, signal))
}

fn contains(set: &sigset_t, signal: c_int) -> bool {
    // SAFETY: a set of the plan.
    unsafe { libc::sigismember(set, signal) == 1 }
}

/// The two signals that glibc keeps for itself cannot be asked for. They are sent to a thread by its
/// id, and nobody knows the child by one.
fn has_handler(signal: c_int) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: the old action has room; no new one is given.
    let asked = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    if asked == -1 {
        return false;
    }
    // SAFETY: the call succeeded and filled it.
    let action = unsafe { action.assume_init() };
    action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN
}

fn set_disposition(signal: c_int, handler: libc::sighandler_t) -> c_int {
    // SAFETY: a sigaction of zeros is a valid one: no flags, no mask.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler;
    // SAFETY: the action is whole and names no function; the old one is not asked for.
    unsafe { libc::sigaction(signal, &action, ptr::null_mut()) }
}

/// Tries each path, as `execvp(3)` does: goes on where there is no such file, and remembers if one was
/// there that may not be executed.
fn exec(plan: &Plan) -> Failure {
    let mut refused = None;
    let mut last = Failure {
        step: Step::Exec,
        errno: Errno::ENOENT,
    };
    for program in &plan.programs {
        let (arguments, environment) = (plan.arguments.as_ptr(), plan.environment.as_ptr());
        // SAFETY: a string, and two lists that end with NULL, all of the plan.
        unsafe { libc::execve(program.as_ptr(), arguments, environment) };
        last = Failure::last(Step::Exec);
        match last.errno {
            Errno::EACCES => refused = Some(last),
            Errno::ENOENT | Errno::ENOTDIR => {}
            _ => return last,
        }
    }
    refused.unwrap_or(last)
}

fn check(step: Step, result: c_int) -> Result<(), Failure> {
    match result {
        -1 => Err(Failure::last(step)),
        _ => Ok(()),
    }
}

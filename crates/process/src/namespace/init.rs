//! What pid 1 has to do: take the statuses of all that end, and pass signals on.
//!
//! A process that has lost its parent gets pid 1 for one; when it ends, and pid 1 does not wait, it
//! stays in the table for ever. And to pid 1 no signal happens for which it has no handler: one
//! that blocks them and takes them from a descriptor is as deaf to their defaults, but knows of
//! them.

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd, siginfo};
use nix::unistd::Pid;

use super::fork::wait_for;

/// What is passed on. Those of job control are not: the terminal sends them to the whole group, and
/// all of it shall stop.
const FORWARDED: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// Signals held back for as long as it lives.
pub(super) struct Blocked {
    held: SigSet,
    before: SigSet,
}

impl Blocked {
    pub(super) fn new() -> nix::Result<Blocked> {
        let mut held = SigSet::from_iter(FORWARDED);
        held.add(Signal::SIGCHLD);
        let before = held.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
        Ok(Blocked { held, before })
    }

    /// In a child, before exec: nobody comes back here.
    pub(super) fn give_back(&self) {
        // With the set from the kernel itself it cannot fail.
        let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&self.before), None);
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// Waits until the child `command` ends and passes signals on to it meanwhile. Returns its raw
/// status, as [`ExitStatus::from_raw`](std::os::unix::process::ExitStatusExt::from_raw) takes it.
/// With `adopts` every other child that ends is waited for as well, as pid 1 must.
///
/// The signals are blocked from here on until the function returns; a caller that must not lose one
/// that comes just before blocks them itself.
///
/// # Errors
///
/// `command` is no child of the caller, or there are no descriptors left.
pub(super) fn supervise(command: Pid, adopts: bool) -> nix::Result<i32> {
    let blocked = Blocked::new()?;
    let arrivals = SignalFd::with_flags(&blocked.held, SfdFlags::SFD_CLOEXEC)?;
    loop {
        // Signals of one kind merge: one SIGCHLD may stand for many ends, or for one already taken.
        // So all that have ended are taken each time, and once before the first.
        if let Some(status) = take_statuses(command, adopts)? {
            return Ok(status);
        }
        match arrivals.read_signal() {
            Ok(Some(signal)) => pass_on(command, &signal),
            Ok(None) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

fn take_statuses(command: Pid, adopts: bool) -> nix::Result<Option<i32>> {
    let anybody = Pid::from_raw(-1);
    while let Some((ended, status)) =
        wait_for(if adopts { anybody } else { command }, libc::WNOHANG)?
    {
        if ended == command {
            return Ok(Some(status));
        }
    }
    Ok(None)
}

fn pass_on(command: Pid, signal: &siginfo) {
    // What the terminal sends, the kernel sends, to the command as well. What a process sends it
    // sends to one, and that was us.
    let from_a_process = signal.ssi_code <= 0;
    let Ok(number) = Signal::try_from(signal.ssi_signo as i32) else {
        return;
    };
    if from_a_process && number != Signal::SIGCHLD {
        // It is our child and unwaited for, so the number is still its own.
        let _ = kill(command, number);
    }
}

//! A child that borrows our memory until it is another program.
//!
//! `clone(CLONE_VM | CLONE_VFORK)` makes a process that runs in the caller's address space, while the
//! calling thread sleeps until the child has called `execve` or `_exit`. Nothing is copied: a parent of
//! a gigabyte starts a child as fast as one of a megabyte. `vfork(3)` itself cannot be called from Rust
//! (it returns twice, on one stack, and the second return finds the frames of the first overwritten),
//! so the child gets a stack of its own, as in glibc's `posix_spawn`.
//!
//! Why this is sound:
//!
//! - *Memory.* The child reads the plan and writes one [`Report`], both on the stack of the sleeping
//!   thread, and its own stack, which no other thread knows. The kernel wakes the parent only after the
//!   child has left the memory, so the report is read after the last write to it.
//! - *Signals.* All are blocked in the calling thread before the child exists, hence in the child as
//!   well: a handler of ours cannot run in it, where it would change our memory on behalf of another
//!   process. The child resets handlers before it unblocks anything. The thread's own mask is put back
//!   when it is awake again; until then its signals wait.
//! - *Other threads* go on running. They see the child's stores only if they know its stack, and the
//!   child takes no lock that they may hold (see `steps`).
//! - *errno* is a variable of the thread, which the child uses with its thread pointer while the owner
//!   sleeps.
//! - *Death of the child* before `execve` (`SIGKILL`, out of memory) wakes the parent as well; there is no
//!   report then, and `wait` tells the rest.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::c_void;
use std::os::fd::{FromRawFd, OwnedFd};
use std::ptr::{self, NonNull};

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::signal::{SigSet, SigmaskHow, pthread_sigmask};
use nix::unistd::Pid;

use super::child::{Child, wait_for};
use super::error::Failure;
use super::plan::Plan;
use super::{Step, forked, steps};

/// What `_exit` is called with after a report. Nobody sees it.
const NOT_STARTED: c_int = 127;

/// Everything that the child touches, besides its stack.
struct Report<'plan, 'spawn> {
    plan: &'plan Plan<'spawn>,
    failure: Option<Failure>,
}

pub(super) fn start(plan: &Plan) -> Result<Child, Failure> {
    if plan.stoppable {
        return forked::start(plan).map(|pid| Child::new(pid, None));
    }
    thread_local! {
        /// Kept for the next child: fresh pages would cost more than the call.
        static STACK: RefCell<Option<Stack>> = const { RefCell::new(None) };
    }
    STACK.with_borrow_mut(|kept| {
        let stack = match kept {
            Some(stack) => stack,
            None => kept.insert(Stack::new()?),
        };
        start_on(stack, plan)
    })
}

fn start_on(stack: &mut Stack, plan: &Plan) -> Result<Child, Failure> {
    let mut report = Report {
        plan,
        failure: None,
    };
    let (pid, pidfd) = with_signals_blocked(|| clone(stack, &mut report))?;
    // SAFETY: `report` is alive; the compiler is to read it anew, since another process wrote to it.
    match unsafe { ptr::read_volatile(&raw const report.failure) } {
        None => Ok(Child::new(pid, pidfd)),
        Some(failure) => {
            // It has ended, or is about to. ECHILD (who ignores SIGCHLD has no zombies) is as good.
            let _ = wait_for(pid, 0);
            Err(failure)
        }
    }
}

fn with_signals_blocked<T>(run: impl FnOnce() -> Result<T, Errno>) -> Result<T, Failure> {
    let failed = |errno| Failure {
        step: Step::Create,
        errno,
    };
    let mut before = SigSet::empty();
    let all = SigSet::all();
    pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&all), Some(&mut before)).map_err(failed)?;
    let result = run();
    pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None).map_err(failed)?;
    result.map_err(failed)
}

fn clone(stack: &mut Stack, report: &mut Report) -> nix::Result<(Pid, Option<OwnedFd>)> {
    let wants_pidfd = report.plan.pidfd;
    let mut flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    if wants_pidfd {
        flags |= libc::CLONE_PIDFD;
    }
    let mut pidfd: c_int = -1;
    let (top, argument) = (stack.top(), ptr::from_mut(report).cast::<c_void>());
    // SAFETY: the stack is mapped, used by nobody else and large enough for `steps`; `report` and
    // `pidfd` stay alive since this thread sleeps while the child uses them.
    let pid = unsafe { libc::clone(child, top, flags, argument, &raw mut pidfd) };
    let pid = Pid::from_raw(Errno::result(pid)?);
    let owned = wants_pidfd.then(|| {
        // SAFETY: the kernel made it for us, and nobody else knows its number.
        unsafe { OwnedFd::from_raw_fd(pidfd) }
    });
    Ok((pid, owned))
}

extern "C" fn child(argument: *mut c_void) -> c_int {
    let report = argument.cast::<Report>();
    // SAFETY: `clone` was given a report, whose owner sleeps.
    let report = unsafe { &mut *report };
    report.failure = Some(steps::run(report.plan));
    // SAFETY: ends this process, and runs nothing that the parent has registered for its own end.
    unsafe { libc::_exit(NOT_STARTED) }
}

/// Memory for the child's calls, with a page below it that may not be touched.
struct Stack {
    lowest: NonNull<c_void>,
}

impl Stack {
    /// `steps` needs less than a tenth, and no handler can run on it.
    const SIZE: usize = 64 * 1024;
    /// The largest page that Linux has on our machines.
    const GUARD: usize = 64 * 1024;

    fn new() -> Result<Self, Failure> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK;
        let (length, access) = (Self::GUARD + Self::SIZE, libc::PROT_READ | libc::PROT_WRITE);
        // SAFETY: a new map at a place that the kernel chooses.
        let memory = unsafe { libc::mmap(ptr::null_mut(), length, access, flags, -1, 0) };
        let lowest = match NonNull::new(memory) {
            Some(lowest) if memory != libc::MAP_FAILED => lowest,
            _ => return Err(Failure::last(Step::Create)),
        };
        let stack = Self { lowest };
        // SAFETY: the lower part of the map that was just made.
        match unsafe { libc::mprotect(memory, Self::GUARD, libc::PROT_NONE) } {
            -1 => Err(Failure::last(Step::Create)),
            _ => Ok(stack),
        }
    }

    /// Stacks grow down. Maps begin and end at pages, so this is aligned for any machine.
    fn top(&mut self) -> *mut c_void {
        // SAFETY: one past the end of the map.
        unsafe { self.lowest.as_ptr().byte_add(Self::GUARD + Self::SIZE) }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own map, and no child is on it: its parent would sleep.
        unsafe { libc::munmap(self.lowest.as_ptr(), Self::GUARD + Self::SIZE) };
    }
}

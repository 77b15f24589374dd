//! A timer on the processor time of one thread of the system, whose signal goes to that thread.
//!
//! An idle scheduler uses no processor time and so gets no signals. The kernel looks at such timers when its
//! clock ticks, so a slice is a few milliseconds at the least.
//!
//! Sound: the handler changes nothing of a thread unless that has [promised](super::preemptible) that it may
//! be stopped anywhere, runs on its own stack, and is not in the scheduler. Then it does what
//! [`yield_now`](super::super::yield_now) does, and any number of threads may run before it returns. On
//! any other thread of the process it finds no scheduler, and does nothing.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::errno::Errno;
use nix::libc::c_int;
use nix::sys::signal::{
    SaFlags, SigAction, SigEvent, SigHandler, SigSet, SigevNotify, Signal, sigaction,
};
use nix::sys::timer::{Expiration, Timer, TimerSetTimeFlags};
use nix::time::ClockId;
use nix::unistd::gettid;

use crate::green::scheduler::{self, Leaving};

thread_local! {
    /// The turn that the last signal has seen.
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

/// As long as there is one, threads that are not over within `slice` are stopped.
pub(in crate::green) struct Ticker(#[expect(dead_code, reason = "its drop ends it")] Timer);

impl Ticker {
    pub(in crate::green) fn start(slice: Duration) -> io::Result<Self> {
        install()?;
        let this_thread = SigevNotify::SigevThreadId {
            signal: Signal::SIGURG,
            thread_id: gettid().as_raw(),
            si_value: 0,
        };
        let event = SigEvent::new(this_thread);
        let mut timer = Timer::new(ClockId::CLOCK_THREAD_CPUTIME_ID, event)?;
        // An interval of 0 would be no timer at all.
        let slice = slice.max(Duration::from_millis(1));
        timer.set(
            Expiration::Interval(slice.into()),
            TimerSetTimeFlags::empty(),
        )?;
        Ok(Ticker(timer))
    }
}

/// For the whole process, once.
fn install() -> io::Result<()> {
    static DONE: OnceLock<nix::Result<()>> = OnceLock::new();
    let done = DONE.get_or_init(|| {
        // A system call that it interrupts goes on by itself; those that do not would fail with EINTR.
        let flags = SaFlags::SA_NODEFER | SaFlags::SA_RESTART;
        let action = SigAction::new(SigHandler::Handler(on_tick), flags, SigSet::empty());
        // SAFETY: the module's head says why the handler may do what it does.
        unsafe { sigaction(Signal::SIGURG, &action) }.map(drop)
    });
    Ok((*done)?)
}

extern "C" fn on_tick(_: c_int) {
    let errno = Errno::last_raw();
    let place = (&raw const errno).addr();
    scheduler::here(|scheduler, thread| {
        if thread.locks.is_free()
            && thread.stack_bounds.contains(&place)
            && SEEN.replace(scheduler.turn()) == scheduler.turn()
        {
            let before = thread.preemptions.load(Ordering::Relaxed);
            thread.preemptions.store(before + 1, Ordering::Relaxed);
            scheduler.leave(thread, Leaving::Yields);
        }
    });
    Errno::set_raw(errno);
}

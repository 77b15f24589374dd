//! To take the processor from a thread that does not give it.
//!
//! A loop without a call of ours in it holds up everybody. So a timer has the kernel send `SIGURG` every few
//! milliseconds of processor time, and its handler, which runs on top of whatever it has interrupted,
//! *switches to the scheduler from within itself*. The interrupted thread is then like any other: its
//! registers that a function preserves lie where [`switch`](super::switch) pushed them, and all others in
//! the frame that the kernel pushed for the signal. Its next turn begins inside the handler, which returns,
//! and `sigreturn` gives it its registers back.
//!
//! ```text
//!   thread's stack:  ... loop | frame of the signal | handler | switch
//! ```
//!
//! Four things make that possible. The handler runs on the thread's own stack (no `SA_ONSTACK`: the alternate
//! stack is one, and those who stop are many). The signal is not blocked while its handler runs
//! (`SA_NODEFER`), or the next thread could not be stopped. `errno`, which all of them share, is saved. And
//! threads do not move to another thread of the system, so what the compiler has kept of a thread-local's
//! address stays right.
//!
//! # What it must not interrupt
//!
//! The trouble is not the switch, it is the middle of what. A thread that is stopped in `malloc` has the
//! allocator's lists half changed, and the next thread that allocates works on them: one thread of the
//! system, one cache in the C library. The same goes for each `thread_local!`, for standard output, for a
//! `RefCell`, for the count of an `Rc`. That is POSIX's rule for handlers, seen from the other side: after a
//! handler that may do anything, the interrupted function has to be one that is *async-signal-safe*
//! (signal-safety(7)). Almost nothing is.
//!
//! So threads cannot be stopped by default, and a piece of code that can says so: [`preemptible`]. It is
//! `unsafe`, for no compiler checks its promise. Parts of the scheduler that it calls stop the stopping
//! for as long as they last, by a count in the thread, as Go's `m.locks` does; and
//! [`without_preemption`] is that for everything else.
//!
//! # Why Go can do more
//!
//! Go sends the same signal, from sysmon, with `tgkill`. (It chose `SIGURG` because nobody else wants it,
//! because debuggers pass it on, and because one too many does no harm.) But its handler looks at the
//! program counter first. Go's compiler has written down, for each instruction of a Go function, whether a
//! goroutine may be stopped there, an *asynchronous safe point*; the runtime with its allocator, and C, have none,
//! and where `m.locks` is not 0 it is left alone too. If it may, the handler does not switch: it changes the
//! interrupted context so that on return the goroutine seems to have called `asyncPreempt`, which pushes
//! all registers itself. The kernel's frame would not do for Go: handlers run on a stack of their own there, and
//! the collector has to find pointers in what is pushed. A library for Rust has no list of safe points. So
//! the programmer is the one who writes it.

use super::scheduler;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod system;

pub(super) use system::Ticker;

/// Runs `f`, which may be stopped between any two instructions if the scheduler was told to, see
/// [`Builder::preempt_every`](super::Builder::preempt_every). Outside of green threads it only runs `f`.
///
/// `Send` keeps it from what threads cannot share, such as an `Rc`. The rest is a promise.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use std::time::Duration;
/// use concurrency::green;
///
/// static OVER: AtomicBool = AtomicBool::new(false);
/// # #[cfg(target_os = "linux")]
/// green::Builder::new().preempt_every(Duration::from_millis(5)).run(|| {
///     let other = green::spawn(|| OVER.store(true, Ordering::Relaxed));
///     let endless = || while !OVER.load(Ordering::Relaxed) {};
///     // SAFETY: it loads an atomic, and nothing else.
///     unsafe { green::preemptible(endless) };
///     other.join().unwrap();
/// })?;
/// # Ok::<(), green::RunError>(())
/// ```
///
/// # Safety
///
/// While `f` runs, other green threads may run, in the middle of any line of it. So all that it calls has to
/// be async-signal-safe, as if it were interrupted by a handler that does everything: it does not allocate
/// or free, uses no thread-local and no standard input or output, takes no lock, and does not panic. Of this module it
/// may call [`yield_now`](super::yield_now) and [`sleep`](super::sleep), and do anything else
/// [`without_preemption`]. There has to be room on the stack for the frame of a signal, which is up to
/// eleven kilobytes.
#[allow(unsafe_code)]
pub unsafe fn preemptible<R>(f: impl FnOnce() -> R + Send) -> R {
    with_locks(|locks| locks.saturating_sub(1), f)
}

/// Runs `f`, during which the thread is not stopped. It is what everything in a [`preemptible`] piece of code
/// needs that is not async-signal-safe; elsewhere it only runs `f`.
pub fn without_preemption<R>(f: impl FnOnce() -> R) -> R {
    with_locks(|locks| locks + 1, f)
}

fn with_locks<R>(change: impl FnOnce(u32) -> u32, f: impl FnOnce() -> R) -> R {
    let mut f = Some(f);
    let mut run = || f.take().expect("it runs once, on a green thread or not")();
    let ran = scheduler::here(|_, thread| {
        let _changed = thread.locks.change(change);
        run()
    });
    ran.unwrap_or_else(run)
}

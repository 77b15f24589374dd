//! A stack that is full: who it was, and the end.
//!
//! The frame that reaches the guard page faults, and the kernel sends `SIGSEGV` (macOS: `SIGBUS`). No handler
//! can run on the stack that is full, so it runs on the *alternate* stack of the thread of the system. It sees
//! whether the address is in the guard page of the thread that has its turn, says which one that is, and
//! aborts: half a call cannot be taken back. Without the guard the frames would run on into whatever is
//! mapped below, most often the stack of another thread.
//!
//! A fault anywhere else is not ours. The action that was there before is put back, and the instruction
//! tried again; for a Rust program that is std's, which knows the stacks of threads of the system.
//!
//! One case is told less well: when the kernel has no room to push the frame of *another* signal, it
//! kills with a `SIGSEGV` that has no address.
//!
//! Sound: the handler reads what is settled when a thread is made, and calls `write`, `sigaction` and
//! `abort`, which are async-signal-safe. The alternate stack is there until the one before is back.
#![allow(unsafe_code)]

use std::fmt::Write;
use std::io;
use std::mem::MaybeUninit;
use std::process::abort;
use std::ptr;
use std::sync::OnceLock;

use nix::libc::{self, c_int, c_void, siginfo_t, stack_t};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

use super::scheduler;
use super::stack::Stack;
use super::thread::Inner;

/// Room for the largest frame that a signal pushes, eleven kilobytes with all of a Xeon's registers, and
/// the formatting of a line.
const SIZE: usize = 64 << 10;

/// What a page says that may not be touched.
const SIGNAL: Signal = match cfg!(target_os = "macos") {
    true => Signal::SIGBUS,
    false => Signal::SIGSEGV,
};

/// The action for it that was there before.
static BEFORE: OnceLock<nix::Result<SigAction>> = OnceLock::new();

/// The alternate stack of this thread of the system, until it is dropped.
pub(super) struct Watch {
    before: stack_t,
    _stack: Stack,
}

impl Watch {
    pub(super) fn start() -> io::Result<Self> {
        install()?;
        let stack = Stack::new(SIZE)?;
        let ours = stack_t {
            ss_sp: stack.top().wrapping_sub(stack.usable().len()).cast(),
            ss_flags: 0,
            ss_size: stack.usable().len(),
        };
        let mut before = MaybeUninit::uninit();
        // SAFETY: the memory is ours, and stays until the drop below has put the old one back.
        let outcome = unsafe { libc::sigaltstack(&raw const ours, before.as_mut_ptr()) };
        nix::errno::Errno::result(outcome)?;
        // SAFETY: the call that succeeded has filled it.
        let mut before = unsafe { before.assume_init() };
        if before.ss_flags & libc::SS_DISABLE != 0 {
            // macOS looks at the size even so.
            before.ss_size = SIZE;
        }
        Ok(Watch {
            before,
            _stack: stack,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: it was this thread's before, by whom it belongs to, and nobody is on ours now: no
        // handler runs here. The `Watch` is in the frame of `run`, so this is the same thread.
        let outcome = unsafe { libc::sigaltstack(&raw const self.before, ptr::null_mut()) };
        if outcome != 0 {
            // A handler would run on pages that are gone.
            abort();
        }
    }
}

/// For the whole process, once.
fn install() -> io::Result<()> {
    let before = BEFORE.get_or_init(|| {
        let handler = SigHandler::SigAction(on_fault);
        let ours = SigAction::new(handler, SaFlags::SA_ONSTACK, SigSet::empty());
        // SAFETY: the handler does only what a handler may, as the module's head says.
        unsafe { sigaction(SIGNAL, &ours) }
    });
    before.map(drop).map_err(io::Error::from)
}

extern "C" fn on_fault(_: c_int, info: *mut siginfo_t, _: *mut c_void) {
    // SAFETY: the kernel gives a handler with SA_SIGINFO what has happened.
    let info = unsafe { &*info };
    // SAFETY: for the signal that this handler is for it is the address.
    let address = unsafe { info.si_addr() }.addr();
    scheduler::here(|_, thread| {
        if thread.guard.contains(&address) {
            report(thread);
            abort();
        }
    });
    let put_back = BEFORE.get().copied().and_then(Result::ok).map(|before| {
        // SAFETY: it was there before, and who set it answers for it.
        unsafe { sigaction(SIGNAL, &before) }
    });
    if !matches!(put_back, Some(Ok(_))) {
        abort();
    }
}

fn report(thread: &Inner) {
    let mut line = Line {
        bytes: [0; 256],
        length: 0,
    };
    let size = thread.stack_bounds.len();
    // A longer name is cut off.
    let _ = write!(line, "\n{thread} has overflowed its stack of {size} bytes");
    let _ = nix::unistd::write(io::stderr(), &line.bytes[..line.length]);
    let _ = nix::unistd::write(io::stderr(), b"\n");
}

/// Text without an allocator.
struct Line {
    bytes: [u8; 256],
    length: usize,
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = &mut self.bytes[self.length..];
        let length = text.len().min(room.len());
        room[..length].copy_from_slice(&text.as_bytes()[..length]);
        self.length += length;
        if length < text.len() {
            Err(std::fmt::Error)
        } else {
            Ok(())
        }
    }
}

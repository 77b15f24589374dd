//! The requests of ptrace(2) that the tracer makes, each as a function with types, and wait(2).
//!
//! All of them but [`seize`] and [`interrupt`] need a task that is *stopped*, and a stopped task can
//! still be killed: any of them may fail with `ESRCH` at any time. That is no failure of the tracer.
//! The task's end will be reported by [`wait`] like everyone's.
#![allow(unsafe_code)]
// Soundness: ptrace changes another process, which no pointer of ours can tell. The requests that
// write into this process do so through the data argument; each of those is in a function of its own
// beside a buffer of the size that the kernel's documentation states.

use std::ffi::c_void;
use std::mem;

use nix::errno::Errno;
use nix::libc::{self, c_int};

use super::registers::Registers;
use crate::event::Pid;

/// Stops for calls carry this bit beside `SIGTRAP`, so that no signal is taken for one.
const CALL_STOP: c_int = libc::SIGTRAP | 0x80;

/// Not in every C library's headers; linux/ptrace.h.
const PTRACE_EVENT_STOP: c_int = 128;
const PTRACE_GET_SYSCALL_INFO: libc::c_uint = 0x420e;

/// What every traced task is asked to report: births, programs executed, calls chosen by seccomp.
/// Tasks inherit it from the task that starts them.
const REPORT: c_int = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACESECCOMP;

/// What [`wait`] reports of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// Ended by itself, with this status.
    Exited(i32),
    /// Ended by a signal.
    Killed { signal: i32, core_dumped: bool },
    /// Stands still until it is resumed.
    Stopped(Stop),
}

/// Why a task stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Enters a call, or leaves one; [`call_info`] says which.
    Call,
    /// Enters a call that the seccomp filter has chosen.
    Chosen,
    /// Has started a task; [`event_message`] is its number.
    Started,
    /// Has executed a program; [`event_message`] is the number of the thread that did.
    Executed,
    /// This signal is about to be delivered.
    Signal(i32),
    /// Stopped by job control, with this signal.
    Group(i32),
    /// [`interrupt`] took effect, or the task is new, or job control lets it go on.
    Interrupted,
}

impl Report {
    /// Reads a wait status.
    fn from_status(status: c_int) -> Self {
        if libc::WIFEXITED(status) {
            return Self::Exited(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Self::Killed {
                signal: libc::WTERMSIG(status),
                core_dumped: libc::WCOREDUMP(status),
            };
        }
        let signal = libc::WSTOPSIG(status);
        Self::Stopped(match status >> 16 {
            0 if signal == CALL_STOP => Stop::Call,
            0 => Stop::Signal(signal),
            libc::PTRACE_EVENT_SECCOMP => Stop::Chosen,
            libc::PTRACE_EVENT_EXEC => Stop::Executed,
            libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
                Stop::Started
            }
            PTRACE_EVENT_STOP if signal != libc::SIGTRAP => Stop::Group(signal),
            _ => Stop::Interrupted,
        })
    }
}

/// Waits for a report of any task that this thread traces. With `block` false it returns `None` when
/// there is none at the moment.
///
/// `__WALL` includes threads and children without an exit signal; `__WNOTHREAD` leaves out children
/// of this program's other threads: it is not for the tracer to reap those.
pub(super) fn wait(block: bool) -> Result<Option<(Pid, Report)>, Errno> {
    let flags = libc::__WALL | libc::__WNOTHREAD | if block { 0 } else { libc::WNOHANG };
    let mut status = 0;
    // SAFETY: `status` is a live c_int.
    let tid = Errno::result(unsafe { libc::waitpid(-1, &mut status, flags) })?;
    Ok((tid != 0).then(|| (tid, Report::from_status(status))))
}

/// How a task goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    /// Until it enters or leaves a call.
    ToCall,
    /// Until something else happens to it.
    Freely,
    /// Not at all: it stays stopped by job control, and reports when that ends.
    Listen,
}

/// Makes a running task a traced one, without stopping it. With `ours`, its end comes with ours.
pub(super) fn seize(tid: Pid, ours: bool) -> Result<(), Errno> {
    let kill = if ours { libc::PTRACE_O_EXITKILL } else { 0 };
    plain(libc::PTRACE_SEIZE as _, tid, (REPORT | kill) as usize)
}

/// Has a task report a stop as soon as it can.
pub(super) fn interrupt(tid: Pid) -> Result<(), Errno> {
    plain(libc::PTRACE_INTERRUPT as _, tid, 0)
}

/// Lets a task go on, with a signal that is to be delivered, or 0.
pub(super) fn resume(tid: Pid, how: Resume, signal: i32) -> Result<(), Errno> {
    match how {
        Resume::ToCall => plain(libc::PTRACE_SYSCALL as _, tid, signal as usize),
        Resume::Freely => plain(libc::PTRACE_CONT as _, tid, signal as usize),
        Resume::Listen => plain(libc::PTRACE_LISTEN as _, tid, 0),
    }
}

/// Ends the tracing of a task; it goes on, with a signal that is to be delivered, or 0.
pub(super) fn detach(tid: Pid, signal: i32) -> Result<(), Errno> {
    plain(libc::PTRACE_DETACH as _, tid, signal as usize)
}

/// A request whose data argument is a number.
fn plain(request: libc::c_uint, tid: Pid, data: usize) -> Result<(), Errno> {
    let nowhere = std::ptr::null_mut::<c_void>();
    // SAFETY: the requests made through here read and write no memory of this process.
    let result = unsafe { libc::ptrace(request as _, tid, nowhere, data) };
    Errno::result(result).map(drop)
}

/// The number that belongs to the stop: of the new task, or of the thread that executed.
pub(super) fn event_message(tid: Pid) -> Result<Pid, Errno> {
    let mut message: libc::c_ulong = 0;
    let nowhere = std::ptr::null_mut::<c_void>();
    // SAFETY: the request writes one unsigned long, into `message`.
    let result = unsafe {
        libc::ptrace(
            libc::PTRACE_GETEVENTMSG as _,
            tid,
            nowhere,
            &raw mut message,
        )
    };
    Errno::result(result).map(|_| message as Pid)
}

/// All that is known of the signal at which a task stopped.
pub(super) fn signal_info(tid: Pid) -> Result<libc::siginfo_t, Errno> {
    // SAFETY: a siginfo_t is numbers and addresses, for which zero is a value.
    let mut info: libc::siginfo_t = unsafe { mem::zeroed() };
    let nowhere = std::ptr::null_mut::<c_void>();
    // SAFETY: the request writes one siginfo_t, into `info`.
    let result = unsafe { libc::ptrace(libc::PTRACE_GETSIGINFO as _, tid, nowhere, &raw mut info) };
    Errno::result(result).map(|_| info)
}

/// Whether a task stands right behind the execve of a program.
pub(super) fn stands_after_execve(tid: Pid) -> bool {
    let code = libc::SIGTRAP | libc::PTRACE_EVENT_EXEC << 8;
    signal_info(tid).is_ok_and(|info| info.si_code == code)
}

/// Where in a call a stopped task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallInfo {
    /// About to enter the kernel.
    Enter {
        /// Which instruction set the call was made by (linux/audit.h).
        architecture: u32,
        number: u64,
        arguments: [u64; 6],
    },
    /// About to go on with this result.
    Leave { result: i64, failed: bool },
    /// Neither: the stop was of another kind.
    None,
}

/// Asks where in a call a stopped task is; `PTRACE_GET_SYSCALL_INFO`, since Linux 5.3.
pub(super) fn call_info(tid: Pid) -> Result<CallInfo, Errno> {
    // struct ptrace_syscall_info is: op (one byte), two paddings, arch (the upper half of the first
    // word), instruction pointer, stack pointer, and then number and arguments, or result and a byte.
    let mut words = [0_u64; 11];
    let size = size_of_val(&words);
    // SAFETY: the request writes at most `size` bytes, into `words`.
    let result =
        unsafe { libc::ptrace(PTRACE_GET_SYSCALL_INFO as _, tid, size, words.as_mut_ptr()) };
    Errno::result(result)?;
    Ok(match words[0] as u8 {
        1 | 3 => CallInfo::Enter {
            architecture: (words[0] >> 32) as u32,
            number: words[3],
            arguments: [words[4], words[5], words[6], words[7], words[8], words[9]],
        },
        2 => CallInfo::Leave {
            result: words[3] as i64,
            failed: words[4] as u8 != 0,
        },
        _ => CallInfo::None,
    })
}

/// Reads a stopped task's registers.
pub(super) fn registers(tid: Pid) -> Result<Registers, Errno> {
    let mut registers = Registers::default();
    let mut window = registers.window();
    // SAFETY: the request writes at most as much as `window` says there is, into `registers`.
    let result = unsafe {
        libc::ptrace(
            libc::PTRACE_GETREGSET as _,
            tid,
            libc::NT_PRSTATUS as usize,
            &raw mut window,
        )
    };
    Errno::result(result).map(|_| registers)
}

/// Writes a stopped task's registers.
pub(super) fn set_registers(tid: Pid, registers: &mut Registers) -> Result<(), Errno> {
    let mut window = registers.window();
    // SAFETY: the request reads as much as `window` says there is, from `registers`.
    let result = unsafe {
        libc::ptrace(
            libc::PTRACE_SETREGSET as _,
            tid,
            libc::NT_PRSTATUS as usize,
            &raw mut window,
        )
    };
    Errno::result(result).map(drop)
}

//! What a signal comes with: who sent it, and why.
//!
//! The kernel's `siginfo_t` is three numbers and a union; which of its members means something
//! depends on the signal and on `si_code` (sigaction(2)).
//!
//! # Soundness
//!
//! The one unsafe operation looks at a `siginfo_t` as bytes; it is a structure of integers without
//! padding, so each of its bytes is initialised.

#![allow(unsafe_code)]

use std::fmt::Write;

use nix::libc;
use nix::sys::signal::Signal;

use super::Context;
use super::bytes::{i32_at, i64_at, u32_at, u64_at};
use crate::errno::Errno;
use crate::table::Architecture;

/// How many bytes a `siginfo_t` has.
pub(crate) const SIZE: usize = size_of::<libc::siginfo_t>();

/// The first signal without a meaning of its own, as the kernel counts. (The C library keeps two for
/// itself and calls a later one `SIGRTMIN`.)
const FIRST_REAL_TIME: i32 = 32;

/// `SIGTERM`, `SIGRTMIN`, `SIGRT_1`; the number when there is no such signal.
#[must_use]
pub fn signal_name(number: i32) -> String {
    match Signal::try_from(number) {
        Ok(signal) => signal.as_str().to_owned(),
        Err(_) => match number {
            FIRST_REAL_TIME => "SIGRTMIN".to_owned(),
            33..=64 => format!("SIGRT_{}", number - FIRST_REAL_TIME),
            _ => number.to_string(),
        },
    }
}

/// A signal's name and what it came with, as strace shows them:
/// `("SIGSEGV", "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}")`.
#[must_use]
pub fn siginfo(info: &libc::siginfo_t) -> (String, String) {
    // SAFETY: `info` is a valid siginfo_t, all of whose `SIZE` bytes are initialised integers.
    let bytes = unsafe { std::ptr::from_ref(info).cast::<[u8; SIZE]>().read() };
    (signal_name(info.si_signo), describe(&bytes))
}

/// Appends a `siginfo_t` that was read from the task.
pub(crate) fn write(context: &mut Context<'_>, info: &[u8; SIZE]) {
    context.push(&describe(info));
}

/// Appends the `siginfo_t` at an address.
pub(crate) fn write_at(context: &mut Context<'_>, address: u64) {
    match context.bytes(address) {
        Some(info) => write(context, &info),
        None => context.address(address),
    }
}

/// Where the members are: three numbers, and the union at the alignment of an address.
mod offset {
    pub(super) const ERRNO: usize = 4;
    pub(super) const CODE: usize = 8;
    pub(super) const PID: usize = 16;
    pub(super) const UID: usize = 20;
    pub(super) const VALUE: usize = 24;
    pub(super) const STATUS: usize = 24;
    pub(super) const USER_TIME: usize = 32;
    pub(super) const SYSTEM_TIME: usize = 40;
    pub(super) const ADDRESS: usize = 16;
    pub(super) const BAND: usize = 16;
    pub(super) const FD: usize = 24;
    pub(super) const TIMER: usize = 16;
    pub(super) const OVERRUN: usize = 20;
    pub(super) const CALL: usize = 24;
    pub(super) const ARCHITECTURE: usize = 28;
    pub(super) const LOWER: usize = 32;
    pub(super) const KEY: usize = 32;
    pub(super) const UPPER: usize = 40;
}

fn describe(info: &[u8]) -> String {
    let signal = i32_at(info, 0);
    if signal == 0 {
        return "{}".to_owned();
    }
    let code = i32_at(info, offset::CODE);
    let name = signal_name(signal);
    let mut text = format!("{{si_signo={name}, si_code={}", code_name(signal, code));
    let errno = i32_at(info, offset::ERRNO);
    if errno != 0 {
        push(&mut text, "si_errno", Errno::from_number(errno).name());
    }
    if code <= 0 {
        sent(&mut text, code, info);
    } else {
        raised(&mut text, signal, code, info);
    }
    text.push('}');
    text
}

fn push(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = write!(text, ", {name}={value}");
}

/// What a program sent, or had sent by a timer.
fn sent(text: &mut String, code: i32, info: &[u8]) {
    if code == libc::SI_TIMER {
        push(
            text,
            "si_timerid",
            Hex(u64::from(u32_at(info, offset::TIMER))),
        );
        push(text, "si_overrun", i32_at(info, offset::OVERRUN));
        return value(text, info);
    }
    sender(text, info);
    if code != libc::SI_USER && code != libc::SI_TKILL && u64_at(info, offset::VALUE) != 0 {
        value(text, info);
    }
}

fn sender(text: &mut String, info: &[u8]) {
    push(text, "si_pid", i32_at(info, offset::PID));
    push(text, "si_uid", u32_at(info, offset::UID));
}

fn value(text: &mut String, info: &[u8]) {
    push(text, "si_int", i32_at(info, offset::VALUE));
    push(text, "si_ptr", Address(u64_at(info, offset::VALUE)));
}

/// What the kernel raised.
fn raised(text: &mut String, signal: i32, code: i32, info: &[u8]) {
    match signal {
        libc::SIGCHLD => child(text, code, info),
        libc::SIGILL | libc::SIGFPE | libc::SIGSEGV | libc::SIGBUS => {
            fault(text, signal, code, info);
        }
        libc::SIGIO => {
            push(text, "si_band", i64_at(info, offset::BAND));
            push(text, "si_fd", i32_at(info, offset::FD));
        }
        libc::SIGSYS => refused_call(text, info),
        _ => {
            if u64_at(info, offset::PID) != 0 {
                sender(text, info);
            }
            if u64_at(info, offset::VALUE) != 0 {
                value(text, info);
            }
        }
    }
}

/// The end of a child, or another change in it.
fn child(text: &mut String, code: i32, info: &[u8]) {
    sender(text, info);
    let status = i32_at(info, offset::STATUS);
    if code == libc::CLD_EXITED {
        push(text, "si_status", status);
    } else {
        push(text, "si_status", signal_name(status));
    }
    push(text, "si_utime", u64_at(info, offset::USER_TIME));
    push(text, "si_stime", u64_at(info, offset::SYSTEM_TIME));
}

/// An instruction that cannot be executed, or memory that cannot be had.
fn fault(text: &mut String, signal: i32, code: i32, info: &[u8]) {
    push(text, "si_addr", Address(u64_at(info, offset::ADDRESS)));
    match (signal, code) {
        (libc::SIGSEGV, SEGV_BNDERR) => {
            push(text, "si_lower", Address(u64_at(info, offset::LOWER)));
            push(text, "si_upper", Address(u64_at(info, offset::UPPER)));
        }
        (libc::SIGSEGV, SEGV_PKUERR) => {
            push(text, "si_pkey", u32_at(info, offset::KEY));
        }
        _ => {}
    }
}

/// A system call that a seccomp filter did not let through.
fn refused_call(text: &mut String, info: &[u8]) {
    push(text, "si_call_addr", Address(u64_at(info, offset::ADDRESS)));
    let number = u64::from(u32_at(info, offset::CALL));
    match Architecture::HERE.name(number) {
        Some(name) => push(text, "si_syscall", format_args!("__NR_{name}")),
        None => push(text, "si_syscall", number),
    }
    let architecture = u32_at(info, offset::ARCHITECTURE);
    match AUDIT.iter().find(|(number, _)| *number == architecture) {
        Some((_, name)) => push(text, "si_arch", name),
        None => push(text, "si_arch", Hex(u64::from(architecture))),
    }
}

/// The kernel's names of architectures (linux/audit.h).
const AUDIT: &[(u32, &str)] = &[
    (0xc000_003e, "AUDIT_ARCH_X86_64"),
    (0x4000_0003, "AUDIT_ARCH_I386"),
    (0xc000_00b7, "AUDIT_ARCH_AARCH64"),
    (0x4000_0028, "AUDIT_ARCH_ARM"),
];

const SEGV_BNDERR: i32 = 3;
const SEGV_PKUERR: i32 = 4;

/// `0x7f…` or `NULL`.
struct Address(u64);

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => f.write_str("NULL"),
            address => write!(f, "{address:#x}"),
        }
    }
}

/// `0x7f…` or `0`.
struct Hex(u64);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => f.write_str("0"),
            number => write!(f, "{number:#x}"),
        }
    }
}

fn code_name(signal: i32, code: i32) -> String {
    let general = GENERAL.iter().find(|(number, _)| *number == code);
    if let Some((_, name)) = general {
        return (*name).to_owned();
    }
    let index = usize::try_from(code).unwrap_or(0).wrapping_sub(1);
    match codes(signal).get(index) {
        Some(name) => (*name).to_owned(),
        None => format!("{}", Hex(u64::from(code.cast_unsigned()))),
    }
}

/// Codes that any signal can have.
const GENERAL: &[(i32, &str)] = &[
    (0, "SI_USER"),
    (0x80, "SI_KERNEL"),
    (-1, "SI_QUEUE"),
    (-2, "SI_TIMER"),
    (-3, "SI_MESGQ"),
    (-4, "SI_ASYNCIO"),
    (-5, "SI_SIGIO"),
    (-6, "SI_TKILL"),
    (-7, "SI_DETHREAD"),
    (-60, "SI_ASYNCNL"),
];

/// The codes of one signal, from 1.
fn codes(signal: i32) -> &'static [&'static str] {
    match signal {
        libc::SIGILL => &[
            "ILL_ILLOPC",
            "ILL_ILLOPN",
            "ILL_ILLADR",
            "ILL_ILLTRP",
            "ILL_PRVOPC",
            "ILL_PRVREG",
            "ILL_COPROC",
            "ILL_BADSTK",
        ],
        libc::SIGFPE => &[
            "FPE_INTDIV",
            "FPE_INTOVF",
            "FPE_FLTDIV",
            "FPE_FLTOVF",
            "FPE_FLTUND",
            "FPE_FLTRES",
            "FPE_FLTINV",
            "FPE_FLTSUB",
        ],
        libc::SIGSEGV => &["SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR"],
        libc::SIGBUS => &[
            "BUS_ADRALN",
            "BUS_ADRERR",
            "BUS_OBJERR",
            "BUS_MCEERR_AR",
            "BUS_MCEERR_AO",
        ],
        libc::SIGTRAP => &["TRAP_BRKPT", "TRAP_TRACE", "TRAP_BRANCH", "TRAP_HWBKPT"],
        libc::SIGCHLD => &[
            "CLD_EXITED",
            "CLD_KILLED",
            "CLD_DUMPED",
            "CLD_TRAPPED",
            "CLD_STOPPED",
            "CLD_CONTINUED",
        ],
        libc::SIGIO => &[
            "POLL_IN", "POLL_OUT", "POLL_MSG", "POLL_ERR", "POLL_PRI", "POLL_HUP",
        ],
        libc::SIGSYS => &["SYS_SECCOMP"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A siginfo_t with these numbers of 32 bits at these offsets.
    fn described(fields: &[(usize, i32)]) -> String {
        let mut bytes = [0; SIZE];
        for (offset, number) in fields {
            bytes[*offset..offset + 4].copy_from_slice(&number.to_ne_bytes());
        }
        describe(&bytes)
    }

    #[test]
    fn signals_have_names() {
        assert_eq!(signal_name(libc::SIGTERM), "SIGTERM");
        assert_eq!(signal_name(32), "SIGRTMIN");
        assert_eq!(signal_name(35), "SIGRT_3");
        assert_eq!(signal_name(64), "SIGRT_32");
        assert_eq!(signal_name(65), "65");
        assert_eq!(signal_name(i32::MIN), "-2147483648");
    }

    #[test]
    fn the_end_of_a_child_tells_its_status() {
        let exited = described(&[(0, libc::SIGCHLD), (8, 1), (16, 77), (20, 5), (24, 3)]);
        assert_eq!(
            exited,
            "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=77, si_uid=5, si_status=3, \
             si_utime=0, si_stime=0}"
        );
        let killed = described(&[(0, libc::SIGCHLD), (8, 2), (16, 77), (24, 9)]);
        assert!(killed.contains("si_code=CLD_KILLED"), "{killed}");
        assert!(killed.contains("si_status=SIGKILL"), "{killed}");
    }

    #[test]
    fn a_fault_tells_its_address() {
        assert_eq!(
            described(&[(0, libc::SIGSEGV), (8, 1)]),
            "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}"
        );
    }

    #[test]
    fn what_was_sent_tells_the_sender() {
        let user = described(&[(0, libc::SIGUSR1), (16, 77), (20, 5), (24, 9)]);
        assert_eq!(
            user,
            "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=77, si_uid=5}"
        );
        let queued = described(&[(0, libc::SIGUSR1), (8, -1), (16, 77), (24, 7)]);
        assert_eq!(
            queued,
            "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=77, si_uid=0, si_int=7, si_ptr=0x7}"
        );
    }

    #[test]
    fn what_the_kernel_sends_needs_no_sender() {
        assert_eq!(
            described(&[(0, libc::SIGALRM), (8, 0x80)]),
            "{si_signo=SIGALRM, si_code=SI_KERNEL}"
        );
        assert_eq!(described(&[]), "{}");
    }

    #[test]
    fn a_siginfo_is_read_as_it_stands() {
        // SAFETY: a siginfo_t is integers, for which zero is a value.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        info.si_signo = libc::SIGALRM;
        info.si_code = 0x80;
        let (name, text) = siginfo(&info);
        assert_eq!(name, "SIGALRM");
        assert_eq!(text, "{si_signo=SIGALRM, si_code=SI_KERNEL}");
    }
}

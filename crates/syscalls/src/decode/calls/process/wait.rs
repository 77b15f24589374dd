//! How a child ended: the status that wait hands out, and what the child used.

use nix::libc;

use crate::decode::Argument::{Choice, Flags, In, Int, Out, OutAlways};
use crate::decode::bytes::i64_at;
use crate::decode::named::{self, named};
use crate::decode::siginfo;
use crate::decode::{Argument, Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "wait4",
        &[Int, OutAlways(status), Flags(&OPTIONS), Out(reaped_usage)],
    ),
    Signature::new(
        "waitid",
        &[
            Choice(&WHOM),
            In(whom),
            Out(info),
            Flags(&OPTIONS),
            Out(usage),
        ],
    ),
    Signature::new("getrusage", &[Choice(&WHOSE), Out(usage)]),
    Signature::new("pidfd_open", &[Int, Flags(&PIDFD)]).returns(crate::decode::ResultKind::Fd),
    Signature::new("pidfd_getfd", &[Argument::Fd, Int, Argument::Unsigned])
        .returns(crate::decode::ResultKind::Fd),
];

const OPTIONS: named::Flags = named::Flags {
    names: &[
        (1, "WNOHANG"),
        (4, "WEXITED"),
        (2, "WSTOPPED"),
        (8, "WCONTINUED"),
        (0x0100_0000, "WNOWAIT"),
        (0x8000_0000, "__WCLONE"),
        (0x4000_0000, "__WALL"),
        (0x2000_0000, "__WNOTHREAD"),
    ],
    unknown: "W???",
};

const WHOM: named::Choice = named::Choice {
    names: named![P_ALL, P_PID, P_PGID, P_PIDFD],
    unknown: "P_???",
};

const WHOSE: named::Choice = named::Choice {
    names: &[
        (0, "RUSAGE_SELF"),
        (0xffff_ffff, "RUSAGE_CHILDREN"),
        (0xffff_fffe, "RUSAGE_BOTH"),
        (1, "RUSAGE_THREAD"),
    ],
    unknown: "RUSAGE_???",
};

const PIDFD: named::Flags = named::Flags {
    names: &[
        (libc::O_NONBLOCK as u64, "PIDFD_NONBLOCK"),
        (libc::O_EXCL as u64, "PIDFD_THREAD"),
    ],
    unknown: "PIDFD_???",
};

fn whom(context: &mut Context<'_>, id: u64) {
    if context.registers[0] as u32 == libc::P_PIDFD {
        context.fd(id as i32);
    } else {
        context.format(format_args!("{}", id as i32));
    }
}

/// Nothing is written when no child had anything to report.
fn reported(context: &Context<'_>) -> bool {
    context.success().is_some_and(|pid| pid > 0)
}

/// `[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]`, in the words of the macros that take a status apart.
fn status(context: &mut Context<'_>, address: u64) {
    match context.u32(address).filter(|_| reported(context)) {
        Some(status) => write_status(context, status.cast_signed()),
        None => context.address(address),
    }
}

fn write_status(context: &mut Context<'_>, status: i32) {
    context.push("[{");
    if libc::WIFSTOPPED(status) {
        context.push("WIFSTOPPED(s) && WSTOPSIG(s) == ");
        write_stop_signal(context, libc::WSTOPSIG(status));
    } else if libc::WIFSIGNALED(status) {
        context.push("WIFSIGNALED(s) && WTERMSIG(s) == ");
        context.signal(libc::WTERMSIG(status));
        if libc::WCOREDUMP(status) {
            context.push(" && WCOREDUMP(s)");
        }
    } else if libc::WIFEXITED(status) {
        let code = libc::WEXITSTATUS(status);
        context.format(format_args!("WIFEXITED(s) && WEXITSTATUS(s) == {code}"));
    } else if libc::WIFCONTINUED(status) {
        context.push("WIFCONTINUED(s)");
    } else {
        context.format(format_args!("{status:#x}"));
    }
    context.push("}");
    if libc::WIFSTOPPED(status) {
        ptrace_event(context, status >> 16);
    }
    context.push("]");
}

/// A tracer that asked for it sees calls as a signal with the eighth bit set.
fn write_stop_signal(context: &mut Context<'_>, signal: i32) {
    context.signal(signal & 0x7f);
    if signal & 0x80 != 0 {
        context.push(" | 0x80");
    }
}

/// What ptrace puts above the sixteen bits of a status.
fn ptrace_event(context: &mut Context<'_>, event: i32) {
    const EVENTS: named::Choice = named::Choice {
        names: named![
            PTRACE_EVENT_FORK,
            PTRACE_EVENT_VFORK,
            PTRACE_EVENT_CLONE,
            PTRACE_EVENT_EXEC,
            PTRACE_EVENT_VFORK_DONE,
            PTRACE_EVENT_EXIT,
            PTRACE_EVENT_SECCOMP,
            PTRACE_EVENT_STOP,
        ],
        unknown: "PTRACE_EVENT_???",
    };
    if event != 0 {
        context.push(" | ");
        EVENTS.write(context, u64::from(event.cast_unsigned()));
        context.push(" << 16");
    }
}

fn reaped_usage(context: &mut Context<'_>, address: u64) {
    if reported(context) {
        usage(context, address);
    } else {
        context.address(address);
    }
}

/// `{ru_utime={tv_sec=0, tv_usec=81}, ru_stime={tv_sec=0, tv_usec=0}, ...}`
fn usage(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::rusage>() }>(address) else {
        return context.address(address);
    };
    let user = std::mem::offset_of!(libc::rusage, ru_utime);
    let system = std::mem::offset_of!(libc::rusage, ru_stime);
    context.push("{ru_utime=");
    time(context, &bytes, user);
    context.push(", ru_stime=");
    time(context, &bytes, system);
    context.push(", ...}");
}

fn time(context: &mut Context<'_>, bytes: &[u8], offset: usize) {
    let (seconds, micros) = (i64_at(bytes, offset), i64_at(bytes, offset + 8));
    context.format(format_args!("{{tv_sec={seconds}, tv_usec={micros}}}"));
}

/// `{si_signo=SIGCHLD, si_code=CLD_EXITED, …}`, or `{}` when no child had anything to report.
fn info(context: &mut Context<'_>, address: u64) {
    if context.u32(address) == Some(0) {
        context.push("{}");
    } else {
        siginfo::write_at(context, address);
    }
}

//! Tracing another process: what a tracer's own calls look like.

use crate::decode::Argument::{Choice, In, Int};
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[Signature::new(
    "ptrace",
    &[Choice(&REQUESTS), Int, In(address), In(data)],
)];

/// From the kernel's `ptrace.h`. Of those from 12 to 30 arm64 has only the three that attach, detach
/// and go on to the next call.
const REQUESTS: named::Choice = named::Choice {
    names: &[
        (0, "PTRACE_TRACEME"),
        (1, "PTRACE_PEEKTEXT"),
        (2, "PTRACE_PEEKDATA"),
        (3, "PTRACE_PEEKUSER"),
        (4, "PTRACE_POKETEXT"),
        (5, "PTRACE_POKEDATA"),
        (6, "PTRACE_POKEUSER"),
        (7, "PTRACE_CONT"),
        (8, "PTRACE_KILL"),
        (9, "PTRACE_SINGLESTEP"),
        (12, "PTRACE_GETREGS"),
        (13, "PTRACE_SETREGS"),
        (14, "PTRACE_GETFPREGS"),
        (15, "PTRACE_SETFPREGS"),
        (16, "PTRACE_ATTACH"),
        (17, "PTRACE_DETACH"),
        (18, "PTRACE_GETFPXREGS"),
        (19, "PTRACE_SETFPXREGS"),
        (21, "PTRACE_OLDSETOPTIONS"),
        (24, "PTRACE_SYSCALL"),
        (25, "PTRACE_GET_THREAD_AREA"),
        (26, "PTRACE_SET_THREAD_AREA"),
        (30, "PTRACE_ARCH_PRCTL"),
        (31, "PTRACE_SYSEMU"),
        (32, "PTRACE_SYSEMU_SINGLESTEP"),
        #[cfg(target_arch = "x86_64")]
        (33, "PTRACE_SINGLEBLOCK"),
        #[cfg(target_arch = "aarch64")]
        (33, "PTRACE_PEEKMTETAGS"),
        #[cfg(target_arch = "aarch64")]
        (34, "PTRACE_POKEMTETAGS"),
        (0x4200, "PTRACE_SETOPTIONS"),
        (0x4201, "PTRACE_GETEVENTMSG"),
        (0x4202, "PTRACE_GETSIGINFO"),
        (0x4203, "PTRACE_SETSIGINFO"),
        (0x4204, "PTRACE_GETREGSET"),
        (0x4205, "PTRACE_SETREGSET"),
        (0x4206, "PTRACE_SEIZE"),
        (0x4207, "PTRACE_INTERRUPT"),
        (0x4208, "PTRACE_LISTEN"),
        (0x4209, "PTRACE_PEEKSIGINFO"),
        (0x420a, "PTRACE_GETSIGMASK"),
        (0x420b, "PTRACE_SETSIGMASK"),
        (0x420c, "PTRACE_SECCOMP_GET_FILTER"),
        (0x420d, "PTRACE_SECCOMP_GET_METADATA"),
        (0x420e, "PTRACE_GET_SYSCALL_INFO"),
        (0x420f, "PTRACE_GET_RSEQ_CONFIGURATION"),
    ],
    unknown: "PTRACE_???",
};

const OPTIONS: named::Flags = named::Flags {
    names: &[
        (0x1, "PTRACE_O_TRACESYSGOOD"),
        (0x2, "PTRACE_O_TRACEFORK"),
        (0x4, "PTRACE_O_TRACEVFORK"),
        (0x8, "PTRACE_O_TRACECLONE"),
        (0x10, "PTRACE_O_TRACEEXEC"),
        (0x20, "PTRACE_O_TRACEVFORKDONE"),
        (0x40, "PTRACE_O_TRACEEXIT"),
        (0x80, "PTRACE_O_TRACESECCOMP"),
        (0x10_0000, "PTRACE_O_EXITKILL"),
        (0x20_0000, "PTRACE_O_SUSPEND_SECCOMP"),
    ],
    unknown: "PTRACE_O_???",
};

const REGISTER_SETS: named::Choice = named::Choice {
    names: &[
        (1, "NT_PRSTATUS"),
        (2, "NT_FPREGSET"),
        (0x202, "NT_X86_XSTATE"),
        (0x401, "NT_ARM_TLS"),
        (0x402, "NT_ARM_HW_BREAK"),
        (0x403, "NT_ARM_HW_WATCH"),
        (0x404, "NT_ARM_SYSTEM_CALL"),
        (0x405, "NT_ARM_SVE"),
        (0x406, "NT_ARM_PAC_MASK"),
    ],
    unknown: "NT_???",
};

const SETOPTIONS: u32 = 0x4200;
const SEIZE: u32 = 0x4206;

/// What the third argument is depends on the request.
fn address(context: &mut Context<'_>, value: u64) {
    match context.registers[0] as u32 {
        // These take no argument, or their data alone.
        0 | 8 | 12..=16 | 0x4207 | 0x4208 => {}
        0x4204 | 0x4205 => REGISTER_SETS.write(context, value),
        0x420a..=0x420e => context.format(format_args!("{value}")),
        _ => context.address(value),
    }
}

/// So is what the fourth is.
fn data(context: &mut Context<'_>, value: u64) {
    match context.registers[0] as u32 {
        0 | 8 | 16 | 0x4207 | 0x4208 => {}
        // Going on, with a signal to deliver.
        7 | 9 | 17 | 24 | 31 | 32 => context.signal(value as i32),
        33 if cfg!(target_arch = "x86_64") => context.signal(value as i32),
        21 | SETOPTIONS | SEIZE => OPTIONS.write_wide(context, value),
        _ => context.address(value),
    }
}

//! Signals: actions, masks, sending and waiting.

use crate::decode::Argument::{self, Choice, Fd, Flags, Hex, In, Int, Out, Size};
use crate::decode::bytes::{u32_at, u64_at};
use crate::decode::named::{self, named};
use crate::decode::siginfo::signal_name;
use crate::decode::{Context, ResultKind, Signature, siginfo, sigset, timespec};

/// The calls of this family.
pub(super) const CALLS: &[Signature] = &[
    Signature::new("rt_sigaction", &[SIGNAL, In(action), Out(action), Size]),
    Signature::new("rt_sigprocmask", &[Choice(&HOW), In(set), Out(set), Size]),
    Signature::new("rt_sigpending", &[Out(lone_set), Size]),
    Signature::new("rt_sigsuspend", &[In(lone_set), Size]),
    Signature::new(
        "rt_sigtimedwait",
        &[In(set), Out(siginfo::write_at), In(timespec::write), Size],
    )
    .returns(ResultKind::Written(caught)),
    Signature::new("rt_sigqueueinfo", &[Int, SIGNAL, INFO]),
    Signature::new("rt_tgsigqueueinfo", &[Int, Int, SIGNAL, INFO]),
    Signature::new("rt_sigreturn", &[In(saved_mask)]),
    Signature::new("kill", &[Int, SIGNAL]),
    Signature::new("tkill", &[Int, SIGNAL]),
    Signature::new("tgkill", &[Int, Int, SIGNAL]),
    Signature::new("pidfd_send_signal", &[Fd, SIGNAL, INFO, Hex]),
    Signature::new("sigaltstack", &[In(stack), Out(stack)]),
    Signature::new("signalfd", &[Fd, In(watched), Size]).returns(ResultKind::Fd),
    Signature::new("signalfd4", &[Fd, In(watched), Size, Flags(&SIGNALFD)]).returns(ResultKind::Fd),
    Signature::new("pause", &[]),
    Signature::new("restart_syscall", &[]),
];

const SIGNAL: Argument = In(signal);
const INFO: Argument = In(siginfo::write_at);

const HOW: named::Choice = named::Choice {
    names: named![SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK],
    unknown: "SIG_???",
};

const SIGNALFD: named::Flags = named::Flags {
    names: named![SFD_CLOEXEC, SFD_NONBLOCK],
    unknown: "SFD_???",
};

const ALTERNATE_STACK: named::Flags = named::Flags {
    names: &[
        (1, "SS_ONSTACK"),
        (2, "SS_DISABLE"),
        (1 << 31, "SS_AUTODISARM"),
    ],
    unknown: "SS_???",
};

/// Among these is one that no program asks for: the C library's own `SA_RESTORER`, which tells where
/// a handler returns to.
const ACTION: named::Flags = named::Flags {
    names: &[
        (0x0400_0000, "SA_RESTORER"),
        (0x0800_0000, "SA_ONSTACK"),
        (0x1000_0000, "SA_RESTART"),
        (0x4000_0000, "SA_NODEFER"),
        (0x8000_0000, "SA_RESETHAND"),
        (0x0000_0004, "SA_SIGINFO"),
        (0x0000_0001, "SA_NOCLDSTOP"),
        (0x0000_0002, "SA_NOCLDWAIT"),
        (0x0000_0400, "SA_UNSUPPORTED"),
        (0x0000_0800, "SA_EXPOSE_TAGBITS"),
    ],
    unknown: "SA_???",
};

const SA_RESTORER: u64 = 0x0400_0000;

fn signal(context: &mut Context<'_>, number: u64) {
    context.push(&signal_name(number as i32));
}

/// The kernel's `struct sigaction`, which is not the C library's: handler, flags, restorer, mask.
/// arm64 has the restorer too, and nobody who sets it.
fn action(context: &mut Context<'_>, address: u64) {
    let Some(action) = context.bytes::<32>(address) else {
        return context.address(address);
    };
    context.push("{sa_handler=");
    match u64_at(&action, 0) {
        0 => context.push("SIG_DFL"),
        1 => context.push("SIG_IGN"),
        u64::MAX => context.push("SIG_ERR"),
        handler => context.address(handler),
    }
    context.push(", sa_mask=");
    if context.registers[3] == sigset::SIZE {
        sigset::write_set(context, u64_at(&action, 24));
    } else {
        context.push("[]");
    }
    context.push(", sa_flags=");
    let flags = u64_at(&action, 8);
    ACTION.write_wide(context, flags);
    if flags & SA_RESTORER != 0 {
        context.push(", sa_restorer=");
        context.address(u64_at(&action, 16));
    }
    context.push("}");
}

/// A set whose size is the last of four arguments.
fn set(context: &mut Context<'_>, address: u64) {
    sigset::write(context, address, context.registers[3]);
}

fn watched(context: &mut Context<'_>, address: u64) {
    sigset::write(context, address, context.registers[2]);
}

fn lone_set(context: &mut Context<'_>, address: u64) {
    sigset::write(context, address, context.registers[1]);
}

/// From the stack pointer to the mask in the frame that the kernel pushed for a handler: behind the
/// `siginfo_t` (arm64), flags, link, stack and, on x86-64, the registers of the `ucontext`.
const SAVED_MASK: u64 = if cfg!(target_arch = "aarch64") {
    128 + 8 + 8 + 24
} else {
    8 + 8 + 24 + 256
};

/// `{mask=[]}`: what is blocked once the handler is over. The call has no arguments in registers.
fn saved_mask(context: &mut Context<'_>, _register: u64) {
    let stack = context.memory.stack_pointer();
    let mask = stack.and_then(|stack| context.u64(stack.wrapping_add(SAVED_MASK)));
    if let Some(mask) = mask {
        context.push("{mask=");
        sigset::write_set(context, mask);
        context.push("}");
    }
}

/// The signal that was waited for: `10 (SIGUSR1)`.
fn caught(context: &mut Context<'_>, number: i64) {
    let name = signal_name(number as i32);
    context.format(format_args!("{number} ({name})"));
}

/// Memory on which handlers run.
fn stack(context: &mut Context<'_>, address: u64) {
    let Some(stack) = context.bytes::<24>(address) else {
        return context.address(address);
    };
    context.push("{ss_sp=");
    context.address(u64_at(&stack, 0));
    context.push(", ss_flags=");
    ALTERNATE_STACK.write(context, u64::from(u32_at(&stack, 8)));
    let size = u64_at(&stack, 16);
    context.format(format_args!(", ss_size={size}}}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};
    use crate::decode::{Memory, Style};

    /// What `write` makes of these numbers at 0x1000.
    fn shown(numbers: &[u64], write: fn(&mut Context<'_>, u64)) -> String {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let memory = Fake::default().with(0x1000, bytes);
        written_with(&memory, [0, 0, 0, 8, 0, 0], |c| write(c, 0x1000))
    }

    #[test]
    fn an_action_has_the_kernels_layout() {
        assert_eq!(
            shown(&[0x55, 0x1400_0000, 0x77, 2], action),
            "{sa_handler=0x55, sa_mask=[INT], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x77}"
        );
        assert_eq!(
            shown(&[0, 0, 0, 0], action),
            "{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}"
        );
        assert_eq!(shown(&[1, 0, 0], action), "0x1000");
    }

    /// A task whose stack is filled with signal 1.
    struct OnStack;

    impl Memory for OnStack {
        fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
            let here = address == 0x1000 + SAVED_MASK;
            buffer.fill(0);
            buffer[0] = u8::from(here);
            buffer.len()
        }

        fn descriptor(&self, _fd: i32) -> Option<String> {
            None
        }

        fn working_directory(&self) -> Option<String> {
            None
        }

        fn stack_pointer(&self) -> Option<u64> {
            Some(0x1000)
        }
    }

    #[test]
    fn what_a_handler_returns_to_is_on_the_stack() {
        let mut context = Context::new([0; 6], Style::default(), &OnStack);
        saved_mask(&mut context, 0);
        assert_eq!(context.text, "{mask=[HUP]}");
        assert_eq!(shown(&[], saved_mask), "");
    }

    #[test]
    fn a_stack_tells_whether_it_is_one() {
        assert_eq!(
            shown(&[0, 2, 0], stack),
            "{ss_sp=NULL, ss_flags=SS_DISABLE, ss_size=0}"
        );
        assert_eq!(
            shown(&[0x5000, 0, 8192], stack),
            "{ss_sp=0x5000, ss_flags=0, ss_size=8192}"
        );
    }
}

//! What the C library arranges with the kernel for each thread, and how the kernel behaves to it.

use crate::decode::Argument::{Choice, Hex, In, Int, Out, Pointer, Size};
use crate::decode::named::{self, Flags};
use crate::decode::{Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("set_tid_address", &[Pointer]),
    Signature::new("set_robust_list", &[Pointer, Size]),
    Signature::new("get_robust_list", &[Int, Out(head), Out(length)]),
    Signature::new("rseq", &[Hex, Hex, Hex, Hex]),
    Signature::new("personality", &[In(personality)]).returns(ResultKind::Written(old_personality)),
    Signature::new(
        "kcmp",
        &[Int, Int, Choice(&COMPARED), In(compared), In(compared)],
    ),
    Signature::new("acct", &[crate::decode::Argument::Path]),
];

const EXECUTION_DOMAINS: named::Choice = named::Choice {
    names: &[(0, "PER_LINUX"), (8, "PER_LINUX32")],
    unknown: "PER_???",
};

const PERSONALITY: Flags = Flags {
    names: &[
        (0x002_0000, "UNAME26"),
        (0x004_0000, "ADDR_NO_RANDOMIZE"),
        (0x008_0000, "FDPIC_FUNCPTRS"),
        (0x010_0000, "MMAP_PAGE_ZERO"),
        (0x020_0000, "ADDR_COMPAT_LAYOUT"),
        (0x040_0000, "READ_IMPLIES_EXEC"),
        (0x080_0000, "ADDR_LIMIT_32BIT"),
        (0x100_0000, "SHORT_INODE"),
        (0x200_0000, "WHOLE_SECONDS"),
        (0x400_0000, "STICKY_TIMEOUTS"),
        (0x800_0000, "ADDR_LIMIT_3GB"),
    ],
    unknown: "",
};

const COMPARED: named::Choice = named::Choice {
    names: &[
        (0, "KCMP_FILE"),
        (1, "KCMP_VM"),
        (2, "KCMP_FILES"),
        (3, "KCMP_FS"),
        (4, "KCMP_SIGHAND"),
        (5, "KCMP_IO"),
        (6, "KCMP_SYSVSEM"),
        (7, "KCMP_EPOLL_TFD"),
    ],
    unknown: "KCMP_???",
};

/// Only files are told apart by number.
fn compared(context: &mut Context<'_>, value: u64) {
    if context.registers[2] as u32 == 0 {
        context.format(format_args!("{}", value as u32));
    }
}

/// `[0x7f…]`
fn head(context: &mut Context<'_>, address: u64) {
    match context.u64(address) {
        Some(head) => {
            context.push("[");
            context.address(head);
            context.push("]");
        }
        None => context.address(address),
    }
}

/// `[24]`
fn length(context: &mut Context<'_>, address: u64) {
    match context.u64(address) {
        Some(length) => context.format(format_args!("[{length}]")),
        None => context.address(address),
    }
}

/// `PER_LINUX|ADDR_NO_RANDOMIZE`; the low byte is one value, and all ones ask without changing.
fn personality(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    if value == u64::from(u32::MAX) {
        return context.push("0xffffffff");
    }
    EXECUTION_DOMAINS.write(context, value & 0xff);
    if value & !0xff != 0 {
        let rest = PERSONALITY.write_known(context, value & !0xff, "|");
        if rest != 0 {
            context.format(format_args!("|{rest:#x}"));
        }
    }
}

fn old_personality(context: &mut Context<'_>, value: i64) {
    context.hex(value.cast_unsigned());
    context.push(" (");
    personality(context, value.cast_unsigned());
    context.push(")");
}

//! Starting processes and threads: which of its parts a new task shares with its parent.

use nix::libc;

use crate::decode::Argument::{Flags, In, InOut, OutAlways, Size};
use crate::decode::bytes::field;
use crate::decode::named;
use crate::decode::{Argument, Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    // As strace has it: the stack first.
    Signature::new(
        "clone",
        &[In(stack), In(flags), OutAlways(parent_tid), FOURTH, FIFTH],
    ),
    Signature::new("clone3", &[InOut(clone_args, clone_results), Size]),
    Signature::new("fork", &[]),
    Signature::new("vfork", &[]),
    Signature::new("unshare", &[In(unshare_flags)]),
    Signature::new("setns", &[Argument::Fd, Flags(&NAMESPACES)]),
];

/// The order of the last two registers differs between architectures.
const FOURTH: Argument = if cfg!(target_arch = "aarch64") {
    OutAlways(|context, _| tls(context, context.registers[3]))
} else {
    OutAlways(|context, _| tls(context, context.registers[4]))
};
const FIFTH: Argument = if cfg!(target_arch = "aarch64") {
    OutAlways(|context, _| child_tid(context, context.registers[4]))
} else {
    OutAlways(|context, _| child_tid(context, context.registers[3]))
};

const CLONE: named::Flags = named::Flags {
    names: &[
        (0x100, "CLONE_VM"),
        (0x200, "CLONE_FS"),
        (0x400, "CLONE_FILES"),
        (0x800, "CLONE_SIGHAND"),
        (0x1000, "CLONE_PIDFD"),
        (0x2000, "CLONE_PTRACE"),
        (0x4000, "CLONE_VFORK"),
        (0x8000, "CLONE_PARENT"),
        (0x1_0000, "CLONE_THREAD"),
        (0x2_0000, "CLONE_NEWNS"),
        (0x4_0000, "CLONE_SYSVSEM"),
        (0x8_0000, "CLONE_SETTLS"),
        (0x10_0000, "CLONE_PARENT_SETTID"),
        (0x20_0000, "CLONE_CHILD_CLEARTID"),
        (0x80_0000, "CLONE_UNTRACED"),
        (0x100_0000, "CLONE_CHILD_SETTID"),
        (0x200_0000, "CLONE_NEWCGROUP"),
        (0x400_0000, "CLONE_NEWUTS"),
        (0x800_0000, "CLONE_NEWIPC"),
        (0x1000_0000, "CLONE_NEWUSER"),
        (0x2000_0000, "CLONE_NEWPID"),
        (0x4000_0000, "CLONE_NEWNET"),
        (0x8000_0000, "CLONE_IO"),
    ],
    unknown: "CLONE_???",
};

const INTO_CGROUP: u64 = 0x2_0000_0000;

/// What only clone3 has: the first of these bits means the child's signal to clone.
const CLONE3: named::Flags = named::Flags {
    names: &[
        (0x80, "CLONE_NEWTIME"),
        (0x1_0000_0000, "CLONE_CLEAR_SIGHAND"),
        (INTO_CGROUP, "CLONE_INTO_CGROUP"),
    ],
    unknown: "CLONE_???",
};

const UNSHARE: named::Flags = named::Flags {
    names: &[
        (0x80, "CLONE_NEWTIME"),
        (0x100, "CLONE_VM"),
        (0x200, "CLONE_FS"),
        (0x400, "CLONE_FILES"),
        (0x800, "CLONE_SIGHAND"),
        (0x1_0000, "CLONE_THREAD"),
        (0x2_0000, "CLONE_NEWNS"),
        (0x4_0000, "CLONE_SYSVSEM"),
        (0x200_0000, "CLONE_NEWCGROUP"),
        (0x400_0000, "CLONE_NEWUTS"),
        (0x800_0000, "CLONE_NEWIPC"),
        (0x1000_0000, "CLONE_NEWUSER"),
        (0x2000_0000, "CLONE_NEWPID"),
        (0x4000_0000, "CLONE_NEWNET"),
    ],
    unknown: "CLONE_???",
};

const NAMESPACES: named::Flags = named::Flags {
    names: &[
        (0x80, "CLONE_NEWTIME"),
        (0x2_0000, "CLONE_NEWNS"),
        (0x200_0000, "CLONE_NEWCGROUP"),
        (0x400_0000, "CLONE_NEWUTS"),
        (0x800_0000, "CLONE_NEWIPC"),
        (0x1000_0000, "CLONE_NEWUSER"),
        (0x2000_0000, "CLONE_NEWPID"),
        (0x4000_0000, "CLONE_NEWNET"),
    ],
    unknown: "CLONE_???",
};

fn unshare_flags(context: &mut Context<'_>, value: u64) {
    UNSHARE.write_wide(context, value);
}

/// True when one of these flags is among the first register's.
fn has(context: &Context<'_>, flags: i32) -> bool {
    context.registers[0] & u64::from(flags as u32) != 0
}

fn stack(context: &mut Context<'_>, _: u64) {
    context.push("child_stack=");
    context.address(context.registers[1]);
}

/// `flags=CLONE_VM|SIGCHLD`: the low byte is the signal that the parent gets at the child's end.
fn flags(context: &mut Context<'_>, _: u64) {
    let value = context.registers[0];
    let signal = value & 0xff;
    context.push("flags=");
    let start = context.text.len();
    let rest = match value & !0xff {
        0 => 0,
        flags => CLONE.write_known(context, flags, ""),
    };
    let separator = |context: &Context<'_>| if context.text.len() > start { "|" } else { "" };
    if rest != 0 {
        let separator = separator(context);
        context.format(format_args!("{separator}{rest:#x}"));
    }
    if signal != 0 {
        context.push(separator(context));
        context.signal(signal as i32);
    } else if value == 0 {
        context.push("0");
    }
}

/// `parent_tid=[123]`; with CLONE_PIDFD the kernel puts a descriptor there.
fn parent_tid(context: &mut Context<'_>, address: u64) {
    if has(context, libc::CLONE_PARENT_SETTID | libc::CLONE_PIDFD) {
        context.push("parent_tid=");
        if context.success().is_some() {
            context.int_at(address);
        } else {
            context.address(address);
        }
    }
}

fn tls(context: &mut Context<'_>, address: u64) {
    if has(context, libc::CLONE_SETTLS) {
        context.format(format_args!("tls={address:#x}"));
    }
}

fn child_tid(context: &mut Context<'_>, address: u64) {
    if has(
        context,
        libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID,
    ) {
        context.push("child_tidptr=");
        context.address(address);
    }
}

/// The first and the largest version of the structure.
const SMALLEST: u64 = 64;
const ARGS: usize = size_of::<libc::clone_args>();

/// `{flags=CLONE_VM, exit_signal=SIGCHLD, stack=NULL, stack_size=0}`, of the size that the second
/// argument says.
fn clone_args(context: &mut Context<'_>, address: u64) {
    let size = context.registers[1];
    let mut args = [0; ARGS];
    let known = (size as usize).min(ARGS);
    if size < SMALLEST || context.memory.read(address, &mut args[..known]) < known {
        return context.address(address);
    }
    let flags = field!(&args, libc::clone_args, flags, u64_at);
    let has = |flag: i32| flags & u64::from(flag as u32) != 0;
    context.push("{flags=");
    clone3_flags(context, flags);
    if has(libc::CLONE_PIDFD) {
        named_address(
            context,
            "pidfd",
            field!(&args, libc::clone_args, pidfd, u64_at),
        );
    }
    if has(libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID) {
        named_address(
            context,
            "child_tid",
            field!(&args, libc::clone_args, child_tid, u64_at),
        );
    }
    if has(libc::CLONE_PARENT_SETTID) {
        named_address(
            context,
            "parent_tid",
            field!(&args, libc::clone_args, parent_tid, u64_at),
        );
    }
    context.push(", exit_signal=");
    context.signal(field!(&args, libc::clone_args, exit_signal, u64_at) as i32);
    named_address(
        context,
        "stack",
        field!(&args, libc::clone_args, stack, u64_at),
    );
    context.push(", stack_size=");
    context.hex(field!(&args, libc::clone_args, stack_size, u64_at));
    if has(libc::CLONE_SETTLS) {
        context.push(", tls=");
        context.hex(field!(&args, libc::clone_args, tls, u64_at));
    }
    later_fields(context, &args, flags);
    unknown_rest(context, address, size);
    context.push("}");
}

fn named_address(context: &mut Context<'_>, name: &str, address: u64) {
    context.format(format_args!(", {name}="));
    context.address(address);
}

fn clone3_flags(context: &mut Context<'_>, flags: u64) {
    let start = context.text.len();
    if flags == 0 {
        return context.push("0");
    }
    let rest = CLONE.write_known(context, flags, "");
    let separator = |context: &Context<'_>| if context.text.len() > start { "|" } else { "" };
    let rest = match rest {
        0 => 0,
        rest => CLONE3.write_known(context, rest, separator(context)),
    };
    if rest != 0 {
        let separator = separator(context);
        context.format(format_args!("{separator}{rest:#x}"));
    }
}

/// The fields that were added to the structure later: which numbers the child gets, and its control
/// group.
fn later_fields(context: &mut Context<'_>, args: &[u8; ARGS], flags: u64) {
    let wanted = field!(args, libc::clone_args, set_tid, u64_at);
    let count = field!(args, libc::clone_args, set_tid_size, u64_at);
    if wanted != 0 || count != 0 {
        context.push(", set_tid=");
        context.array(wanted, count, |context, bytes| {
            context.format(format_args!("{}", i32::from_ne_bytes(*bytes)));
        });
        context.format(format_args!(", set_tid_size={count}"));
    }
    if flags & INTO_CGROUP != 0 && context.registers[1] >= ARGS as u64 {
        context.push(", cgroup=");
        context.fd(field!(args, libc::clone_args, cgroup, u64_at) as i32);
    }
}

/// What a newer kernel's structure may have behind these fields, unless it is all zeros.
fn unknown_rest(context: &mut Context<'_>, address: u64, size: u64) {
    let Some(extra) = size.checked_sub(ARGS as u64).filter(|extra| *extra > 0) else {
        return;
    };
    let mut rest = [0; 256];
    let shown = extra.min(rest.len() as u64) as usize;
    let place = address.wrapping_add(ARGS as u64);
    let got = context.memory.read(place, &mut rest[..shown]);
    if rest[..got].iter().any(|byte| *byte != 0) {
        context.format(format_args!(", /* bytes {ARGS}..{} */ ", size - 1));
        context.hex_buffer(place, extra);
    }
}

/// ` => {parent_tid=[123]}`: what the kernel wrote where the structure said.
fn clone_results(context: &mut Context<'_>, address: u64) {
    let args = context.bytes::<{ SMALLEST as usize }>(address);
    let (Some(args), Some(_)) = (args, context.success()) else {
        return;
    };
    let flags = field!(&args, libc::clone_args, flags, u64_at);
    let mut separator = " => {";
    for (flag, name, place) in [
        (
            libc::CLONE_PIDFD,
            "pidfd",
            field!(&args, libc::clone_args, pidfd, u64_at),
        ),
        (
            libc::CLONE_PARENT_SETTID,
            "parent_tid",
            field!(&args, libc::clone_args, parent_tid, u64_at),
        ),
    ] {
        if flags & u64::from(flag as u32) != 0 {
            context.format(format_args!("{separator}{name}="));
            context.int_at(place);
            separator = ", ";
        }
    }
    if separator == ", " {
        context.push("}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    #[test]
    fn the_low_byte_of_the_flags_is_a_signal() {
        let text = |value| {
            written_with(&Fake::default(), [value, 0, 0, 0, 0, 0], |context| {
                flags(context, 0);
            })
        };
        assert_eq!(text(17), "flags=SIGCHLD");
        assert_eq!(text(0x10100), "flags=CLONE_VM|CLONE_THREAD");
        assert_eq!(text(0x101ff), "flags=CLONE_VM|CLONE_THREAD|255");
        assert_eq!(text(0), "flags=0");
    }

    #[test]
    fn clone3_shows_what_it_was_told() {
        let mut args = [0_u8; 64];
        args[32] = 17;
        let memory = Fake::default().with(0x1000, args);
        let text = |size| {
            written_with(&memory, [0x1000, size, 0, 0, 0, 0], |context| {
                clone_args(context, 0x1000);
            })
        };
        assert_eq!(
            text(64),
            "{flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}"
        );
        assert_eq!(text(8), "0x1000");
        assert_eq!(text(88), "0x1000");
    }
}

//! Mounting as it always was: source, target, type, flags and a line of options.

use crate::decode::Argument::{Flags, In, Path};
use crate::decode::named;
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("mount", &[Path, Path, In(kind), In(flags), In(options)]),
    Signature::new("umount2", &[Path, Flags(&UMOUNT)]),
    Signature::new("pivot_root", &[Path, Path]),
    Signature::new("swapon", &[Path, In(swap_flags)]),
    Signature::new("swapoff", &[Path]),
    Signature::new("uselib", &[Path]),
];

const MS_RDONLY: u64 = 1;
const MS_REMOUNT: u64 = 0x20;
const MS_BIND: u64 = 0x1000;
const MS_MOVE: u64 = 0x2000;
/// Changes how a mount propagates, and nothing else.
const PROPAGATION: u64 = 0x2_0000 | 0x4_0000 | 0x8_0000 | 0x10_0000;

/// Long ago the upper half had to hold this.
const MS_MGC_VAL: u64 = 0xc0ed_0000;
const MS_MGC_MSK: u64 = 0xffff_0000;

const MOUNT: named::Flags = named::Flags {
    names: &[
        (MS_RDONLY, "MS_RDONLY"),
        (0x2, "MS_NOSUID"),
        (0x4, "MS_NODEV"),
        (0x8, "MS_NOEXEC"),
        (0x10, "MS_SYNCHRONOUS"),
        (MS_REMOUNT, "MS_REMOUNT"),
        (0x40, "MS_MANDLOCK"),
        (0x80, "MS_DIRSYNC"),
        (0x100, "MS_NOSYMFOLLOW"),
        (0x400, "MS_NOATIME"),
        (0x800, "MS_NODIRATIME"),
        (MS_BIND, "MS_BIND"),
        (MS_MOVE, "MS_MOVE"),
        (0x4000, "MS_REC"),
        (0x8000, "MS_SILENT"),
        (0x1_0000, "MS_POSIXACL"),
        (0x2_0000, "MS_UNBINDABLE"),
        (0x4_0000, "MS_PRIVATE"),
        (0x8_0000, "MS_SLAVE"),
        (0x10_0000, "MS_SHARED"),
        (0x20_0000, "MS_RELATIME"),
        (0x40_0000, "MS_KERNMOUNT"),
        (0x80_0000, "MS_I_VERSION"),
        (0x100_0000, "MS_STRICTATIME"),
        (0x200_0000, "MS_LAZYTIME"),
        (0x400_0000, "MS_SUBMOUNT"),
        (0x800_0000, "MS_NOREMOTELOCK"),
        (0x1000_0000, "MS_NOSEC"),
        (0x2000_0000, "MS_BORN"),
        (0x4000_0000, "MS_ACTIVE"),
        (0x8000_0000, "MS_NOUSER"),
    ],
    unknown: "MS_???",
};

const UMOUNT: named::Flags = named::Flags {
    names: &[
        (1, "MNT_FORCE"),
        (2, "MNT_DETACH"),
        (4, "MNT_EXPIRE"),
        (8, "UMOUNT_NOFOLLOW"),
    ],
    unknown: "MNT_???",
};

const SWAP: named::Flags = named::Flags {
    names: &[
        (0x8000, "SWAP_FLAG_PREFER"),
        (0x1_0000, "SWAP_FLAG_DISCARD"),
        (0x2_0000, "SWAP_FLAG_DISCARD_ONCE"),
        (0x4_0000, "SWAP_FLAG_DISCARD_PAGES"),
    ],
    unknown: "SWAP_FLAG_???",
};
const SWAP_PRIORITY: u64 = 0x7fff;

/// The mount's flags, without what was once required.
fn meant(context: &Context<'_>) -> u64 {
    let flags = context.registers[3];
    if flags & MS_MGC_MSK == MS_MGC_VAL {
        flags & !MS_MGC_MSK
    } else {
        flags
    }
}

/// The type of file system; a bind mount and the like have none.
fn kind(context: &mut Context<'_>, address: u64) {
    if meant(context) & (MS_REMOUNT | MS_BIND | MS_MOVE | PROPAGATION) != 0 {
        context.address(address);
    } else {
        context.string(address);
    }
}

fn flags(context: &mut Context<'_>, value: u64) {
    let rest = meant(context);
    if rest == value {
        return MOUNT.write_wide(context, value);
    }
    context.push("MS_MGC_VAL");
    if rest != 0 {
        context.push("|");
        MOUNT.write_wide(context, rest);
    }
}

/// What only this type of file system understands.
fn options(context: &mut Context<'_>, address: u64) {
    let flags = meant(context);
    if flags & MS_REMOUNT == 0 && flags & (MS_BIND | MS_MOVE | PROPAGATION) != 0 {
        context.address(address);
    } else {
        context.string(address);
    }
}

/// `SWAP_FLAG_PREFER|5`: the low bits are a priority.
fn swap_flags(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    let priority = value & SWAP_PRIORITY;
    if value == priority {
        return context.format(format_args!("{priority}"));
    }
    SWAP.write(context, value & !SWAP_PRIORITY);
    if priority != 0 {
        context.format(format_args!("|{priority}"));
    }
}

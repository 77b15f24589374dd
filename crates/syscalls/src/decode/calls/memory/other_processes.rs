//! Memory of other processes, and memory with a special standing.

use crate::decode::Argument::{self, Choice, Fd, Hex, In, Int, OutAlways, Size};
use crate::decode::calls::descriptors::pieces;
use crate::decode::calls::files::open::OPEN_FLAGS;
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature};

use super::mapping::ADVICE;

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "process_vm_readv",
        &[
            Int,
            OutAlways(local_read),
            Size,
            OutAlways(remote),
            Size,
            NO_FLAGS,
        ],
    ),
    Signature::new(
        "process_vm_writev",
        &[Int, In(local_written), Size, In(remote), Size, NO_FLAGS],
    ),
    Signature::new(
        "process_madvise",
        &[Fd, In(ranges), Size, Choice(&ADVICE), NO_FLAGS],
    ),
    Signature::new("process_mrelease", &[Fd, NO_FLAGS]),
    Signature::new("userfaultfd", &[In(userfaultfd_flags)]).returns(ResultKind::Fd),
    Signature::new(
        "membarrier",
        &[Choice(&BARRIERS), In(barrier_flags), In(barrier_cpu)],
    ),
    Signature::new("pkey_alloc", &[Hex, In(pkey_rights)]),
    Signature::new("pkey_free", &[Int]),
    Signature::new("map_shadow_stack", &[Argument::Pointer, Size, Hex]),
];

/// No flag has been defined for these calls.
const NO_FLAGS: Argument = In(|context, value| context.hex(u64::from(value as u32)));

const BARRIERS: named::Choice = named::Choice {
    names: &[
        (0, "MEMBARRIER_CMD_QUERY"),
        (0x1, "MEMBARRIER_CMD_GLOBAL"),
        (0x2, "MEMBARRIER_CMD_GLOBAL_EXPEDITED"),
        (0x4, "MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED"),
        (0x8, "MEMBARRIER_CMD_PRIVATE_EXPEDITED"),
        (0x10, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED"),
        (0x20, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE"),
        (0x40, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE"),
        (0x80, "MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ"),
        (0x100, "MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ"),
    ],
    unknown: "MEMBARRIER_CMD_???",
};

const BARRIER_FLAGS: named::Flags = named::Flags {
    names: &[(1, "MEMBARRIER_CMD_FLAG_CPU")],
    unknown: "MEMBARRIER_CMD_FLAG_???",
};

const PKEY_RIGHTS: named::Flags = named::Flags {
    names: &[
        (1, "PKEY_DISABLE_ACCESS"),
        (2, "PKEY_DISABLE_WRITE"),
        (4, "PKEY_DISABLE_EXECUTE"),
    ],
    unknown: "PKEY_???",
};

const USER_MODE_ONLY: named::Flags = named::Flags {
    names: &[(1, "UFFD_USER_MODE_ONLY")],
    unknown: "",
};

/// On which processor; only one flag looks at it.
fn barrier_cpu(context: &mut Context<'_>, value: u64) {
    if context.registers[1] & 1 != 0 {
        context.format(format_args!("{}", value as i32));
    }
}

fn barrier_flags(context: &mut Context<'_>, value: u64) {
    BARRIER_FLAGS.write(context, value);
}

fn pkey_rights(context: &mut Context<'_>, value: u64) {
    PKEY_RIGHTS.write_wide(context, value);
}

/// `UFFD_USER_MODE_ONLY|O_NONBLOCK`
fn userfaultfd_flags(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    if value & 1 == 0 {
        return OPEN_FLAGS.write(context, value);
    }
    USER_MODE_ONLY.write_known(context, 1, "");
    if value != 1 {
        context.push("|");
        OPEN_FLAGS.write(context, value & !1);
    }
}

fn local_read(context: &mut Context<'_>, address: u64) {
    let filled = context.success().map(i64::cast_unsigned);
    pieces(context, address, context.registers[2], filled);
}

fn local_written(context: &mut Context<'_>, address: u64) {
    pieces(context, address, context.registers[2], Some(u64::MAX));
}

/// What lies in the other process cannot be shown, only where.
fn remote(context: &mut Context<'_>, address: u64) {
    pieces(context, address, context.registers[4], None);
}

fn ranges(context: &mut Context<'_>, address: u64) {
    pieces(context, address, context.registers[2], None);
}

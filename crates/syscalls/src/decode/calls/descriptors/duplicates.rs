//! The numbers themselves: closing, duplicating, pipes, locks.

use crate::decode::Argument::{Fd, Flags, In, Out, Text, Unsigned};
use crate::decode::calls::files::open::OPEN_FLAGS;
use crate::decode::named::{self, named};
use crate::decode::{Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("close", &[Fd]),
    Signature::new("close_range", &[Unsigned, Unsigned, Flags(&CLOSE_RANGE)]),
    Signature::new("dup", &[Fd]).returns(ResultKind::Fd),
    Signature::new("dup2", &[Fd, Fd]).returns(ResultKind::Fd),
    Signature::new("dup3", &[Fd, Fd, Flags(&OPEN_FLAGS)]).returns(ResultKind::Fd),
    Signature::new("pipe", &[Out(pair)]),
    Signature::new("pipe2", &[Out(pair), Flags(&OPEN_FLAGS)]),
    Signature::new("flock", &[Fd, Flags(&FLOCK)]),
    Signature::new("memfd_create", &[Text, In(memfd_flags)]).returns(ResultKind::Fd),
    Signature::new("memfd_secret", &[Flags(&OPEN_FLAGS)]).returns(ResultKind::Fd),
];

const CLOSE_RANGE: named::Flags = named::Flags {
    names: named![CLOSE_RANGE_UNSHARE, CLOSE_RANGE_CLOEXEC],
    unknown: "CLOSE_RANGE_???",
};

const FLOCK: named::Flags = named::Flags {
    names: &[
        (1, "LOCK_SH"),
        (2, "LOCK_EX"),
        (4, "LOCK_NB"),
        (8, "LOCK_UN"),
        (32, "LOCK_MAND"),
        (192, "LOCK_RW"),
        (64, "LOCK_READ"),
        (128, "LOCK_WRITE"),
    ],
    unknown: "LOCK_???",
};

const MEMFD: named::Flags = named::Flags {
    names: &[
        (1, "MFD_CLOEXEC"),
        (2, "MFD_ALLOW_SEALING"),
        (4, "MFD_HUGETLB"),
        (8, "MFD_NOEXEC_SEAL"),
        (16, "MFD_EXEC"),
    ],
    unknown: "MFD_???",
};

/// Where the size of large pages stands, as the logarithm to the base 2, in the flags of memfd_create
/// and of mmap.
pub(in crate::decode::calls) const HUGE_SHIFT: u32 = 26;
pub(in crate::decode::calls) const HUGE_MASK: u64 = 63;

fn memfd_flags(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    let size = value >> HUGE_SHIFT & HUGE_MASK;
    let flags = value & !(HUGE_MASK << HUGE_SHIFT);
    if flags != 0 || size == 0 {
        MEMFD.write(context, flags);
    }
    if size != 0 {
        let separator = if flags == 0 { "" } else { "|" };
        context.format(format_args!("{separator}{size}<<MFD_HUGE_SHIFT"));
    }
}

/// `[3, 4]`
pub(in crate::decode) fn pair(context: &mut Context<'_>, address: u64) {
    context.array(address, 2, |context, bytes| {
        context.fd(i32::from_ne_bytes(*bytes));
    });
}

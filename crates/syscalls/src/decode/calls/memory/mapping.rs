//! Which addresses there are, and what may be done with them.

use nix::unistd::{SysconfVar, sysconf};

use crate::decode::Argument::{Choice, Fd, Flags, Hex, In, Int, Out, Pointer, Size};
use crate::decode::calls::descriptors::{HUGE_MASK, HUGE_SHIFT};
use crate::decode::named::{self, named};
use crate::decode::{Argument, Context, ResultKind, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("mmap", &[Pointer, Size, PROTECTION, In(map_flags), Fd, Hex])
        .returns(ResultKind::Hex),
    Signature::new("munmap", &[Pointer, Size]),
    Signature::new("mprotect", &[Pointer, Size, PROTECTION]),
    Signature::new("pkey_mprotect", &[Pointer, Size, PROTECTION, Int]),
    Signature::new(
        "mremap",
        &[Pointer, Size, Size, In(remap_flags), In(new_address)],
    )
    .returns(ResultKind::Hex),
    Signature::new(
        "remap_file_pages",
        &[Pointer, Size, PROTECTION, Size, In(map_flags)],
    ),
    Signature::new("brk", &[Pointer]).returns(ResultKind::Hex),
    Signature::new("mincore", &[Pointer, Size, Out(residence)]),
    Signature::new("msync", &[Pointer, Size, Flags(&SYNC)]),
    Signature::new("mlock", &[Pointer, Size]),
    Signature::new("mlock2", &[Pointer, Size, Flags(&LOCK)]),
    Signature::new("munlock", &[Pointer, Size]),
    Signature::new("mlockall", &[Flags(&LOCK_ALL)]),
    Signature::new("munlockall", &[]),
    Signature::new("madvise", &[Pointer, Size, Choice(&ADVICE)]),
    Signature::new("mseal", &[Pointer, Size, Argument::Unsigned]),
];

const PROTECTION: Argument = In(|context, value| PROTECTIONS.write_wide(context, value));

const PROTECTIONS: named::Flags = named::Flags {
    names: &[
        (0, "PROT_NONE"),
        (1, "PROT_READ"),
        (2, "PROT_WRITE"),
        (4, "PROT_EXEC"),
        (8, "PROT_SEM"),
        #[cfg(target_arch = "aarch64")]
        (0x10, "PROT_BTI"),
        #[cfg(target_arch = "aarch64")]
        (0x20, "PROT_MTE"),
        (0x0100_0000, "PROT_GROWSDOWN"),
        (0x0200_0000, "PROT_GROWSUP"),
    ],
    unknown: "PROT_???",
};

/// Who sees what is written: the low four bits are one value.
const SHARING: named::Choice = named::Choice {
    names: &[
        (0, "MAP_FILE"),
        (1, "MAP_SHARED"),
        (2, "MAP_PRIVATE"),
        (3, "MAP_SHARED_VALIDATE"),
        (8, "MAP_DROPPABLE"),
    ],
    unknown: "MAP_???",
};
const SHARING_MASK: u64 = 0xf;

const MAP: named::Flags = named::Flags {
    names: &[
        (0x10, "MAP_FIXED"),
        (0x20, "MAP_ANONYMOUS"),
        #[cfg(target_arch = "x86_64")]
        (0x40, "MAP_32BIT"),
        (0x4000, "MAP_NORESERVE"),
        (0x8000, "MAP_POPULATE"),
        (0x1_0000, "MAP_NONBLOCK"),
        (0x100, "MAP_GROWSDOWN"),
        (0x800, "MAP_DENYWRITE"),
        (0x1000, "MAP_EXECUTABLE"),
        (0x2000, "MAP_LOCKED"),
        (0x2_0000, "MAP_STACK"),
        (0x4_0000, "MAP_HUGETLB"),
        (0x8_0000, "MAP_SYNC"),
        (0x10_0000, "MAP_FIXED_NOREPLACE"),
    ],
    unknown: "",
};

const REMAP: named::Flags = named::Flags {
    names: named![MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP],
    unknown: "MREMAP_???",
};

const SYNC: named::Flags = named::Flags {
    names: named![MS_SYNC, MS_ASYNC, MS_INVALIDATE],
    unknown: "MS_???",
};

const LOCK: named::Flags = named::Flags {
    names: named![MLOCK_ONFAULT],
    unknown: "MLOCK_???",
};

const LOCK_ALL: named::Flags = named::Flags {
    names: named![MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT],
    unknown: "MCL_???",
};

/// How memory will be used, for madvise and process_madvise.
pub(super) const ADVICE: named::Choice = named::Choice {
    names: &[
        (0, "MADV_NORMAL"),
        (1, "MADV_RANDOM"),
        (2, "MADV_SEQUENTIAL"),
        (3, "MADV_WILLNEED"),
        (4, "MADV_DONTNEED"),
        (8, "MADV_FREE"),
        (9, "MADV_REMOVE"),
        (10, "MADV_DONTFORK"),
        (11, "MADV_DOFORK"),
        (12, "MADV_MERGEABLE"),
        (13, "MADV_UNMERGEABLE"),
        (14, "MADV_HUGEPAGE"),
        (15, "MADV_NOHUGEPAGE"),
        (16, "MADV_DONTDUMP"),
        (17, "MADV_DODUMP"),
        (18, "MADV_WIPEONFORK"),
        (19, "MADV_KEEPONFORK"),
        (20, "MADV_COLD"),
        (21, "MADV_PAGEOUT"),
        (22, "MADV_POPULATE_READ"),
        (23, "MADV_POPULATE_WRITE"),
        (24, "MADV_DONTNEED_LOCKED"),
        (25, "MADV_COLLAPSE"),
        (100, "MADV_HWPOISON"),
        (101, "MADV_SOFT_OFFLINE"),
        (102, "MADV_GUARD_INSTALL"),
        (103, "MADV_GUARD_REMOVE"),
    ],
    unknown: "MADV_???",
};

/// `MAP_PRIVATE|MAP_ANONYMOUS`, and with large pages the logarithm of their size.
fn map_flags(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    SHARING.write(context, value & SHARING_MASK);
    let size = value >> HUGE_SHIFT & HUGE_MASK;
    let others = value & !SHARING_MASK & !(HUGE_MASK << HUGE_SHIFT);
    if others != 0 {
        let rest = MAP.write_known(context, others, "|");
        if rest != 0 {
            context.format(format_args!("|{rest:#x}"));
        }
    }
    if size != 0 {
        context.format(format_args!("|{size}<<MAP_HUGE_SHIFT"));
    }
}

fn remap_flags(context: &mut Context<'_>, value: u64) {
    REMAP.write_wide(context, value);
}

/// The address to move to; only some flags look at it.
fn new_address(context: &mut Context<'_>, address: u64) {
    use nix::libc::{MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE};
    let flags = context.registers[3] as i32;
    if flags & MREMAP_MAYMOVE != 0 && flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) != 0 {
        context.address(address);
    }
}

/// `[1, 0]`: for each page whether it is in memory.
fn residence(context: &mut Context<'_>, address: u64) {
    let pages = context.registers[1].div_ceil(page_size());
    context.array(address, pages, |context, byte: &[u8; 1]| {
        context.format(format_args!("{}", byte[0] & 1));
    });
}

/// 4096 on x86-64; what the kernel was built with on arm64.
fn page_size() -> u64 {
    let answer = sysconf(SysconfVar::PAGE_SIZE).ok().flatten();
    answer.map_or(4096, |bytes| bytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written, written_with};

    #[test]
    fn who_sees_what_is_written_is_a_value_and_no_set() {
        let text = |value| written(|context| map_flags(context, value));
        assert_eq!(text(0x22), "MAP_PRIVATE|MAP_ANONYMOUS");
        assert_eq!(text(0x1003), "MAP_SHARED_VALIDATE|MAP_EXECUTABLE");
        assert_eq!(text(0), "MAP_FILE");
        assert_eq!(text(0x0f), "0xf /* MAP_??? */");
        assert_eq!(
            text(21 << 26 | 0x40022),
            "MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT"
        );
    }

    #[test]
    fn a_new_address_is_shown_where_it_counts() {
        let text = |flags| {
            let registers = [0, 0, 0, flags, 0x1000, 0];
            written_with(&Fake::default(), registers, |context| {
                new_address(context, 0x1000);
            })
        };
        assert_eq!(text(1), "");
        assert_eq!(text(3), "0x1000");
    }
}

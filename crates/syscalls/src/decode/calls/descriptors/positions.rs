//! Where in a file, how long it is, and what of it has reached the disk.

use crate::decode::Argument::{self, Choice, Fd, Flags, Long, Size, Unsigned};
use crate::decode::Signature;
use crate::decode::named::{self, named};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("lseek", &[Fd, Long, Choice(&WHENCE)]),
    Signature::new("truncate", &[Argument::Path, Size]),
    Signature::new("ftruncate", &[Fd, Size]),
    Signature::new("fallocate", &[Fd, Flags(&FALLOCATE), Long, Long]),
    Signature::new("fadvise64", &[Fd, Long, Size, Choice(&ADVICE)]),
    Signature::new("readahead", &[Fd, Long, Size]),
    Signature::new("fsync", &[Fd]),
    Signature::new("fdatasync", &[Fd]),
    Signature::new("sync", &[]),
    Signature::new("syncfs", &[Fd]),
    Signature::new(
        "sync_file_range",
        &[Fd, Long, Long, Flags(&SYNC_FILE_RANGE)],
    ),
    Signature::new(
        "cachestat",
        &[Fd, Argument::Pointer, Argument::Pointer, Unsigned],
    ),
];

/// From where a position counts.
pub(super) const WHENCE: named::Choice = named::Choice {
    names: named![SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, SEEK_HOLE],
    unknown: "SEEK_???",
};

const FALLOCATE: named::Flags = named::Flags {
    names: &[
        (0x01, "FALLOC_FL_KEEP_SIZE"),
        (0x02, "FALLOC_FL_PUNCH_HOLE"),
        (0x04, "FALLOC_FL_NO_HIDE_STALE"),
        (0x08, "FALLOC_FL_COLLAPSE_RANGE"),
        (0x10, "FALLOC_FL_ZERO_RANGE"),
        (0x20, "FALLOC_FL_INSERT_RANGE"),
        (0x40, "FALLOC_FL_UNSHARE_RANGE"),
    ],
    unknown: "FALLOC_FL_???",
};

const ADVICE: named::Choice = named::Choice {
    names: named![
        POSIX_FADV_NORMAL,
        POSIX_FADV_RANDOM,
        POSIX_FADV_SEQUENTIAL,
        POSIX_FADV_WILLNEED,
        POSIX_FADV_DONTNEED,
        POSIX_FADV_NOREUSE,
    ],
    unknown: "POSIX_FADV_???",
};

const SYNC_FILE_RANGE: named::Flags = named::Flags {
    names: named![
        SYNC_FILE_RANGE_WAIT_BEFORE,
        SYNC_FILE_RANGE_WRITE,
        SYNC_FILE_RANGE_WAIT_AFTER,
    ],
    unknown: "SYNC_FILE_RANGE_???",
};

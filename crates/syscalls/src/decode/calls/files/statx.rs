//! `statx(2)`, which asks for the facts one by one.

use nix::libc;

use crate::decode::Argument::{DirFd, Flags, In, Out, Path};
use crate::decode::bytes::field;
use crate::decode::named::{self, Choice, named};
use crate::decode::{Context, Signature};

use super::AT_FLAGS;
use super::stat::file_mode;

pub(super) const CALLS: &[Signature] = &[Signature::new(
    "statx",
    &[DirFd, Path, In(flags), Flags(&MASK), Out(statx)],
)];

/// How fresh the answer must be: two bits that are one value.
const SYNC: Choice = Choice {
    names: &[
        (0, "AT_STATX_SYNC_AS_STAT"),
        (0x2000, "AT_STATX_FORCE_SYNC"),
        (0x4000, "AT_STATX_DONT_SYNC"),
        (0x6000, "AT_STATX_FORCE_SYNC|AT_STATX_DONT_SYNC"),
    ],
    unknown: "",
};

const MASK: named::Flags = named::Flags {
    names: named![
        STATX_ALL,
        STATX_BASIC_STATS,
        STATX_TYPE,
        STATX_MODE,
        STATX_NLINK,
        STATX_UID,
        STATX_GID,
        STATX_ATIME,
        STATX_MTIME,
        STATX_CTIME,
        STATX_INO,
        STATX_SIZE,
        STATX_BLOCKS,
        STATX_BTIME,
        STATX_MNT_ID,
        STATX_DIOALIGN,
    ],
    unknown: "STATX_???",
};

const ATTRIBUTES: named::Flags = named::Flags {
    names: &[
        (0x4, "STATX_ATTR_COMPRESSED"),
        (0x10, "STATX_ATTR_IMMUTABLE"),
        (0x20, "STATX_ATTR_APPEND"),
        (0x40, "STATX_ATTR_NODUMP"),
        (0x800, "STATX_ATTR_ENCRYPTED"),
        (0x1000, "STATX_ATTR_AUTOMOUNT"),
        (0x2000, "STATX_ATTR_MOUNT_ROOT"),
        (0x10_0000, "STATX_ATTR_VERITY"),
        (0x20_0000, "STATX_ATTR_DAX"),
    ],
    unknown: "STATX_ATTR_???",
};

fn flags(context: &mut Context<'_>, value: u64) {
    SYNC.write(context, value & 0x6000);
    let others = value & u64::from(u32::MAX) & !0x6000;
    if others != 0 {
        let rest = AT_FLAGS.write_known(context, others, "|");
        if rest != 0 {
            context.format(format_args!("|{rest:#x}"));
        }
    }
}

/// `{stx_mask=STATX_ALL, stx_attributes=0, stx_mode=S_IFREG|0644, stx_size=0, ...}`
fn statx(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::statx>() }>(address) else {
        return context.address(address);
    };
    context.push("{stx_mask=");
    let mask = field!(&bytes, libc::statx, stx_mask, u32_at);
    MASK.write(context, u64::from(mask));
    context.push(", stx_attributes=");
    let attributes = field!(&bytes, libc::statx, stx_attributes, u64_at);
    ATTRIBUTES.write_wide(context, attributes);
    context.push(", stx_mode=");
    let mode = field!(&bytes, libc::statx, stx_mode, u16_at);
    file_mode(context, u32::from(mode));
    let size = field!(&bytes, libc::statx, stx_size, u64_at);
    context.format(format_args!(", stx_size={size}, ...}}"));
}

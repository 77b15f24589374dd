//! Mounting in steps: open a file system, configure it, make a mount of it, move that into place.

use nix::libc;

use crate::decode::Argument::{Choice, DirFd, Fd, Flags, In, Path, Pointer, Size, Text, Unsigned};
use crate::decode::bytes::u64_at;
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature};

use super::AT_FLAGS;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("open_tree", &[DirFd, Path, Flags(&OPEN_TREE)]).returns(ResultKind::Fd),
    Signature::new(
        "move_mount",
        &[DirFd, Path, DirFd, Path, Flags(&MOVE_MOUNT)],
    ),
    Signature::new("fsopen", &[Text, Flags(&FSOPEN)]).returns(ResultKind::Fd),
    Signature::new(
        "fsconfig",
        &[Fd, Choice(&FSCONFIG), In(key), In(value), In(number)],
    ),
    Signature::new("fsmount", &[Fd, Flags(&FSMOUNT), Flags(&ATTRIBUTES)]).returns(ResultKind::Fd),
    Signature::new("fspick", &[DirFd, Path, Flags(&FSPICK)]).returns(ResultKind::Fd),
    Signature::new(
        "mount_setattr",
        &[DirFd, Path, Flags(&AT_FLAGS), In(attributes), Size],
    ),
    Signature::new(
        "open_tree_attr",
        &[DirFd, Path, Flags(&OPEN_TREE), In(attributes), Size],
    )
    .returns(ResultKind::Fd),
    Signature::new("statmount", &[Pointer, Pointer, Size, Unsigned]),
    Signature::new("listmount", &[Pointer, Pointer, Size, Unsigned]),
];

const OPEN_TREE: named::Flags = named::Flags {
    names: &[
        (1, "OPEN_TREE_CLONE"),
        (libc::O_CLOEXEC as u64, "OPEN_TREE_CLOEXEC"),
        (0x100, "AT_SYMLINK_NOFOLLOW"),
        (0x200, "AT_REMOVEDIR"),
        (0x400, "AT_SYMLINK_FOLLOW"),
        (0x800, "AT_NO_AUTOMOUNT"),
        (0x1000, "AT_EMPTY_PATH"),
        (0x8000, "AT_RECURSIVE"),
    ],
    unknown: "OPEN_TREE_???",
};

const MOVE_MOUNT: named::Flags = named::Flags {
    names: &[
        (0x001, "MOVE_MOUNT_F_SYMLINKS"),
        (0x002, "MOVE_MOUNT_F_AUTOMOUNTS"),
        (0x004, "MOVE_MOUNT_F_EMPTY_PATH"),
        (0x010, "MOVE_MOUNT_T_SYMLINKS"),
        (0x020, "MOVE_MOUNT_T_AUTOMOUNTS"),
        (0x040, "MOVE_MOUNT_T_EMPTY_PATH"),
        (0x100, "MOVE_MOUNT_SET_GROUP"),
    ],
    unknown: "MOVE_MOUNT_???",
};

const FSOPEN: named::Flags = named::Flags {
    names: &[(1, "FSOPEN_CLOEXEC")],
    unknown: "FSOPEN_???",
};

const FSMOUNT: named::Flags = named::Flags {
    names: &[(1, "FSMOUNT_CLOEXEC")],
    unknown: "FSMOUNT_???",
};

const FSPICK: named::Flags = named::Flags {
    names: &[
        (1, "FSPICK_CLOEXEC"),
        (2, "FSPICK_SYMLINK_NOFOLLOW"),
        (4, "FSPICK_NO_AUTOMOUNT"),
        (8, "FSPICK_EMPTY_PATH"),
    ],
    unknown: "FSPICK_???",
};

const ATTRIBUTES: named::Flags = named::Flags {
    names: &[
        (0x01, "MOUNT_ATTR_RDONLY"),
        (0x02, "MOUNT_ATTR_NOSUID"),
        (0x04, "MOUNT_ATTR_NODEV"),
        (0x08, "MOUNT_ATTR_NOEXEC"),
        (0x10, "MOUNT_ATTR_NOATIME"),
        (0x20, "MOUNT_ATTR_STRICTATIME"),
        (0x80, "MOUNT_ATTR_NODIRATIME"),
        (0x10_0000, "MOUNT_ATTR_IDMAP"),
        (0x20_0000, "MOUNT_ATTR_NOSYMFOLLOW"),
    ],
    unknown: "MOUNT_ATTR_???",
};

const PROPAGATION: named::Choice = named::Choice {
    names: &[
        (0x2_0000, "MS_UNBINDABLE"),
        (0x4_0000, "MS_PRIVATE"),
        (0x8_0000, "MS_SLAVE"),
        (0x10_0000, "MS_SHARED"),
    ],
    unknown: "MS_???",
};

const SET_STRING: u32 = 1;
const SET_BINARY: u32 = 2;
const SET_PATH: u32 = 3;
const SET_PATH_EMPTY: u32 = 4;
const SET_FD: u32 = 5;

const FSCONFIG: named::Choice = named::Choice {
    names: &[
        (0, "FSCONFIG_SET_FLAG"),
        (1, "FSCONFIG_SET_STRING"),
        (2, "FSCONFIG_SET_BINARY"),
        (3, "FSCONFIG_SET_PATH"),
        (4, "FSCONFIG_SET_PATH_EMPTY"),
        (5, "FSCONFIG_SET_FD"),
        (6, "FSCONFIG_CMD_CREATE"),
        (7, "FSCONFIG_CMD_RECONFIGURE"),
    ],
    unknown: "FSCONFIG_???",
};

/// Which setting; the commands have none.
fn key(context: &mut Context<'_>, address: u64) {
    match context.registers[1] as u32 {
        ..=SET_FD => context.string(address),
        _ => context.address(address),
    }
}

fn value(context: &mut Context<'_>, address: u64) {
    match context.registers[1] as u32 {
        SET_STRING => context.string(address),
        SET_BINARY => context.hex_buffer(address, u64::from(context.registers[4] as u32)),
        SET_PATH | SET_PATH_EMPTY => context.path(address),
        _ => context.address(address),
    }
}

/// The directory that a path starts from, a descriptor, or a length.
fn number(context: &mut Context<'_>, value: u64) {
    match context.registers[1] as u32 {
        SET_PATH | SET_PATH_EMPTY => context.directory(value as i32),
        SET_FD => context.fd(value as i32),
        _ => context.format(format_args!("{}", value as i32)),
    }
}

/// `{attr_set=MOUNT_ATTR_RDONLY, attr_clr=0, propagation=…, userns_fd=0}`
fn attributes(context: &mut Context<'_>, address: u64) {
    const SIZE: usize = 32;
    let wanted = context.registers[4];
    let bytes = (wanted >= SIZE as u64).then(|| context.bytes::<SIZE>(address));
    let Some(bytes) = bytes.flatten() else {
        return context.address(address);
    };
    context.push("{attr_set=");
    ATTRIBUTES.write_wide(context, u64_at(&bytes, 0));
    context.push(", attr_clr=");
    ATTRIBUTES.write_wide(context, u64_at(&bytes, 8));
    context.push(", propagation=");
    PROPAGATION.write(context, u64_at(&bytes, 16));
    context.format(format_args!(", userns_fd={}}}", u64_at(&bytes, 24)));
}

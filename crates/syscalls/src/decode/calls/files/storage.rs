//! Files by handle, and how much a user may store.

use crate::decode::Argument::{DirFd, Fd, Flags, In, InOut, Out, Path, Pointer};
use crate::decode::bytes::u32_at;
use crate::decode::calls::files::open;
use crate::decode::named::{self, named};
use crate::decode::{Argument, Context, ResultKind, Signature};

use super::stat::device;

pub(super) const CALLS: &[Signature] = &[
    Signature::new(
        "name_to_handle_at",
        &[
            DirFd,
            Path,
            InOut(handle_size, handle_filled),
            Out(mount_id),
            Flags(&HANDLE_FLAGS),
        ],
    ),
    Signature::new("open_by_handle_at", &[Fd, In(handle), In(open::flags)]).returns(ResultKind::Fd),
    Signature::new(
        "quotactl",
        &[In(quota_command), Path, In(quota_id), In(quota_data)],
    ),
    Signature::new(
        "quotactl_fd",
        &[Fd, In(quota_command), In(quota_id), In(quota_data)],
    ),
    Signature::new("ustat", &[In(device), Pointer]),
    Signature::new("sysfs", &[Argument::Hex, Argument::Hex, Argument::Hex]),
    Signature::new("lookup_dcookie", &[Argument::Size, Pointer, Argument::Size]),
];

const HANDLE_FLAGS: named::Flags = named::Flags {
    names: named![AT_SYMLINK_FOLLOW, AT_EMPTY_PATH],
    unknown: "AT_???",
};

/// Handles are no longer than this.
const LONGEST_HANDLE: u32 = 128;

/// `{handle_bytes=128`: how much room there is.
fn handle_size(context: &mut Context<'_>, address: u64) {
    match context.u32(address) {
        Some(room) => context.format(format_args!("{{handle_bytes={room}")),
        None => context.address(address),
    }
}

/// ` => 8, handle_type=1, f_handle="\x0e…"}`: how much the handle takes, and what it is.
fn handle_filled(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<8>(address) else {
        return;
    };
    let size = u32_at(&bytes, 0);
    context.format(format_args!(" => {size}"));
    if context.success().is_some() && size <= LONGEST_HANDLE {
        context.format(format_args!(", handle_type={}", u32_at(&bytes, 4)));
        context.push(", f_handle=");
        context.hex_buffer(address.wrapping_add(8), u64::from(size));
    }
    context.push("}");
}

/// A handle from before.
fn handle(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<8>(address) else {
        return context.address(address);
    };
    let (size, kind) = (u32_at(&bytes, 0), u32_at(&bytes, 4));
    context.format(format_args!("{{handle_bytes={size}, handle_type={kind}"));
    if size <= LONGEST_HANDLE {
        context.push(", f_handle=");
        context.hex_buffer(address.wrapping_add(8), u64::from(size));
    }
    context.push("}");
}

/// `[27]`
fn mount_id(context: &mut Context<'_>, address: u64) {
    context.int_at(address);
}

const QUOTA_COMMANDS: named::Choice = named::Choice {
    names: &[
        (0x80_0001, "Q_SYNC"),
        (0x80_0002, "Q_QUOTAON"),
        (0x80_0003, "Q_QUOTAOFF"),
        (0x80_0004, "Q_GETFMT"),
        (0x80_0005, "Q_GETINFO"),
        (0x80_0006, "Q_SETINFO"),
        (0x80_0007, "Q_GETQUOTA"),
        (0x80_0008, "Q_SETQUOTA"),
        (0x80_0009, "Q_GETNEXTQUOTA"),
        (0x5801, "Q_XQUOTAON"),
        (0x5802, "Q_XQUOTAOFF"),
        (0x5803, "Q_XGETQUOTA"),
        (0x5804, "Q_XSETQLIM"),
        (0x5805, "Q_XGETQSTAT"),
        (0x5806, "Q_XQUOTARM"),
        (0x5807, "Q_XQUOTASYNC"),
        (0x5808, "Q_XGETQSTATV"),
        (0x5809, "Q_XGETNEXTQUOTA"),
    ],
    unknown: "Q_???",
};

const QUOTA_TYPES: named::Choice = named::Choice {
    names: &[(0, "USRQUOTA"), (1, "GRPQUOTA"), (2, "PRJQUOTA")],
    unknown: "???QUOTA",
};

/// `QCMD(Q_GETQUOTA, USRQUOTA)`
fn quota_command(context: &mut Context<'_>, value: u64) {
    let value = u64::from(value as u32);
    context.push("QCMD(");
    QUOTA_COMMANDS.write(context, value >> 8);
    context.push(", ");
    QUOTA_TYPES.write(context, value & 0xff);
    context.push(")");
}

/// The command, which stands in the first register or, behind a descriptor, in the second.
fn quota_name(context: &Context<'_>) -> &'static str {
    [context.registers[0], context.registers[1]]
        .into_iter()
        .find_map(|value| QUOTA_COMMANDS.name(u64::from(value as u32 >> 8)))
        .unwrap_or_default()
}

/// Whose quota; the commands on a whole file system have nobody.
fn quota_id(context: &mut Context<'_>, value: u64) {
    match quota_name(context) {
        "Q_SYNC" | "Q_QUOTAOFF" | "Q_GETFMT" | "Q_GETINFO" | "Q_SETINFO" | "Q_XQUOTAON"
        | "Q_XQUOTAOFF" | "Q_XGETQSTAT" | "Q_XQUOTARM" | "Q_XQUOTASYNC" | "Q_XGETQSTATV" => {}
        _ => context.format(format_args!("{}", value as u32)),
    }
}

fn quota_data(context: &mut Context<'_>, address: u64) {
    match quota_name(context) {
        "Q_SYNC" | "Q_QUOTAOFF" | "Q_XQUOTASYNC" => {}
        _ => context.address(address),
    }
}

//! Names of files: links, renaming, removal, directories.

use crate::decode::Argument::{DirFd, Fd, Flags, In, Mode, Out, Path, Size};
use crate::decode::named::{self, named};
use crate::decode::{Context, Signature};

use super::AT_FLAGS;
use super::stat::{device, file_mode};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("rename", &[Path, Path]),
    Signature::new("renameat", &[DirFd, Path, DirFd, Path]),
    Signature::new("renameat2", &[DirFd, Path, DirFd, Path, Flags(&RENAME)]),
    Signature::new("link", &[Path, Path]),
    Signature::new("linkat", &[DirFd, Path, DirFd, Path, Flags(&AT_FLAGS)]),
    Signature::new("symlink", &[Path, Path]),
    Signature::new("symlinkat", &[Path, DirFd, Path]),
    Signature::new("readlink", &[Path, Out(target), Size]),
    Signature::new("readlinkat", &[DirFd, Path, Out(target), Size]),
    Signature::new("unlink", &[Path]),
    Signature::new("unlinkat", &[DirFd, Path, Flags(&AT_FLAGS)]),
    Signature::new("mkdir", &[Path, Mode]),
    Signature::new("mkdirat", &[DirFd, Path, Mode]),
    Signature::new("rmdir", &[Path]),
    Signature::new("mknod", &[Path, In(node_mode), In(node_device::<1>)]),
    Signature::new(
        "mknodat",
        &[DirFd, Path, In(node_mode), In(node_device::<2>)],
    ),
    Signature::new("chdir", &[Path]),
    Signature::new("fchdir", &[Fd]),
    Signature::new("chroot", &[Path]),
    Signature::new("getcwd", &[Out(directory), Size]),
];

const RENAME: named::Flags = named::Flags {
    names: named![RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT],
    unknown: "RENAME_???",
};

fn directory(context: &mut Context<'_>, address: u64) {
    context.path(address);
}

/// A link's target has no NUL behind it; the result says how long it is.
fn target(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0);
    context.buffer(address, length.cast_unsigned());
}

fn node_mode(context: &mut Context<'_>, mode: u64) {
    file_mode(context, u32::from(mode as u16));
}

/// Only device files have a device number; the mode is argument `MODE`.
fn node_device<const MODE: usize>(context: &mut Context<'_>, value: u64) {
    use nix::libc::{S_IFBLK, S_IFCHR, S_IFMT};
    if matches!(context.registers[MODE] as u32 & S_IFMT, S_IFCHR | S_IFBLK) {
        device(context, u64::from(value as u32));
    }
}

//! What kind of file, with which permissions, how large.

use nix::libc;

use crate::decode::Argument::{DirFd, Fd, Flags, Out, Path};
use crate::decode::bytes::field;
use crate::decode::named::{self, Choice, named};
use crate::decode::{Context, Signature};

use super::AT_FLAGS;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("stat", &[Path, Out(stat)]),
    Signature::new("lstat", &[Path, Out(stat)]),
    Signature::new("fstat", &[Fd, Out(stat)]),
    Signature::new("newfstatat", &[DirFd, Path, Out(stat), Flags(&AT_FLAGS)]),
    Signature::new("access", &[Path, Flags(&ACCESS)]),
    Signature::new("faccessat", &[DirFd, Path, Flags(&ACCESS)]),
    Signature::new(
        "faccessat2",
        &[DirFd, Path, Flags(&ACCESS), Flags(&ACCESS_FLAGS)],
    ),
];

const ACCESS: named::Flags = named::Flags {
    names: named![F_OK, R_OK, W_OK, X_OK],
    unknown: "?_OK",
};

const ACCESS_FLAGS: named::Flags = named::Flags {
    names: named![AT_SYMLINK_NOFOLLOW, AT_EACCESS, AT_EMPTY_PATH],
    unknown: "AT_???",
};

const FILE_TYPES: Choice = Choice {
    names: named![
        S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK
    ],
    unknown: "",
};

const SPECIAL_BITS: named::Flags = named::Flags {
    names: named![S_ISUID, S_ISGID, S_ISVTX],
    unknown: "",
};

/// The file's type, the special bits and the permissions: `S_IFREG|S_ISUID|0755`. A number where
/// there is no such type.
pub(super) fn file_mode(context: &mut Context<'_>, mode: u32) {
    let Some(file_type) = FILE_TYPES.name(u64::from(mode & libc::S_IFMT)) else {
        return context.mode(mode);
    };
    context.push(file_type);
    let permissions = mode & !libc::S_IFMT;
    let rest = match permissions & !0o777 {
        0 => 0,
        special => SPECIAL_BITS.write_known(context, u64::from(special), "|") as u32,
    };
    context.push("|");
    context.mode(rest | permissions & 0o777);
}

/// `makedev(0x1, 0x3)`
pub(super) fn device(context: &mut Context<'_>, device: u64) {
    let (major, minor) = (libc::major(device), libc::minor(device));
    context.push("makedev(");
    context.hex(u64::from(major));
    context.push(", ");
    context.hex(u64::from(minor));
    context.push(")");
}

/// `{st_mode=S_IFREG|0644, st_size=123, ...}`
fn stat(context: &mut Context<'_>, address: u64) {
    let Some(bytes) = context.bytes::<{ size_of::<libc::stat>() }>(address) else {
        return context.address(address);
    };
    let mode = field!(&bytes, libc::stat, st_mode, u32_at);
    context.push("{st_mode=");
    file_mode(context, mode);
    if matches!(mode & libc::S_IFMT, libc::S_IFCHR | libc::S_IFBLK) {
        context.push(", st_rdev=");
        device(context, field!(&bytes, libc::stat, st_rdev, u64_at));
    } else {
        let size = field!(&bytes, libc::stat, st_size, i64_at);
        context.format(format_args!(", st_size={size}"));
    }
    context.push(", ...}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::written;

    #[test]
    fn a_mode_is_a_type_special_bits_and_permissions() {
        let text = |mode| written(|context| file_mode(context, mode));
        assert_eq!(text(0o10_0644), "S_IFREG|0644");
        assert_eq!(text(0o10_4755), "S_IFREG|S_ISUID|0755");
        assert_eq!(text(0o04_1777), "S_IFDIR|S_ISVTX|0777");
        assert_eq!(text(0o10_0000), "S_IFREG|000");
        assert_eq!(text(0o13_0644), "0130644");
    }

    #[test]
    fn a_device_has_two_numbers() {
        let text = written(|context| device(context, 0x1230_0103));
        assert_eq!(text, "makedev(0x1, 0x12303)");
    }
}

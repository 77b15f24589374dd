//! Extended attributes: named values beside a file's contents.

use crate::decode::Argument::{Fd, Flags, In, Out, Path, Size, Text};
use crate::decode::named::{self, named};
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("setxattr", &[Path, Text, In(value), Size, Flags(&FLAGS)]),
    Signature::new("lsetxattr", &[Path, Text, In(value), Size, Flags(&FLAGS)]),
    Signature::new("fsetxattr", &[Fd, Text, In(value), Size, Flags(&FLAGS)]),
    Signature::new("getxattr", &[Path, Text, Out(value_read), Size]),
    Signature::new("lgetxattr", &[Path, Text, Out(value_read), Size]),
    Signature::new("fgetxattr", &[Fd, Text, Out(value_read), Size]),
    Signature::new("listxattr", &[Path, Out(names::<2>), Size]),
    Signature::new("llistxattr", &[Path, Out(names::<2>), Size]),
    Signature::new("flistxattr", &[Fd, Out(names::<2>), Size]),
    Signature::new("removexattr", &[Path, Text]),
    Signature::new("lremovexattr", &[Path, Text]),
    Signature::new("fremovexattr", &[Fd, Text]),
];

const FLAGS: named::Flags = named::Flags {
    names: named![XATTR_CREATE, XATTR_REPLACE],
    unknown: "XATTR_???",
};

/// The value that is set; its length is the argument behind it.
fn value(context: &mut Context<'_>, address: u64) {
    text_or_bytes(context, address, context.registers[3]);
}

/// The value that was read; nothing when only its length was asked for.
fn value_read(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0).cast_unsigned();
    if context.registers[3] == 0 {
        context.address(address);
    } else {
        text_or_bytes(context, address, length);
    }
}

/// Many values are C strings: the NUL at their end is not shown.
fn text_or_bytes(context: &mut Context<'_>, address: u64, length: u64) {
    let shorter = length.saturating_sub(1);
    let last = context.bytes::<1>(address.saturating_add(shorter));
    if length > 0 && last == Some([0]) && shorter <= context.style.string_limit as u64 {
        context.buffer(address, shorter);
    } else {
        context.buffer(address, length);
    }
}

/// The list of names; nothing when only its length was asked for.
fn names<const SIZE: usize>(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0).cast_unsigned();
    if context.registers[SIZE] == 0 {
        context.address(address);
    } else {
        context.buffer(address, length);
    }
}

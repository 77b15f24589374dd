//! From one descriptor to another without passing through the program.

use crate::decode::Argument::{Fd, Flags, In, InOut, Size, Unsigned};
use crate::decode::named::{self, named};
use crate::decode::{Context, Signature};

use super::transfer::pieces_written;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("sendfile", &[Fd, Fd, InOut(offset, moved_offset), Size]),
    Signature::new(
        "splice",
        &[Fd, In(offset), Fd, In(offset), Size, Flags(&SPLICE)],
    ),
    Signature::new("tee", &[Fd, Fd, Size, Flags(&SPLICE)]),
    Signature::new("vmsplice", &[Fd, In(pieces_written), Size, Flags(&SPLICE)]),
    Signature::new(
        "copy_file_range",
        &[Fd, In(offset), Fd, In(offset), Size, Unsigned],
    ),
];

const SPLICE: named::Flags = named::Flags {
    names: named![
        SPLICE_F_MOVE,
        SPLICE_F_NONBLOCK,
        SPLICE_F_MORE,
        SPLICE_F_GIFT,
    ],
    unknown: "SPLICE_F_???",
};

/// `[0]`: the position to start from, instead of the descriptor's own.
fn offset(context: &mut Context<'_>, address: u64) {
    match context.u64(address) {
        Some(offset) => context.format(format_args!("[{}]", offset.cast_signed())),
        None => context.address(address),
    }
}

/// ` => [10]`: the position behind what was copied.
fn moved_offset(context: &mut Context<'_>, address: u64) {
    if context.success().is_some() && address != 0 {
        context.push(" => ");
        offset(context, address);
    }
}

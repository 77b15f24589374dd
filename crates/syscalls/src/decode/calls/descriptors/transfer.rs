//! Reading and writing bytes, in one piece or scattered over several.

use nix::libc;

use crate::decode::Argument::{self, Fd, In, Long, Out, OutAlways, Size};
use crate::decode::bytes::field;
use crate::decode::named::{Flags, named};
use crate::decode::{Context, Signature};

pub(super) const CALLS: &[Signature] = &[
    Signature::new("read", &[Fd, Out(read), Size]),
    Signature::new("write", &[Fd, In(written), Size]),
    Signature::new("pread64", &[Fd, Out(read), Size, Long]),
    Signature::new("pwrite64", &[Fd, In(written), Size, Long]),
    Signature::new("readv", &[Fd, OutAlways(pieces_read), Size]),
    Signature::new("writev", &[Fd, In(pieces_written), Size]),
    Signature::new("preadv", &[Fd, OutAlways(pieces_read), Size, Long]),
    Signature::new("pwritev", &[Fd, In(pieces_written), Size, Long]),
    // The upper half of the position is an argument of its own, which means something on 32 bits.
    Signature::new(
        "preadv2",
        &[Fd, OutAlways(pieces_read), Size, Long, NOTHING, HOW],
    ),
    Signature::new(
        "pwritev2",
        &[Fd, In(pieces_written), Size, Long, NOTHING, HOW],
    ),
];

const NOTHING: Argument = In(|_, _| ());

const HOW: Argument = Argument::Flags(&Flags {
    names: named![RWF_HIPRI, RWF_DSYNC, RWF_SYNC, RWF_NOWAIT, RWF_APPEND],
    unknown: "RWF_???",
});

/// What was read: as much as the result says.
fn read(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0);
    context.buffer(address, length.cast_unsigned());
}

/// What is to be written: as much as the next argument says.
fn written(context: &mut Context<'_>, address: u64) {
    context.buffer(address, context.registers[2]);
}

fn pieces_read(context: &mut Context<'_>, address: u64) {
    let filled = context.success().map(i64::cast_unsigned);
    pieces(context, address, context.registers[2], filled);
}

pub(super) fn pieces_written(context: &mut Context<'_>, address: u64) {
    pieces(context, address, context.registers[2], Some(u64::MAX));
}

/// `[{iov_base="text", iov_len=4}]`, of which only the first `filled` bytes are shown; with `None`,
/// where they are.
pub(in crate::decode) fn pieces(
    context: &mut Context<'_>,
    address: u64,
    count: u64,
    mut filled: Option<u64>,
) {
    context.array(
        address,
        count,
        |context, bytes: &[u8; size_of::<libc::iovec>()]| {
            let base = field!(bytes, libc::iovec, iov_base, u64_at);
            let length = field!(bytes, libc::iovec, iov_len, u64_at);
            context.push("{iov_base=");
            match &mut filled {
                Some(filled) => {
                    context.buffer(base, length.min(*filled));
                    *filled = filled.saturating_sub(length);
                }
                None => context.address(base),
            }
            context.format(format_args!(", iov_len={length}}}"));
        },
    );
}

//! sendmsg and its kin: a message in several pieces, with an address and with what no byte can carry.

use nix::libc;

use crate::decode::Argument::{Fd, Flags, In, Kept, OutAlways, Unsigned};
use crate::decode::bytes::field;
use crate::decode::{Context, Signature, sockaddr, timespec};

use super::control;
use super::sockets::MESSAGE_FLAGS;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("sendmsg", &[Fd, In(sent), Flags(&MESSAGE_FLAGS)]),
    Signature::new(
        "recvmsg",
        &[Fd, Kept(room_for_name, received), Flags(&MESSAGE_FLAGS)],
    ),
    Signature::new(
        "sendmmsg",
        &[Fd, OutAlways(many_sent), Unsigned, Flags(&MESSAGE_FLAGS)],
    ),
    Signature::new(
        "recvmmsg",
        &[
            Fd,
            Kept(room_for_name, many_received),
            Unsigned,
            Flags(&MESSAGE_FLAGS),
            In(timespec::write),
        ],
    ),
];

const SIZE: usize = size_of::<libc::msghdr>();
const SIZE_OF_MANY: usize = size_of::<libc::mmsghdr>();

/// When the text is as long as this, further messages are left out: the lengths are the program's,
/// and may be wrong.
const LONG: usize = 1 << 15;

/// Which way a message goes.
#[derive(Clone, Copy)]
enum Way {
    Sent,
    /// With the number of bytes that were received.
    Received(u64),
}

/// How many bytes the program has room for in the address (of the first message, when there are
/// more): the kernel will write over it how many there are.
fn room_for_name(context: &Context<'_>, address: u64) -> u64 {
    let header = context.bytes::<SIZE>(address).unwrap_or([0; SIZE]);
    u64::from(field!(&header, libc::msghdr, msg_namelen, u32_at))
}

fn sent(context: &mut Context<'_>, address: u64) {
    match context.bytes::<SIZE>(address) {
        Some(bytes) => header(context, &bytes, Way::Sent),
        None => context.address(address),
    }
}

/// What was received; after an error only the room for a name is worth telling.
fn received(context: &mut Context<'_>, address: u64) {
    match (context.bytes::<SIZE>(address), context.success()) {
        (Some(bytes), Some(length)) => {
            header(context, &bytes, Way::Received(length.cast_unsigned()));
        }
        (Some(_), None) => {
            let room = context.kept as u32;
            context.format(format_args!("{{msg_namelen={room}}}"));
        }
        (None, _) => context.address(address),
    }
}

fn many_sent(context: &mut Context<'_>, address: u64) {
    let success = context.success();
    let count = success.map_or(context.registers[2], i64::cast_unsigned);
    let limit = count.min(u64::from(u32::MAX));
    context.array(address, limit, |context, bytes: &[u8; SIZE_OF_MANY]| {
        element(context, bytes, Way::Sent, success.is_some());
    });
}

fn many_received(context: &mut Context<'_>, address: u64) {
    let Some(count) = context.success() else {
        return context.address(address);
    };
    let count = count.cast_unsigned();
    context.array(address, count, |context, bytes: &[u8; SIZE_OF_MANY]| {
        let length = field!(bytes, libc::mmsghdr, msg_len, u32_at);
        element(context, bytes, Way::Received(u64::from(length)), true);
    });
}

/// `{msg_hdr={…}, msg_len=8}`
fn element(context: &mut Context<'_>, bytes: &[u8; SIZE_OF_MANY], way: Way, done: bool) {
    context.push("{msg_hdr=");
    header(context, &bytes[..SIZE], way);
    if done {
        let length = field!(bytes, libc::mmsghdr, msg_len, u32_at);
        context.format(format_args!(", msg_len={length}"));
    }
    context.push("}");
}

/// `{msg_name=NULL, msg_namelen=0, msg_iov=[…], msg_iovlen=1, msg_controllen=0, msg_flags=0}`
fn header(context: &mut Context<'_>, bytes: &[u8], way: Way) {
    if context.text.len() > LONG {
        return context.push("{...}");
    }
    context.push("{msg_name=");
    name(context, bytes, way);
    context.push(", msg_iov=");
    pieces(context, bytes, way);
    let control = field!(bytes, libc::msghdr, msg_control, u64_at);
    let length = field!(bytes, libc::msghdr, msg_controllen, u64_at);
    if length > 0 {
        context.push(", msg_control=");
        control::write(context, control, length);
    }
    context.format(format_args!(", msg_controllen={length}, msg_flags="));
    let flags = field!(bytes, libc::msghdr, msg_flags, u32_at);
    MESSAGE_FLAGS.write(context, u64::from(flags));
    context.push("}");
}

fn name(context: &mut Context<'_>, bytes: &[u8], way: Way) {
    let name = field!(bytes, libc::msghdr, msg_name, u64_at);
    let length = field!(bytes, libc::msghdr, msg_namelen, u32_at);
    let room = context.kept as u32;
    match way {
        Way::Received(_) if room != length => {
            sockaddr::write(context, name, u64::from(length.min(room)));
            context.format(format_args!(", msg_namelen={room} => {length}"));
        }
        _ => {
            sockaddr::write(context, name, u64::from(length));
            context.format(format_args!(", msg_namelen={length}"));
        }
    }
}

/// The pieces, filled one after the other: `[{iov_base="abc", iov_len=3}], msg_iovlen=1`.
fn pieces(context: &mut Context<'_>, bytes: &[u8], way: Way) {
    let address = field!(bytes, libc::msghdr, msg_iov, u64_at);
    let count = field!(bytes, libc::msghdr, msg_iovlen, u64_at);
    let mut rest = match way {
        Way::Sent => u64::MAX,
        Way::Received(length) => length,
    };
    const PIECE: usize = size_of::<libc::iovec>();
    context.array(address, count, |context, piece: &[u8; PIECE]| {
        let length = field!(piece, libc::iovec, iov_len, u64_at);
        context.push("{iov_base=");
        let base = field!(piece, libc::iovec, iov_base, u64_at);
        context.buffer(base, length.min(rest));
        rest = rest.saturating_sub(length);
        context.format(format_args!(", iov_len={length}}}"));
    });
    context.format(format_args!(", msg_iovlen={count}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::context::Answer;
    use crate::decode::fake::{Fake, written_with};

    /// A message at 0x1000 of two pieces, "abc" and "defgh", without name and control.
    fn memory() -> Fake {
        let header = [0, 0, 0x2000, 2, 0, 0, 0_u64];
        let pieces = [0x3000, 3, 0x4000, 5_u64];
        let bytes =
            |numbers: &[u64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_ne_bytes()).collect() };
        Fake::default()
            .with(0x1000, bytes(&header))
            .with(0x2000, bytes(&pieces))
            .with(0x3000, "abc")
            .with(0x4000, "defgh")
    }

    #[test]
    fn a_message_is_sent_in_pieces() {
        assert_eq!(
            written_with(&memory(), [0; 6], |c| sent(c, 0x1000)),
            "{msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"abc\", iov_len=3}, \
             {iov_base=\"defgh\", iov_len=5}], msg_iovlen=2, msg_controllen=0, msg_flags=0}"
        );
        assert_eq!(
            written_with(&memory(), [0; 6], |c| sent(c, 0x1008)),
            "0x1008"
        );
    }

    #[test]
    fn pieces_are_filled_one_after_the_other() {
        let memory = memory();
        let shown = |result: i64| {
            let mut context = Context::new([0; 6], Style::default(), &memory);
            let failed = result < 0;
            context.answer = Some(Answer { result, failed });
            context.kept = 128;
            received(&mut context, 0x1000);
            context.text
        };
        assert_eq!(
            shown(5),
            "{msg_name=NULL, msg_namelen=128 => 0, msg_iov=[{iov_base=\"abc\", iov_len=3}, \
             {iov_base=\"de\", iov_len=5}], msg_iovlen=2, msg_controllen=0, msg_flags=0}"
        );
        assert_eq!(shown(-11), "{msg_namelen=128}");
    }
}

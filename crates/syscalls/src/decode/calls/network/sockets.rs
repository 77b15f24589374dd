//! Making sockets, naming them, connecting them, and bytes through them.

use crate::decode::Argument::{self, Choice, Fd, Flags, In, Int, Kept, Out, Size, Unsigned};
use crate::decode::named;
use crate::decode::{Context, ResultKind, Signature, sockaddr};

use super::protocols::protocol;

pub(super) const CALLS: &[Signature] = &[
    Signature::new("socket", &[FAMILY, In(kind), In(protocol)]).returns(ResultKind::Fd),
    Signature::new("socketpair", &[FAMILY, In(kind), Unsigned, Out(pair)]),
    Signature::new("bind", &[Fd, In(address), Int]),
    Signature::new("connect", &[Fd, In(address), Int]),
    Signature::new("listen", &[Fd, Int]),
    Signature::new("accept", &[Fd, PEER, LENGTH]).returns(ResultKind::Fd),
    Signature::new("accept4", &[Fd, PEER, LENGTH, Flags(&SOCKET_FLAGS)]).returns(ResultKind::Fd),
    Signature::new("getsockname", &[Fd, PEER, LENGTH]),
    Signature::new("getpeername", &[Fd, PEER, LENGTH]),
    Signature::new(
        "sendto",
        &[
            Fd,
            In(sent),
            Size,
            Flags(&MESSAGE_FLAGS),
            In(destination),
            In(length_of_destination),
        ],
    ),
    Signature::new(
        "recvfrom",
        &[
            Fd,
            Out(received),
            Size,
            Flags(&MESSAGE_FLAGS),
            Out(source),
            LENGTH,
        ],
    ),
    Signature::new("shutdown", &[Fd, Choice(&DIRECTION)]),
];

const FAMILY: Argument = Choice(&sockaddr::FAMILIES);
const PEER: Argument = Out(peer);
const LENGTH: Argument = Kept(length_at_entry, length);

const KIND: named::Choice = named::Choice {
    names: &[
        (1, "SOCK_STREAM"),
        (2, "SOCK_DGRAM"),
        (3, "SOCK_RAW"),
        (4, "SOCK_RDM"),
        (5, "SOCK_SEQPACKET"),
        (6, "SOCK_DCCP"),
        (10, "SOCK_PACKET"),
    ],
    unknown: "SOCK_???",
};

const SOCKET_FLAGS: named::Flags = named::Flags {
    names: &[(0o2_000_000, "SOCK_CLOEXEC"), (0o4_000, "SOCK_NONBLOCK")],
    unknown: "SOCK_???",
};

const DIRECTION: named::Choice = named::Choice {
    names: &[(0, "SHUT_RD"), (1, "SHUT_WR"), (2, "SHUT_RDWR")],
    unknown: "SHUT_???",
};

/// How a message is sent or received.
pub(super) const MESSAGE_FLAGS: named::Flags = named::Flags {
    names: &[
        (0x0000_0001, "MSG_OOB"),
        (0x0000_0002, "MSG_PEEK"),
        (0x0000_0004, "MSG_DONTROUTE"),
        (0x0000_0008, "MSG_CTRUNC"),
        (0x0000_0010, "MSG_PROBE"),
        (0x0000_0020, "MSG_TRUNC"),
        (0x0000_0040, "MSG_DONTWAIT"),
        (0x0000_0080, "MSG_EOR"),
        (0x0000_0100, "MSG_WAITALL"),
        (0x0000_0200, "MSG_FIN"),
        (0x0000_0400, "MSG_SYN"),
        (0x0000_0800, "MSG_CONFIRM"),
        (0x0000_1000, "MSG_RST"),
        (0x0000_2000, "MSG_ERRQUEUE"),
        (0x0000_4000, "MSG_NOSIGNAL"),
        (0x0000_8000, "MSG_MORE"),
        (0x0001_0000, "MSG_WAITFORONE"),
        (0x0004_0000, "MSG_BATCH"),
        (0x0400_0000, "MSG_ZEROCOPY"),
        (0x2000_0000, "MSG_FASTOPEN"),
        (0x4000_0000, "MSG_CMSG_CLOEXEC"),
        (0x8000_0000, "MSG_CMSG_COMPAT"),
    ],
    unknown: "MSG_???",
};

/// The kind of socket is in the lowest four bits, and flags above.
fn kind(context: &mut Context<'_>, value: u64) {
    const KINDS: u64 = 0xf;
    let value = u64::from(value as u32);
    KIND.write(context, value & KINDS);
    if value & !KINDS != 0 {
        context.push("|");
        SOCKET_FLAGS.write(context, value & !KINDS);
    }
}

/// `[3, 4]`
fn pair(context: &mut Context<'_>, address: u64) {
    context.array(address, 2, |context, fd| {
        context.fd(i32::from_ne_bytes(*fd));
    });
}

fn address(context: &mut Context<'_>, address: u64) {
    sockaddr::write(context, address, context.registers[2]);
}

/// An address that the kernel filled, whose length at entry was in the third argument's place.
fn peer(context: &mut Context<'_>, address: u64) {
    filled(context, address, context.registers[2]);
}

fn source(context: &mut Context<'_>, address: u64) {
    filled(context, address, context.registers[5]);
}

/// The kernel says how long the address is, and writes no more of it than there was room for.
fn filled(context: &mut Context<'_>, address: u64, length_at: u64) {
    match context.u32(length_at) {
        Some(length) => {
            let room = context.kept.min(u64::from(length));
            sockaddr::write(context, address, room);
        }
        None => context.address(address),
    }
}

/// How much room there is for an address.
pub(super) fn length_at_entry(context: &Context<'_>, address: u64) -> u64 {
    u64::from(context.u32(address).unwrap_or(0))
}

/// `[128 => 16]`: the room there was, and the length that there is; one of them when they are equal.
pub(super) fn length(context: &mut Context<'_>, address: u64) {
    let Some(now) = context.u32(address) else {
        return context.address(address);
    };
    let before = context.kept as u32;
    if now == before || context.success().is_none() {
        context.format(format_args!("[{}]", before.cast_signed()));
    } else {
        context.format(format_args!(
            "[{} => {}]",
            before.cast_signed(),
            now.cast_signed()
        ));
    }
}

fn sent(context: &mut Context<'_>, address: u64) {
    context.buffer(address, context.registers[2]);
}

/// As much as was received, of which there may be more than there was room for (`MSG_TRUNC`).
fn received(context: &mut Context<'_>, address: u64) {
    let length = context.success().unwrap_or(0).cast_unsigned();
    context.buffer(address, length.min(context.registers[2]));
}

fn destination(context: &mut Context<'_>, address: u64) {
    sockaddr::write(context, address, context.registers[5]);
}

fn length_of_destination(context: &mut Context<'_>, length: u64) {
    context.format(format_args!("{}", length as u32));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Style;
    use crate::decode::context::Answer;
    use crate::decode::fake::{Fake, written};

    #[test]
    fn flags_stand_behind_the_kind() {
        assert_eq!(
            written(|c| kind(c, 1 | 0o2_004_000)),
            "SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK"
        );
        assert_eq!(written(|c| kind(c, 99)), "SOCK_RAW|0x60 /* SOCK_??? */");
    }

    /// A length that was `before` and is 2 now, and an address at 0x1000.
    fn with_length(before: u64, result: i64, write: fn(&mut Context<'_>, u64)) -> String {
        let memory = Fake::default()
            .with(0x1000, [1, 0, b'/', b'x'])
            .with(0x2000, 3_u32.to_ne_bytes());
        let registers = [3, 0x1000, 0x2000, 0, 0, 0];
        let mut context = Context::new(registers, Style::default(), &memory);
        context.kept = before;
        context.answer = Some(Answer {
            result,
            failed: result < 0,
        });
        let value = if before == u64::MAX { 0 } else { 0x2000 };
        write(&mut context, value);
        context.text
    }

    #[test]
    fn a_length_says_what_it_was_and_what_it_became() {
        assert_eq!(with_length(128, 0, length), "[128 => 3]");
        assert_eq!(with_length(3, 0, length), "[3]");
        assert_eq!(with_length(128, -9, length), "[128]");
        assert_eq!(with_length(u64::MAX, 0, length), "NULL");
    }

    #[test]
    fn of_an_address_no_more_is_shown_than_there_was_room_for() {
        let shown = |before| with_length(before, 0, |context, _| peer(context, 0x1000));
        assert_eq!(shown(128), r#"{sa_family=AF_UNIX, sun_path="/"}"#);
        assert_eq!(shown(1), "0x1000");
    }
}

//! Control messages: descriptors, credentials, time stamps beside the bytes of a message (cmsg(3)).

use nix::libc;

use crate::decode::bytes::{i32_at, u32_at, u64_at};
use crate::decode::named;
use crate::decode::{Context, sockaddr, timespec};

use super::options::{LEVELS, write_option};

/// Length, level and type stand before the data, and each message starts at a multiple of 8.
const HEADER: usize = 16;
const ALIGNMENT: usize = 8;

/// More than the largest message has: 253 descriptors.
const LARGEST: u64 = 1 << 12;

const SOCKET_TYPES: named::Choice = named::Choice {
    names: &[
        (1, "SCM_RIGHTS"),
        (2, "SCM_CREDENTIALS"),
        (3, "SCM_SECURITY"),
        (4, "SCM_PIDFD"),
        (29, "SO_TIMESTAMP_OLD"),
        (35, "SO_TIMESTAMPNS_OLD"),
        (37, "SO_TIMESTAMPING_OLD"),
        (54, "SCM_TIMESTAMPING_OPT_STATS"),
        (58, "SCM_TIMESTAMPING_PKTINFO"),
    ],
    unknown: "SCM_???",
};

/// Appends the messages in `length` bytes at an address: `[{cmsg_len=20, …}]`.
pub(super) fn write(context: &mut Context<'_>, address: u64, length: u64) {
    let mut bytes = vec![0; length.min(LARGEST) as usize];
    let whole = context.memory.read(address, &mut bytes) == bytes.len();
    if address == 0 || !whole || bytes.len() < HEADER {
        return context.address(address);
    }
    let mut rest = &bytes[..];
    let mut shown = 0;
    while rest.len() >= HEADER {
        context.push(if shown == 0 { "[" } else { ", " });
        if shown >= context.style.string_limit {
            context.push("...");
            break;
        }
        shown += 1;
        let length = usize::try_from(u64_at(rest, 0)).unwrap_or(usize::MAX);
        one(context, &rest[..length.clamp(HEADER, rest.len())], length);
        let next = length.max(HEADER).saturating_add(ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        rest = rest.get(next..).unwrap_or_default();
    }
    context.push("]");
}

fn one(context: &mut Context<'_>, message: &[u8], length: usize) {
    let (level, kind) = (i32_at(message, 8), i32_at(message, 12));
    let data = &message[HEADER..];
    context.format(format_args!("{{cmsg_len={length}, cmsg_level="));
    LEVELS.write(context, u64::from(level.cast_unsigned()));
    context.push(", cmsg_type=");
    if level == libc::SOL_SOCKET {
        SOCKET_TYPES.write(context, u64::from(kind.cast_unsigned()));
    } else {
        write_option(context, level, u64::from(kind.cast_unsigned()));
    }
    if !data.is_empty() {
        context.push(", cmsg_data=");
        write_data(context, level, kind, data);
    }
    context.push("}");
}

fn write_data(context: &mut Context<'_>, level: i32, kind: i32, data: &[u8]) {
    match (level, kind) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS) => descriptors(context, data),
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) if data.len() >= 12 => {
            write_credentials(context, data);
        }
        (libc::SOL_SOCKET, libc::SO_TIMESTAMP) if data.len() >= timespec::SIZE => {
            timespec::write_timeval_bytes(context, data);
        }
        (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS) if data.len() >= timespec::SIZE => {
            timespec::write_bytes(context, data);
        }
        (libc::SOL_IP, libc::IP_PKTINFO) if data.len() >= 12 => packet(context, data),
        (libc::SOL_IP, libc::IP_TTL) if data.len() >= 4 => {
            context.format(format_args!("[{}]", i32_at(data, 0)));
        }
        (libc::SOL_IP, libc::IP_TOS) => context.format(format_args!("[{:#x}]", data[0])),
        _ => context.quote(data),
    }
}

fn descriptors(context: &mut Context<'_>, data: &[u8]) {
    for (index, fd) in data.chunks_exact(4).enumerate() {
        context.push(if index == 0 { "[" } else { ", " });
        context.fd(i32_at(fd, 0));
    }
    context.push("]");
}

/// `{pid=1, uid=0, gid=0}`
pub(super) fn write_credentials(context: &mut Context<'_>, bytes: &[u8]) {
    context.format(format_args!(
        "{{pid={}, uid={}, gid={}}}",
        i32_at(bytes, 0),
        u32_at(bytes, 4),
        u32_at(bytes, 8)
    ));
}

/// Where a datagram came in, and to which address.
fn packet(context: &mut Context<'_>, data: &[u8]) {
    context.push("{ipi_ifindex=");
    sockaddr::write_interface(context, u32_at(data, 0));
    let (local, header) = (sockaddr::ipv4(data, 4), sockaddr::ipv4(data, 8));
    context.format(format_args!(
        ", ipi_spec_dst=inet_addr(\"{local}\"), ipi_addr=inet_addr(\"{header}\")}}"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn message(length: u64, level: i32, kind: i32, data: &[i32]) -> Vec<u8> {
        let mut bytes = length.to_ne_bytes().to_vec();
        for number in [level, kind].iter().chain(data) {
            bytes.extend(number.to_ne_bytes());
        }
        bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
        bytes
    }

    fn shown(bytes: Vec<u8>) -> String {
        let length = bytes.len() as u64;
        let memory = Fake::default().with(0x1000, bytes);
        written_with(&memory, [0; 6], |c| write(c, 0x1000, length))
    }

    #[test]
    fn messages_follow_one_another() {
        let mut bytes = message(20, libc::SOL_SOCKET, libc::SCM_RIGHTS, &[5]);
        bytes.extend(message(
            28,
            libc::SOL_SOCKET,
            libc::SCM_CREDENTIALS,
            &[7, 0, 1],
        ));
        assert_eq!(
            shown(bytes),
            "[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}, \
             {cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, \
             cmsg_data={pid=7, uid=0, gid=1}}]"
        );
    }

    #[test]
    fn a_length_that_is_wrong_ends_the_list() {
        for length in [0, 1, 17, u64::MAX] {
            let text = shown(message(length, libc::SOL_SOCKET, libc::SCM_RIGHTS, &[]));
            assert!(
                text.starts_with(&format!("[{{cmsg_len={length}, ")),
                "{text}"
            );
        }
    }
}

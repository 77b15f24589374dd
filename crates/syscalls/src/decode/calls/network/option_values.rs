//! The values of socket options: mostly one number, sometimes a structure or a text.

use nix::libc;

use crate::decode::bytes::{i32_at, u32_at};
use crate::decode::{Context, sockaddr};

use super::control::write_credentials;

/// How a value is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Int,
    Bytes,
    Linger,
    Credentials,
    Membership,
    Membership6,
}

fn layout(level: i32, option: i32) -> Layout {
    match (level, option) {
        (libc::SOL_SOCKET, libc::SO_LINGER) => Layout::Linger,
        (libc::SOL_SOCKET, libc::SO_PEERCRED) => Layout::Credentials,
        (libc::SOL_SOCKET, libc::SO_BINDTODEVICE | libc::SO_PEERSEC | libc::SO_ATTACH_FILTER)
        | (libc::SOL_TCP, libc::TCP_INFO | libc::TCP_CONGESTION | libc::TCP_ULP) => Layout::Bytes,
        (libc::SOL_IP, libc::IP_ADD_MEMBERSHIP | libc::IP_DROP_MEMBERSHIP) => Layout::Membership,
        (libc::SOL_IPV6, libc::IPV6_ADD_MEMBERSHIP | libc::IPV6_DROP_MEMBERSHIP) => {
            Layout::Membership6
        }
        _ => Layout::Int,
    }
}

fn layout_here(context: &Context<'_>) -> Layout {
    layout(context.registers[1] as i32, context.registers[2] as i32)
}

/// What a program sets; the length is the last argument.
pub(super) fn value_set(context: &mut Context<'_>, address: u64) {
    let length = context.registers[4] as i32;
    let Ok(length) = u64::try_from(length) else {
        return context.address(address);
    };
    let layout = layout_here(context);
    let of_socket = context.registers[1] as i32 == libc::SOL_SOCKET;
    match layout {
        // The kernel takes as much as it needs, and so too long a number is one.
        Layout::Int if of_socket && length >= 4 && !is_time(context) => context.int_at(address),
        // It refuses a number that is too short.
        Layout::Int if of_socket && length < 4 => context.address(address),
        _ => value(context, address, length, layout),
    }
}

/// Times have the length of two registers, unlike all else that looks like a number.
fn is_time(context: &Context<'_>) -> bool {
    matches!(
        context.registers[2] as i32,
        libc::SO_RCVTIMEO | libc::SO_SNDTIMEO
    )
}

/// What the kernel told, of the length that it wrote where the last argument says.
pub(super) fn value_got(context: &mut Context<'_>, address: u64) {
    let Some(length) = context.u32(context.registers[4]) else {
        return context.address(address);
    };
    let layout = layout_here(context);
    let of_socket = context.registers[1] as i32 == libc::SOL_SOCKET;
    if layout == Layout::Int && of_socket && length < 4 {
        return context.hex_buffer(address, u64::from(length));
    }
    value(context, address, u64::from(length), layout);
}

fn value(context: &mut Context<'_>, address: u64, length: u64, layout: Layout) {
    match layout {
        Layout::Int if length == 4 => context.int_at(address),
        Layout::Linger if length >= 8 => {
            structure(context, address, |context, bytes: &[u8; 8]| {
                let (on, seconds) = (i32_at(bytes, 0), i32_at(bytes, 4));
                context.format(format_args!("{{l_onoff={on}, l_linger={seconds}}}"));
            });
        }
        Layout::Credentials if length >= 12 => {
            structure(context, address, |context, bytes: &[u8; 12]| {
                write_credentials(context, bytes);
            });
        }
        Layout::Membership if length >= 8 => structure(context, address, membership),
        Layout::Membership6 if length >= 20 => structure(context, address, membership6),
        _ => context.buffer(address, length),
    }
}

fn structure<const N: usize>(
    context: &mut Context<'_>,
    address: u64,
    write: impl FnOnce(&mut Context<'_>, &[u8; N]),
) {
    match context.bytes(address) {
        Some(bytes) => write(context, &bytes),
        None => context.address(address),
    }
}

/// The group that is joined, and on which interface.
fn membership(context: &mut Context<'_>, bytes: &[u8; 8]) {
    let (group, interface) = (sockaddr::ipv4(bytes, 0), sockaddr::ipv4(bytes, 4));
    context.format(format_args!(
        "{{imr_multiaddr=inet_addr(\"{group}\"), imr_interface=inet_addr(\"{interface}\")}}"
    ));
}

fn membership6(context: &mut Context<'_>, bytes: &[u8; 20]) {
    let group = sockaddr::ipv6(bytes, 0);
    context.format(format_args!(
        "{{inet_pton(AF_INET6, \"{group}\", &ipv6mr_multiaddr), ipv6mr_interface="
    ));
    sockaddr::write_interface(context, u32_at(bytes, 16));
    context.push("}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn set(level: i32, option: i32, length: u64) -> String {
        let numbers = [1_i32, 5, 0, 0];
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let memory = Fake::default().with(0x1000, bytes);
        let registers = [3, level as u64, option as u64, 0x1000, length, 0];
        written_with(&memory, registers, |c| value_set(c, 0x1000))
    }

    #[test]
    fn most_values_are_a_number() {
        assert_eq!(set(libc::SOL_SOCKET, libc::SO_REUSEADDR, 4), "[1]");
        assert_eq!(set(libc::SOL_SOCKET, libc::SO_REUSEADDR, 16), "[1]");
        assert_eq!(set(libc::SOL_SOCKET, libc::SO_REUSEADDR, 2), "0x1000");
        assert_eq!(set(libc::SOL_TCP, libc::TCP_NODELAY, 4), "[1]");
        assert_eq!(set(libc::SOL_IP, libc::IP_MULTICAST_LOOP, 1), r#""\1""#);
    }

    #[test]
    fn some_are_structures_and_texts() {
        assert_eq!(
            set(libc::SOL_SOCKET, libc::SO_LINGER, 8),
            "{l_onoff=1, l_linger=5}"
        );
        assert_eq!(
            set(libc::SOL_SOCKET, libc::SO_RCVTIMEO, 16),
            r#""\1\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0""#
        );
        assert_eq!(
            set(libc::SOL_IP, libc::IP_ADD_MEMBERSHIP, 8),
            "{imr_multiaddr=inet_addr(\"1.0.0.0\"), imr_interface=inet_addr(\"5.0.0.0\")}"
        );
    }

    #[test]
    fn a_negative_length_is_not_believed() {
        assert_eq!(set(libc::SOL_SOCKET, libc::SO_LINGER, u64::MAX), "0x1000");
    }
}

//! What may be a Host: `name`, `name:port`, an address in brackets; or nothing (RFC 9110 §7.2).

use super::syntax::table;

/// Whether `value` is a Host that a request may have.
///
/// User names (`a@b`), paths and white space are not part of it, and where one program looks for the
/// host behind the `@` and another before it, they talk to different hosts.
pub fn is_valid(value: &[u8]) -> bool {
    let name = value.iter().position(|&byte| !is_name_byte(byte));
    match &value[name.unwrap_or(value.len())..] {
        [] => true,
        [b':', port @ ..] => is_port(port),
        _ => is_valid_at_length(value),
    }
}

/// Host, and what is behind its colon.
pub fn split_port(value: &[u8]) -> (&[u8], Option<&[u8]>) {
    let from = value.iter().position(|&byte| byte == b']').unwrap_or(0);
    match value[from..].iter().position(|&byte| byte == b':') {
        Some(colon) => (&value[..from + colon], Some(&value[from + colon + 1..])),
        None => (value, None),
    }
}

/// With brackets or escapes, which are rare.
fn is_valid_at_length(value: &[u8]) -> bool {
    let (host, port) = split_port(value);
    let is_host = match host {
        [b'[', address @ .., b']'] => is_address(address),
        name => is_name(name),
    };
    is_host && port.is_none_or(is_port)
}

fn is_name(name: &[u8]) -> bool {
    let mut rest = name;
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, rest @ ..] if is_hex(*high) && is_hex(*low) => rest,
            [byte, rest @ ..] if is_name_byte(*byte) => rest,
            _ => return false,
        };
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// RFC 3986's unreserved and sub-delims.
fn is_name_byte(byte: u8) -> bool {
    NAME[usize::from(byte)]
}

fn is_address(address: &[u8]) -> bool {
    str::from_utf8(address).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}

/// An empty port is the default one.
fn is_port(port: &[u8]) -> bool {
    let add = |port: u32, &digit: &u8| {
        let digit = digit.wrapping_sub(b'0');
        (digit <= 9).then_some(port * 10 + u32::from(digit))
    };
    port.len() <= 5
        && port
            .iter()
            .try_fold(0, add)
            .is_some_and(|port| port <= 65535)
}

static NAME: [bool; 256] = table(b"-._~!$&'()*+,;=");

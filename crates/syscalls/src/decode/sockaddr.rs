//! Addresses of sockets, which look different in each family:
//! `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}`.

use std::ffi::CStr;
use std::net::{Ipv4Addr, Ipv6Addr};

use nix::libc;
use nix::net::if_::if_indextoname;

use super::bytes::{u16_at, u32_at, until_nul};
use super::{Choice, Context};

/// The largest address that the kernel takes.
const LARGEST: u64 = size_of::<libc::sockaddr_storage>() as u64;

/// Appends the address of `length` bytes at `address`; where it lies, when it cannot be read or is
/// too short to say of which family it is.
pub(crate) fn write(context: &mut Context<'_>, address: u64, length: u64) {
    let mut bytes = [0; LARGEST as usize];
    let length = length.min(LARGEST) as usize;
    if address == 0 || length < 2 || context.memory.read(address, &mut bytes[..length]) < length {
        return context.address(address);
    }
    write_bytes(context, &bytes[..length]);
}

fn write_bytes(context: &mut Context<'_>, bytes: &[u8]) {
    let family = i32::from(u16_at(bytes, 0));
    context.push("{sa_family=");
    FAMILIES.write(context, u64::from(u16_at(bytes, 0)));
    match family {
        libc::AF_UNIX => unix(context, &bytes[2..]),
        libc::AF_INET if bytes.len() >= 16 => internet(context, bytes),
        libc::AF_INET6 if bytes.len() >= 24 => internet6(context, bytes),
        libc::AF_NETLINK if bytes.len() >= 12 => netlink(context, bytes),
        libc::AF_PACKET if bytes.len() >= 20 => packet(context, bytes),
        libc::AF_VSOCK if bytes.len() >= 16 => virtual_machine(context, bytes),
        _ => other(context, &bytes[2..]),
    }
    context.push("}");
}

/// A path; or, behind a NUL, a name that is in no file system (`@"name"`); or nothing.
fn unix(context: &mut Context<'_>, path: &[u8]) {
    match path {
        [] => {}
        [0, name @ ..] => {
            context.push(", sun_path=@");
            context.quote_all(name);
        }
        path => {
            context.push(", sun_path=");
            context.quote_all(until_nul(path));
        }
    }
}

fn port(bytes: &[u8]) -> u16 {
    u16::from_be(u16_at(bytes, 2))
}

fn internet(context: &mut Context<'_>, bytes: &[u8]) {
    let (port, address) = (port(bytes), ipv4(bytes, 4));
    context.format(format_args!(
        ", sin_port=htons({port}), sin_addr=inet_addr(\"{address}\")"
    ));
}

fn internet6(context: &mut Context<'_>, bytes: &[u8]) {
    let port = port(bytes);
    let flow = u32::from_be(u32_at(bytes, 4));
    let address = ipv6(bytes, 8);
    context.format(format_args!(
        ", sin6_port=htons({port}), sin6_flowinfo=htonl({flow}), \
         inet_pton(AF_INET6, \"{address}\", &sin6_addr)"
    ));
    if bytes.len() < 28 {
        return;
    }
    context.push(", sin6_scope_id=");
    let scope = u32_at(bytes, 24);
    let octets = address.octets();
    // Only an address that is valid on one link says of which.
    let on_link =
        octets[0] == 0xfe && octets[1] & 0xc0 == 0x80 || octets[0] == 0xff && octets[1] & 0x0f == 2;
    if on_link {
        write_interface(context, scope);
    } else {
        context.format(format_args!("{scope}"));
    }
}

fn netlink(context: &mut Context<'_>, bytes: &[u8]) {
    let (padding, pid, groups) = (u16_at(bytes, 2), u32_at(bytes, 4), u32_at(bytes, 8));
    if padding != 0 {
        context.format(format_args!(", nl_pad={padding:#x}"));
    }
    context.format(format_args!(", nl_pid={pid}, nl_groups="));
    if groups == 0 {
        context.push("00000000");
    } else {
        context.format(format_args!("{groups:#08x}"));
    }
}

fn packet(context: &mut Context<'_>, bytes: &[u8]) {
    context.push(", sll_protocol=");
    write_ethernet_protocol(context, u16::from_be(u16_at(bytes, 2)));
    context.push(", sll_ifindex=");
    write_interface(context, u32_at(bytes, 4));
    context.push(", sll_hatype=");
    HARDWARE.write(context, u64::from(u16_at(bytes, 8)));
    context.push(", sll_pkttype=");
    PACKET_TYPE.write(context, u64::from(bytes[10]));
    let length = bytes[11];
    context.format(format_args!(", sll_halen={length}"));
    let hardware = bytes[12..].iter().take(usize::from(length));
    for (index, byte) in hardware.enumerate() {
        context.push(if index == 0 { ", sll_addr=[" } else { ", " });
        context.format(format_args!("{byte:#x}"));
    }
    if length > 0 {
        context.push("]");
    }
}

fn virtual_machine(context: &mut Context<'_>, bytes: &[u8]) {
    context.push(", svm_cid=");
    match u32_at(bytes, 8) {
        u32::MAX => context.push("VMADDR_CID_ANY"),
        0 => context.push("VMADDR_CID_HYPERVISOR"),
        1 => context.push("VMADDR_CID_LOCAL"),
        2 => context.push("VMADDR_CID_HOST"),
        cid => context.hex(u64::from(cid)),
    }
    context.push(", svm_port=");
    match u32_at(bytes, 4) {
        u32::MAX => context.push("VMADDR_PORT_ANY"),
        port => context.hex(u64::from(port)),
    }
    context.push(", svm_flags=");
    context.hex(u64::from(bytes[12]));
}

fn other(context: &mut Context<'_>, data: &[u8]) {
    if !data.is_empty() {
        context.push(", sa_data=");
        context.quote_all(data);
    }
}

/// An IPv4 address inside a structure.
pub(crate) fn ipv4(bytes: &[u8], offset: usize) -> Ipv4Addr {
    Ipv4Addr::from(u32_at(bytes, offset).to_ne_bytes())
}

/// An IPv6 address inside a structure.
pub(crate) fn ipv6(bytes: &[u8], offset: usize) -> Ipv6Addr {
    let octets = bytes.get(offset..).and_then(|rest| rest.first_chunk());
    Ipv6Addr::from(*octets.unwrap_or(&[0; 16]))
}

/// Appends a network interface: `if_nametoindex("lo")`. It is looked up where the tracer runs, which
/// is nearly always the task's network too.
pub(crate) fn write_interface(context: &mut Context<'_>, index: u32) {
    let name = (index != 0).then(|| if_indextoname(index).ok()).flatten();
    // For a number that nobody has, the name is empty.
    match name.as_deref().map(CStr::to_bytes) {
        Some(name) if !name.is_empty() => {
            context.push("if_nametoindex(");
            context.quote_all(name);
            context.push(")");
        }
        _ => context.format(format_args!("{index}")),
    }
}

/// Appends what travels on Ethernet, in network order: `htons(ETH_P_IP)`.
pub(crate) fn write_ethernet_protocol(context: &mut Context<'_>, protocol: u16) {
    context.push("htons(");
    ETHERNET.write(context, u64::from(protocol));
    context.push(")");
}

const ETHERNET: Choice = Choice {
    names: &[
        (0x0003, "ETH_P_ALL"),
        (0x0800, "ETH_P_IP"),
        (0x0806, "ETH_P_ARP"),
        (0x8035, "ETH_P_RARP"),
        (0x8100, "ETH_P_8021Q"),
        (0x86dd, "ETH_P_IPV6"),
        (0x8863, "ETH_P_PPP_DISC"),
        (0x8864, "ETH_P_PPP_SES"),
        (0x888e, "ETH_P_PAE"),
        (0x88cc, "ETH_P_LLDP"),
    ],
    unknown: "ETH_P_???",
};

const HARDWARE: Choice = Choice {
    names: &[
        (0, "ARPHRD_NETROM"),
        (1, "ARPHRD_ETHER"),
        (512, "ARPHRD_PPP"),
        (768, "ARPHRD_TUNNEL"),
        (772, "ARPHRD_LOOPBACK"),
        (0xfffe, "ARPHRD_NONE"),
    ],
    unknown: "ARPHRD_???",
};

const PACKET_TYPE: Choice = Choice {
    names: &[
        (0, "PACKET_HOST"),
        (1, "PACKET_BROADCAST"),
        (2, "PACKET_MULTICAST"),
        (3, "PACKET_OTHERHOST"),
        (4, "PACKET_OUTGOING"),
    ],
    unknown: "PACKET_???",
};

/// The families of addresses, by the kernel's numbers (linux/socket.h).
pub(crate) const FAMILIES: Choice = Choice {
    names: &[
        (0, "AF_UNSPEC"),
        (1, "AF_UNIX"),
        (2, "AF_INET"),
        (3, "AF_AX25"),
        (4, "AF_IPX"),
        (5, "AF_APPLETALK"),
        (6, "AF_NETROM"),
        (7, "AF_BRIDGE"),
        (8, "AF_ATMPVC"),
        (9, "AF_X25"),
        (10, "AF_INET6"),
        (11, "AF_ROSE"),
        (12, "AF_DECnet"),
        (13, "AF_NETBEUI"),
        (14, "AF_SECURITY"),
        (15, "AF_KEY"),
        (16, "AF_NETLINK"),
        (17, "AF_PACKET"),
        (18, "AF_ASH"),
        (19, "AF_ECONET"),
        (20, "AF_ATMSVC"),
        (21, "AF_RDS"),
        (22, "AF_SNA"),
        (23, "AF_IRDA"),
        (24, "AF_PPPOX"),
        (25, "AF_WANPIPE"),
        (26, "AF_LLC"),
        (27, "AF_IB"),
        (28, "AF_MPLS"),
        (29, "AF_CAN"),
        (30, "AF_TIPC"),
        (31, "AF_BLUETOOTH"),
        (32, "AF_IUCV"),
        (33, "AF_RXRPC"),
        (34, "AF_ISDN"),
        (35, "AF_PHONET"),
        (36, "AF_IEEE802154"),
        (37, "AF_CAIF"),
        (38, "AF_ALG"),
        (39, "AF_NFC"),
        (40, "AF_VSOCK"),
        (41, "AF_KCM"),
        (42, "AF_QIPCRTR"),
        (43, "AF_SMC"),
        (44, "AF_XDP"),
        (45, "AF_MCTP"),
    ],
    unknown: "AF_???",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::fake::{Fake, written_with};

    fn shown(family: i32, rest: &[u8]) -> String {
        let mut bytes = (family as u16).to_ne_bytes().to_vec();
        bytes.extend(rest);
        let length = bytes.len() as u64;
        let memory = Fake::default().with(0x1000, bytes);
        written_with(&memory, [0; 6], |c| write(c, 0x1000, length))
    }

    #[test]
    fn a_unix_socket_is_at_a_path_or_in_a_space_of_its_own() {
        assert_eq!(
            shown(libc::AF_UNIX, b"/tmp/s\0\0\0"),
            r#"{sa_family=AF_UNIX, sun_path="/tmp/s"}"#
        );
        assert_eq!(
            shown(libc::AF_UNIX, b"\0abc\x01"),
            r#"{sa_family=AF_UNIX, sun_path=@"abc\1"}"#
        );
        assert_eq!(shown(libc::AF_UNIX, b""), "{sa_family=AF_UNIX}");
    }

    #[test]
    fn an_internet_address_is_in_network_order() {
        assert_eq!(
            shown(
                libc::AF_INET,
                &[0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
            ),
            r#"{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}"#
        );
        assert_eq!(
            shown(libc::AF_INET, &[0x80]),
            r#"{sa_family=AF_INET, sa_data="\200"}"#
        );
    }

    #[test]
    fn the_scope_of_an_ipv6_address_came_later() {
        let mut rest = [0; 26];
        rest[1] = 80;
        rest[5] = 5;
        rest[21] = 1;
        let start = "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(5), \
                     inet_pton(AF_INET6, \"::1\", &sin6_addr)";
        assert_eq!(
            shown(libc::AF_INET6, &rest),
            format!("{start}, sin6_scope_id=0}}")
        );
        assert_eq!(shown(libc::AF_INET6, &rest[..22]), format!("{start}}}"));
    }

    #[test]
    fn a_netlink_address_is_a_process_and_groups() {
        let mut rest = [0; 10];
        rest[2] = 7;
        assert_eq!(
            shown(libc::AF_NETLINK, &rest),
            "{sa_family=AF_NETLINK, nl_pid=7, nl_groups=00000000}"
        );
        rest[6] = 3;
        assert_eq!(
            shown(libc::AF_NETLINK, &rest),
            "{sa_family=AF_NETLINK, nl_pid=7, nl_groups=0x000003}"
        );
    }

    #[test]
    fn what_is_too_short_for_a_family_is_an_address() {
        let memory = Fake::default().with(0x1000, [1]);
        for length in [0, 1, 2, u64::MAX] {
            let text = written_with(&memory, [0; 6], |c| write(c, 0x1000, length));
            assert_eq!(text, "0x1000");
        }
    }
}
